package main

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	soakSample   = time.Second
	soakWindow   = 30  // samples: the least of them is what is held for good
	soakWarmUp   = 0.2 // of the time, while memory may still grow
	soakChanges  = 7 * time.Second
	slopeHourMax = 2048.0 // KiB an hour that memory may seem to grow, by chance
)

// soak runs a mix of everything for a while: usual calls and large ones, reloads, a stranger of each
// sort. Says whether no call failed, memory was flat and no descriptor is left.
func soak(duration time.Duration) bool {
	w, err := newWorld()
	if w != nil {
		defer w.close()
	}
	if err != nil {
		fatal(err)
	}
	r, err := w.addReplica(nil)
	if err != nil {
		fatal(err)
	}
	descriptors := r.descriptors()
	reviews := slices.Repeat(usualReviews(), 4)
	reviews = append(reviews, gadget("large", map[string]any{"text": strings.Repeat("x", 1<<18)}, true))
	w.load = startLoad(r.webhook, w.bundle(), w.identity, reviews)
	endAttack := startAttack(r.webhook, 1)
	samples, err := watchMemory(w, r, duration)
	endAttack()
	l := w.load
	l.stop()
	w.load = nil
	fine := err == nil
	if err != nil {
		fmt.Printf("soak: %v\n", err)
	}
	for _, client := range l.servers {
		client.CloseIdleConnections()
	}
	err = until("every connection is gone, and no descriptor is left", func() bool {
		return r.metric("pratique_connections") == 0 && r.descriptors() <= descriptors
	}, r.exited)
	if err != nil {
		fmt.Printf("soak: %v\n", err)
		fine = false
	}
	floors := leastOf(samples[int(float64(len(samples))*soakWarmUp):], soakWindow)
	fmt.Printf("least resident KiB of each %v: %v\n", soakWindow*soakSample, leastOf(samples, soakWindow))
	slope := slope(floors) * float64(time.Hour/(soakSample*soakWindow))
	failures := l.failed()
	fmt.Printf("soak %v: %d calls, %d handshakes, %d failed; p50 %v, p99 %v\n", duration, l.calls.Load(), l.handshakes.Load(),
		len(failures), l.quantile(0.5).Round(time.Microsecond), l.quantile(0.99).Round(time.Microsecond))
	fmt.Printf("memory: %d KiB at first, %d at most; least in %v: %d to %d, slope %+.0f KiB an hour after the first fifth\n",
		samples[0], r.statusKiB("VmHWM"), soakWindow*soakSample, slices.Min(floors), slices.Max(floors), slope)
	fmt.Printf("descriptors: %d at first, %d at the end\n", descriptors, r.descriptors())
	for _, failure := range failures[:min(len(failures), failuresShown)] {
		fmt.Printf("  %s\n", failure)
	}
	// A short run's slope is mostly chance.
	bound := slopeHourMax * max(1, float64(time.Hour)/float64(duration))
	return fine && len(failures) == 0 && slope < bound
}

// watchMemory samples resident KiB, and changes something now and then.
func watchMemory(w *world, r *replica, duration time.Duration) ([]int64, error) {
	changes := []func() error{
		func() error { return renewServing(w, r, 0) },
		func() error { return changeSchemas(w, r, 0) },
		func() error { return changeSchemas(w, r, 1) },
		func() error { return breakSchemas(w, r, 0) },
		func() error { return breakSchemas(w, r, 1) },
		func() error { return scrape(w, r, 0) },
		func() error {
			return reloads(r, "configuration", "ok", func() error { r.signal(syscall.SIGHUP); return nil })
		},
	}
	samples := []int64{r.statusKiB("VmRSS")}
	end := time.Now().Add(duration)
	changed := time.Now()
	for number := 0; time.Now().Before(end); {
		select {
		case <-r.exited:
			return samples, fmt.Errorf("the replica has ended: %s", r.logTail())
		case <-time.After(soakSample):
		}
		samples = append(samples, r.statusKiB("VmRSS"))
		if time.Since(changed) > soakChanges {
			if err := changes[number%len(changes)](); err != nil {
				return samples, err
			}
			number++
			changed = time.Now()
		}
	}
	return samples, nil
}

// leastOf has the least of each so many values; what is left over at the end does not count.
func leastOf(values []int64, count int) []int64 {
	var least []int64
	for chunk := range slices.Chunk(values, count) {
		if len(chunk) == count || least == nil {
			least = append(least, slices.Min(chunk))
		}
	}
	return least
}

// slope of a line through the values, a step, by least squares.
func slope(values []int64) float64 {
	n := float64(len(values))
	var x, y, xx, xy float64
	for i, value := range values {
		x += float64(i)
		y += float64(value)
		xx += float64(i) * float64(i)
		xy += float64(i) * float64(value)
	}
	if n < 2 {
		return 0
	}
	return (n*xy - x*y) / (n*xx - x*x)
}

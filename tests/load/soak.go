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
	soakChanges  = 7 * time.Second
	soakQuiets   = 15              // times that all is quiet for a moment, to see what is held for good
	soakQuiet    = 4 * time.Second // what is not needed goes back a second after the last request
	soakWarmUp   = 3               // of them, while memory may still grow
	slopeHourMax = 1024.0          // KiB an hour that memory may seem to grow, by chance
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
	if err := until("it listens for changes of files", r.listensForFiles, r.exited); err != nil {
		fatal(err)
	}
	descriptors, first := r.descriptors(), r.statusKiB("VmRSS")
	reviews := slices.Repeat(usualReviews(), 4)
	reviews = append(reviews, gadget("large", map[string]any{"text": strings.Repeat("x", 1<<18)}, true))
	w.load = startLoad(r.webhook, w.bundle(), w.identity, reviews)
	held, err := watchMemory(w, r, duration)
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
	slope := slope(held[min(soakWarmUp, len(held)):]) * float64(time.Hour) / float64(duration/soakQuiets)
	failures := l.failed()
	fmt.Printf("soak %v: %d calls, %d handshakes, %d failed; p50 %v, p99 %v\n", duration, l.calls.Load(), l.handshakes.Load(),
		len(failures), l.quantile(0.5).Round(time.Microsecond), l.quantile(0.99).Round(time.Microsecond))
	fmt.Printf("memory: %d KiB at first, %d at most; in %d quiet moments %v, slope %+.0f KiB an hour after the first %d\n",
		first, r.statusKiB("VmHWM"), len(held), held, slope, soakWarmUp)
	fmt.Printf("descriptors: %d at first, %d at the end\n", descriptors, r.descriptors())
	for _, failure := range failures[:min(len(failures), failuresShown)] {
		fmt.Printf("  %s\n", failure)
	}
	// A short run's slope is mostly chance.
	bound := slopeHourMax * max(1, float64(time.Hour)/float64(duration))
	return fine && len(failures) == 0 && slope < bound
}

// watchMemory changes something now and then, and between equal spans of the load has a moment
// without any: what is resident then is held for good, however much was under way before.
func watchMemory(w *world, r *replica, duration time.Duration) ([]int64, error) {
	var held []int64
	for number := 0; len(held) < soakQuiets; {
		endAttack := startAttack(r.webhook, 1)
		err := keepChanging(w, r, duration/soakQuiets, &number)
		endAttack()
		if err != nil {
			return held, err
		}
		w.load.pause()
		time.Sleep(soakQuiet)
		held = append(held, r.statusKiB("VmRSS"))
		w.load.resume()
	}
	return held, nil
}

// keepChanging changes something every few seconds; number counts what.
func keepChanging(w *world, r *replica, duration time.Duration, number *int) error {
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
	changed, end := time.Now(), time.Now().Add(duration)
	for time.Now().Before(end) {
		select {
		case <-r.exited:
			return fmt.Errorf("the replica has ended: %s", r.logTail())
		case <-time.After(soakSample):
		}
		if time.Since(changed) > soakChanges {
			if err := changes[*number%len(changes)](); err != nil {
				return err
			}
			*number++
			changed = time.Now()
		}
	}
	return nil
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

package main

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"time"
)

// siege is an attack on a replica of small limits, beside a good client. Memory must stay below
//
//	base + connections × c + bodies + requests in flight × kept + threads × (arena + spares)
//
// whatever strangers do.
type siege struct {
	name      string
	strangers []string // nil: of each sort
	count     int      // of each
	patience  time.Duration
	sign      string // series that is above 0 once the attack is under way
}

// Patience is asserted by -timings only: a time says as much of the machine as of the program.
var sieges = []siege{
	{name: "attack-mix", count: 8, patience: 50 * time.Millisecond,
		sign: `pratique_limit_hits_total{limit="body-timeout"}`},
	{name: "costly-reviews", strangers: []string{costly}, count: 16, patience: 10 * time.Millisecond,
		sign: "pratique_admission_queued"},
}

const (
	siegeSeconds     = 20
	connectionKiB    = 96     // c, as docs/performance.md states it
	keptKiB          = 96     // PQ_EXCHANGE_ARENA_KEEP and PQ_EXCHANGE_HELD_FREE
	sparesKiB        = 8 * 64 // PQ_EXCHANGES_SPARE_MAX of PQ_EXCHANGE_ARENA_KEEP
	siegeConnections = 400
	siegeRequests    = 100
	siegeBodiesKiB   = 32 << 10
	siegeArenaKiB    = 32 << 10
	siegeThreads     = 1 // that serve, and as many that judge
	idleConnections  = 200
)

func siegeOptions() []string {
	return []string{"--threads", fmt.Sprint(siegeThreads), "--review-threads", fmt.Sprint(siegeThreads),
		"--connection-limit", fmt.Sprint(siegeConnections), "--request-limit", fmt.Sprint(siegeRequests),
		"--bodies-limit", fmt.Sprintf("%dKi", siegeBodiesKiB), "--arena-limit", fmt.Sprintf("%dKi", siegeArenaKiB),
		"--handshake-timeout", "20s", "--header-timeout", "20s", "--body-timeout", "10s", "--answer-timeout", "10s"}
}

// run says whether memory stayed below the bound and no call of the good client failed.
func (s *siege) run(timings bool) (bool, error) {
	w, err := newWorld()
	if w != nil {
		defer w.close()
	}
	if err != nil {
		return false, err
	}
	r, err := w.addReplica(nil, siegeOptions()...)
	if err != nil {
		return false, err
	}
	base := r.statusKiB("VmRSS")
	perConnection, err := measureConnections(r, base)
	if err != nil {
		return false, err
	}
	if err := r.forgetPeak(); err != nil {
		return false, err
	}
	attack := exec.Command("nice", append([]string{"-n", "10", os.Args[0], "-sources", sources, "attack", r.webhook,
		fmt.Sprint(s.count)}, s.strangers...)...)
	attack.Stderr = os.Stderr
	if err := attack.Start(); err != nil {
		return false, err
	}
	defer attack.Wait()
	defer attack.Process.Kill()
	if err := until("the attack is under way", func() bool { return r.metric(s.sign) > 0 }, r.exited); err != nil {
		return false, err
	}
	good, err := callBeside(w, r)
	if err != nil {
		return false, err
	}
	peak := r.statusKiB("VmHWM")
	bound := base + siegeConnections*connectionKiB + siegeBodiesKiB + siegeRequests*keptKiB +
		2*siegeThreads*siegeArenaKiB + siegeThreads*sparesKiB
	fmt.Printf("%-20s memory %d KiB at most, bound %d: base %d, %.1f KiB a connection; good client: %d calls, %d failed; p50 %v, p99 %v\n",
		s.name, peak, bound, base, perConnection, good.Calls, len(good.Failures), good.P50, good.P99)
	for _, failure := range good.Failures[:min(len(good.Failures), failuresShown)] {
		fmt.Printf("  %s\n", failure)
	}
	fine := peak <= bound && perConnection <= connectionKiB && len(good.Failures) == 0
	if timings && good.P99 > s.patience {
		fmt.Printf("  p99 is beyond %v\n", s.patience)
		fine = false
	}
	return fine, nil
}

// measureConnections tells the KiB that each connection takes which has made a call, and waits.
func measureConnections(r *replica, base int64) (float64, error) {
	var all []net.Conn
	defer func() {
		for _, connection := range all {
			connection.Close()
		}
	}()
	for range idleConnections {
		connection, err := tls.Dial("tcp", r.webhook, &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			return 0, err
		}
		all = append(all, connection)
		if err := callOnce(connection); err != nil {
			return 0, err
		}
	}
	err := until("all have arrived", func() bool { return r.metric("pratique_connections") >= idleConnections }, r.exited)
	return float64(r.statusKiB("VmRSS")-base) / idleConnections, err
}

func callOnce(connection net.Conn) error {
	r := recorded("myapp-valid", "/validate", true)
	fmt.Fprintf(connection, "%sContent-Length: %d\r\n\r\n%s", head, len(r.body), r.body)
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

// result is what a good client saw.
type result struct {
	Calls    int64
	Failures []string
	P50, P99 time.Duration
}

// callBeside runs the good client in a process of its own, so that the attack does not hold it up
// inside Go.
func callBeside(w *world, r *replica) (result, error) {
	var seen result
	command := exec.Command(os.Args[0], "-sources", sources, "-seconds", fmt.Sprint(siegeSeconds), "client", r.webhook, w.certs)
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		return seen, err
	}
	return seen, json.Unmarshal(output, &seen)
}

// client calls an address for a while and prints a result.
func client(address, certs string, duration time.Duration) {
	w := world{certs: certs}
	l := startLoad(address, w.bundle(), nil, usualReviews())
	time.Sleep(duration)
	l.stop()
	json.NewEncoder(os.Stdout).Encode(result{Calls: l.calls.Load(), Failures: l.failed(), P50: l.quantile(0.5), P99: l.quantile(0.99)})
}

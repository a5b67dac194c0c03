package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// fault is something that happens under load and must not make a call fail.
type fault struct {
	name  string
	times int // how often, unless told
	// pipe: standard error is a pipe that nobody reads.
	pipe bool
	// prepare changes the files before anything runs, unless nil.
	prepare func(w *world) error
	// once: times does not count.
	once bool
	// happen brings it about once; number counts from 0.
	happen func(w *world, r *replica, number int) error
}

var faults = []fault{
	{name: "restarts", times: 20, happen: replace},
	{name: "serving-certificate", times: 5, happen: renewServing},
	{name: "serving-ca", times: 1, happen: replaceCA, prepare: putAgedCertificates, once: true},
	{name: "client-ca", times: 5, happen: replaceClientCA, prepare: askForClients},
	{name: "schemas", times: 10, happen: changeSchemas},
	{name: "broken-schema", times: 10, happen: breakSchemas},
	{name: "configuration", times: 10, happen: changeConfiguration},
	{name: "blocked-log", times: 3, pipe: true, happen: fillLog},
	{name: "scrapes", times: 5, happen: scrape},
}

// run brings the fault about under load and returns what failed.
func (f *fault) run(times int) ([]string, *load, error) {
	w, err := newWorld()
	if w != nil {
		defer w.close()
	}
	if err != nil {
		return nil, nil, err
	}
	if f.prepare != nil {
		if err := f.prepare(w); err != nil {
			return nil, nil, err
		}
	}
	var stderr *os.File
	if f.pipe {
		reader, writer, err := smallPipe()
		if err != nil {
			return nil, nil, err
		}
		defer reader.Close()
		defer writer.Close()
		stderr = writer
	}
	if _, err := w.addReplica(stderr); err != nil {
		return nil, nil, err
	}
	if err := w.startLoad(); err != nil {
		return nil, nil, err
	}
	for number := range times {
		r := w.replicas[len(w.replicas)-1]
		if err := f.happen(w, r, number); err != nil {
			return w.load.failed(), w.load, fmt.Errorf("time %d: %w", number+1, err)
		}
		if err := w.load.settle(w.replicas[len(w.replicas)-1].exited); err != nil {
			return w.load.failed(), w.load, err
		}
	}
	l := w.load
	l.stop()
	w.load = nil
	for _, r := range w.replicas {
		r.signal(syscall.SIGTERM)
		if err := until("a replica is stopping", func() bool { return !r.isReady() }, r.exited); err != nil {
			return l.failed(), l, err
		}
		if err := r.stop(); err != nil {
			return l.failed(), l, err
		}
	}
	return l.failed(), l, nil
}

// smallPipe holds two pages.
func smallPipe() (*os.File, *os.File, error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	if _, _, code := syscall.Syscall(syscall.SYS_FCNTL, writer.Fd(), syscall.F_SETPIPE_SZ, 8192); code != 0 {
		return nil, nil, code
	}
	return reader, writer, nil
}

// replace is one step of a rolling update: the next replica is ready before SIGTERM, and the drain
// delay is over when connections have stopped to come and those in use have heard that they end.
// That is a second signal's to say, since a delay in seconds would be too short on a busy machine.
func replace(w *world, old *replica, _ int) error {
	if _, err := w.addReplica(nil); err != nil {
		return err
	}
	old.signal(syscall.SIGTERM)
	if err := until("the old replica is known to stop", func() bool { return !w.balancer.knows(old) }, old.exited); err != nil {
		return err
	}
	if err := w.load.settle(old.exited); err != nil {
		return err
	}
	if err := old.stop(); err != nil {
		return err
	}
	w.forget(old)
	return nil
}

func renewServing(w *world, r *replica, _ int) error {
	return reloads(r, "certificate", "ok", func() error { return w.runCerts("init", "--overwrite") })
}

func changeSchemas(w *world, r *replica, number int) error {
	return reloads(r, "schemas", "ok", func() error { return w.writeGadget(5 + number%2) })
}

func breakSchemas(w *world, r *replica, number int) error {
	path := filepath.Join(w.schemas, "dropped-in.yaml")
	if number%2 == 1 {
		return reloads(r, "schemas", "ok", func() error { return os.Remove(path) })
	}
	return reloads(r, "schemas", "failed", func() error {
		return os.WriteFile(path, []byte("kind: CustomResourceDefinition\nspec: ["), 0o644)
	})
}

func changeConfiguration(w *world, r *replica, number int) error {
	text := fmt.Sprintf("unmatched: allow\nbodyLimit: %dMi\nidleTimeout: %dm\n", 5+number%3, 1+number%2)
	if err := os.WriteFile(w.config, []byte(text), 0o644); err != nil {
		return err
	}
	return reloads(r, "configuration", "ok", func() error {
		r.signal(syscall.SIGHUP)
		return nil
	})
}

// fillLog hangs up until lines are dropped: each time there are some lines, and the pipe holds some
// dozens.
func fillLog(_ *world, r *replica, _ int) error {
	const dropped = "pratique_log_lines_dropped_total"
	before := r.metric(dropped)
	return until("log lines are dropped", func() bool {
		r.signal(syscall.SIGHUP)
		return r.metric(dropped) > before
	}, r.exited)
}

func scrape(_ *world, r *replica, _ int) error {
	for range 100 {
		if status, _, err := r.get("/metrics"); err != nil || status != 200 {
			return fmt.Errorf("a scrape is answered %d, %v", status, err)
		}
	}
	return nil
}

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// patience is more than anything here takes.
const patience = 60 * time.Second

// program is the pratique under test, sources the root of its sources.
var program, sources string

// replica is a running `pratique serve`.
type replica struct {
	command *exec.Cmd
	folder  string // addresses and log
	webhook string // ADDR:PORT
	health  string
	exited  chan struct{} // closed when the process has ended
	once    sync.Once
}

// healthClient asks one question a connection, as kubelet does, but has more patience: how fast a busy
// machine is shall not decide.
var healthClient = &http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}

// startReplica runs pratique with the options; stderr nil means a file of its own.
func startReplica(stderr *os.File, options ...string) (*replica, error) {
	folder, err := os.MkdirTemp("", "pratique-load-")
	if err != nil {
		return nil, err
	}
	addresses := filepath.Join(folder, "addresses")
	arguments := append([]string{"serve", "--listen", "127.0.0.1:0", "--health-listen", "127.0.0.1:0",
		"--address-file", addresses}, options...)
	r := &replica{command: exec.Command(program, arguments...), folder: folder, exited: make(chan struct{})}
	r.command.Stderr = stderr
	if stderr == nil {
		log, err := os.Create(filepath.Join(folder, "log"))
		if err != nil {
			return nil, err
		}
		defer log.Close()
		r.command.Stderr = log
	}
	if err := r.command.Start(); err != nil {
		return nil, err
	}
	go func() {
		r.command.Wait()
		close(r.exited)
	}()
	err = until("addresses of a replica", func() bool {
		text, _ := os.ReadFile(addresses)
		for _, line := range strings.Split(string(text), "\n") {
			if address, found := strings.CutPrefix(line, "listen: "); found {
				r.webhook = address
			} else if address, found := strings.CutPrefix(line, "healthListen: "); found {
				r.health = address
			}
		}
		return r.webhook != "" && r.health != ""
	}, r.exited)
	if err != nil {
		err = fmt.Errorf("%w: %s", err, r.logTail())
		r.discard()
		return nil, err
	}
	return r, nil
}

// until polls; it gives up after patience, or at once when the channel is closed.
func until(what string, condition func() bool, over <-chan struct{}) error {
	deadline := time.Now().Add(patience)
	for !condition() {
		select {
		case <-over:
			return fmt.Errorf("never: %s: the process has ended", what)
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("never: %s", what)
		}
	}
	return nil
}

func (r *replica) get(path string) (int, string, error) {
	response, err := healthClient.Get("http://" + r.health + path)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, string(body), err
}

func (r *replica) isReady() bool {
	status, _, err := r.get("/readyz")
	return err == nil && status == http.StatusOK
}

// metric is the sum over all series that begin so; 0 when there is none.
func (r *replica) metric(series string) float64 {
	_, text, err := r.get("/metrics")
	sum := 0.0
	if err != nil {
		return 0
	}
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		line := lines.Text()
		if rest, found := strings.CutPrefix(line, series); found && strings.ContainsAny(rest[:1], " {") {
			value, _ := strconv.ParseFloat(line[strings.LastIndexByte(line, ' ')+1:], 64)
			sum += value
		}
	}
	return sum
}

// signal sends one; the process may be gone.
func (r *replica) signal(s syscall.Signal) { r.command.Process.Signal(s) }

// stop sends SIGTERM, which also ends a drain delay, and says what was wrong with the end.
func (r *replica) stop() error {
	r.signal(syscall.SIGTERM)
	select {
	case <-r.exited:
	case <-time.After(patience):
		return errors.New("a replica did not end after SIGTERM")
	}
	if code := r.command.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("a replica ended with %d: %s", code, r.logTail())
	}
	r.discard()
	return nil
}

// discard ends what is left of the replica, at once.
func (r *replica) discard() {
	r.once.Do(func() {
		r.command.Process.Kill()
		<-r.exited
		os.RemoveAll(r.folder)
	})
}

func (r *replica) logTail() string {
	text, _ := os.ReadFile(filepath.Join(r.folder, "log"))
	text = bytes.TrimSpace(text)
	return string(text[max(0, len(text)-500):])
}

// statusKiB reads a line of /proc/PID/status: VmRSS, or VmHWM.
func (r *replica) statusKiB(name string) int64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.command.Process.Pid))
	for _, line := range strings.Split(string(text), "\n") {
		if rest, found := strings.CutPrefix(line, name+":"); found {
			value, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return value
		}
	}
	return 0
}

// forgetPeak makes VmHWM begin anew.
func (r *replica) forgetPeak() error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", r.command.Process.Pid), []byte("5"), 0)
}

func (r *replica) descriptors() int {
	entries, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", r.command.Process.Pid))
	return len(entries)
}

// listensForFiles says whether it does so for schemas, certificates and the CAs of clients, which
// begins a while after the start.
func (r *replica) listensForFiles() bool {
	const wanted = 3
	folder := fmt.Sprintf("/proc/%d/fd", r.command.Process.Pid)
	entries, _ := os.ReadDir(folder)
	found := 0
	for _, entry := range entries {
		if target, _ := os.Readlink(folder + "/" + entry.Name()); target == "anon_inode:inotify" {
			found++
		}
	}
	return found == wanted
}

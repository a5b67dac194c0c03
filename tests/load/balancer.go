package main

import (
	"io"
	"math/rand"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// What stands between the API server and the replicas in a cluster, by the clock of this test:
// kubelet probes /readyz each probePeriod, and what it finds reaches kube-proxy somewhat later. The
// replicas' drain delay is longer than that in any case.
const (
	probePeriod   = 250 * time.Millisecond
	probeFailures = 2
	spreadMin     = 100 * time.Millisecond
	spreadMax     = 600 * time.Millisecond
	drainDelay    = "1h"
)

// balancer is a Service: new connections go to a replica that is ready as far as it knows, open ones
// stay where they are.
type balancer struct {
	listener net.Listener
	mutex    sync.Mutex
	ready    []*replica
	next     atomic.Uint64
	closed   chan struct{}
}

func startBalancer() (*balancer, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &balancer{listener: listener, closed: make(chan struct{})}
	go b.accept()
	return b, nil
}

func (b *balancer) address() string { return b.listener.Addr().String() }

func (b *balancer) close() {
	close(b.closed)
	b.listener.Close()
}

// follow probes a replica until it has ended.
func (b *balancer) follow(r *replica) {
	go func() {
		known, failures := false, 0
		for {
			select {
			case <-r.exited:
				b.set(r, false)
				return
			case <-b.closed:
				return
			case <-time.After(probePeriod):
			}
			if r.isReady() {
				failures = 0
			} else {
				failures++
			}
			if is := failures == 0; is != known && (is || failures >= probeFailures) {
				known = is
				lag := spreadMin + time.Duration(rand.Int63n(int64(spreadMax-spreadMin)))
				time.AfterFunc(lag, func() { b.set(r, is) })
			}
		}
	}()
}

func (b *balancer) set(r *replica, is bool) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	var ready []*replica
	for _, other := range b.ready {
		if other != r {
			ready = append(ready, other)
		}
	}
	if is {
		ready = append(ready, r)
	}
	b.ready = ready
}

func (b *balancer) knows(r *replica) bool {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	for _, other := range b.ready {
		if other == r {
			return true
		}
	}
	return false
}

func (b *balancer) choose() *replica {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if len(b.ready) == 0 {
		return nil
	}
	return b.ready[b.next.Add(1)%uint64(len(b.ready))]
}

func (b *balancer) accept() {
	for {
		client, err := b.listener.Accept()
		if err != nil {
			return
		}
		go b.forward(client.(*net.TCPConn))
	}
}

// forward passes bytes and ends on, in both directions.
func (b *balancer) forward(client *net.TCPConn) {
	defer client.Close()
	chosen := b.choose()
	if chosen == nil {
		return
	}
	connection, err := net.Dial("tcp", chosen.webhook)
	if err != nil {
		return
	}
	server := connection.(*net.TCPConn)
	defer server.Close()
	over := make(chan struct{})
	go func() {
		io.Copy(server, client)
		server.CloseWrite()
		close(over)
	}()
	io.Copy(client, server)
	client.CloseWrite()
	<-over
}

package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// serverName is what the certificates are for.
const serverName = "localhost"

// newTransport has the settings of an API server's webhook client: client-go's transport cache and
// apiserver/pkg/util/webhook, Kubernetes 1.36.
func newTransport(address string, bundle []byte, identity *tls.Certificate) *http.Transport {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(bundle)
	dialer := &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}
	config := &tls.Config{RootCAs: roots, ServerName: serverName, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
	if identity != nil {
		config.Certificates = []tls.Certificate{*identity}
	}
	return &http.Transport{
		TLSHandshakeTimeout: 10 * time.Second,
		TLSClientConfig:     config,
		MaxIdleConnsPerHost: 25,
		IdleConnTimeout:     90 * time.Second,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, address)
		},
	}
}

// review is a call and what its answer must be.
type review struct {
	name    string
	path    string
	body    []byte
	uid     string
	allowed bool
	status  int // of HTTP; 200 has the verdict in its body
}

func newReview(name, path string, body []byte, allowed bool) review {
	var parsed struct{ Request struct{ UID string } }
	json.Unmarshal(body, &parsed)
	return review{name: name, path: path, body: body, uid: parsed.Request.UID, allowed: allowed, status: http.StatusOK}
}

// recorded reads a review of tests/data/reviews.
func recorded(name, path string, allowed bool) review {
	body, err := os.ReadFile(filepath.Join(sources, "tests/data/reviews", name+".json"))
	if err != nil {
		fatal(err)
	}
	return newReview(name, path, body, allowed)
}

func (r *review) check(status int, body []byte) error {
	if status != r.status {
		return fmt.Errorf("%s is answered %d, not %d: %.200s", r.name, status, r.status, body)
	}
	if status != http.StatusOK {
		return nil
	}
	var answer struct {
		Response struct {
			UID     string
			Allowed bool
		}
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	if answer.Response.UID != r.uid || answer.Response.Allowed != r.allowed {
		return fmt.Errorf("%s is answered %.200s", r.name, body)
	}
	return nil
}

// load is constant load by several API servers, whose connections are kept, and by clients that
// join for one call.
type load struct {
	address    string
	mutex      sync.Mutex
	bundle     []byte
	identity   *tls.Certificate
	servers    []*http.Client
	failures   []string
	times      []time.Duration
	calls      atomic.Int64
	handshakes atomic.Int64
	stopping   chan struct{}
	callers    sync.WaitGroup
	pausing    sync.RWMutex // held for reading by who calls
}

const (
	keptConnections = 64               // as many callers, each of which has at most one call at a time
	apiServers      = 3                // each keeps 25 idle connections
	callTimeout     = 30 * time.Second // the most that a webhook configuration allows
	failuresShown   = 20
)

// startLoad calls the address with the reviews by turns until stop; identity may be nil.
func startLoad(address string, bundle []byte, identity *tls.Certificate, reviews []review) *load {
	l := &load{address: address, bundle: bundle, identity: identity, stopping: make(chan struct{})}
	l.renewServers()
	for number := range keptConnections {
		l.callers.Add(1)
		go func() {
			defer l.callers.Done()
			l.keepCalling(number, reviews)
		}()
	}
	return l
}

// renewServers makes new clients, as an API server does for another caBundle or identity. Idle
// connections of the ones before end when they have been idle long enough.
func (l *load) renewServers() {
	servers := make([]*http.Client, apiServers)
	for i := range servers {
		servers[i] = l.newClient()
	}
	l.servers = servers
}

func (l *load) newClient() *http.Client {
	return &http.Client{Transport: newTransport(l.address, l.bundle, l.identity), Timeout: callTimeout}
}

func (l *load) trust(bundle []byte) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.bundle = bundle
	l.renewServers()
}

func (l *load) present(identity *tls.Certificate) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.identity = identity
	l.renewServers()
}

// client is one that keeps connections, or a new one.
func (l *load) client(number int, joins bool) *http.Client {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if joins {
		return l.newClient()
	}
	return l.servers[number%len(l.servers)]
}

// pause waits for the calls that are under way and lets none begin until resume.
func (l *load) pause() {
	l.pausing.Lock()
}

func (l *load) resume() {
	l.pausing.Unlock()
}

// keepCalling paces one caller: every eighth pauses for seconds, so that connections go idle; every
// sixteenth call is made by a client that joins for it.
func (l *load) keepCalling(number int, reviews []review) {
	chance := rand.New(rand.NewSource(int64(number)))
	for turn := number; ; turn++ {
		pause := 20*time.Millisecond + time.Duration(chance.Int63n(int64(180*time.Millisecond)))
		if number%8 == 0 {
			pause = 1200*time.Millisecond + time.Duration(chance.Int63n(int64(3*time.Second)))
		}
		select {
		case <-l.stopping:
			return
		case <-time.After(pause):
		}
		joins := turn%16 == 0
		l.pausing.RLock()
		client := l.client(number, joins)
		started := time.Now()
		err := l.call(client, &reviews[turn%len(reviews)])
		l.record(err, time.Since(started))
		l.pausing.RUnlock()
		if joins {
			client.CloseIdleConnections()
		}
	}
}

func (l *load) record(err error, took time.Duration) {
	l.calls.Add(1)
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.times = append(l.times, took)
	if err != nil {
		l.failures = append(l.failures, fmt.Sprintf("%s: %v", time.Now().Format("15:04:05.000"), err))
	}
}

// call posts once. Without GetBody net/http cannot send a body again, even where nothing of it had
// been written.
func (l *load) call(client *http.Client, r *review) error {
	request, err := http.NewRequest(http.MethodPost, "https://"+serverName+r.path+"?timeout=30s", bytes.NewReader(r.body))
	if err != nil {
		return err
	}
	request.GetBody = nil
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json, */*")
	request.Header.Set("User-Agent", "kube-apiserver-admission")
	used := "a new connection"
	request = request.WithContext(httptrace.WithClientTrace(request.Context(), &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			if info.Reused {
				used = fmt.Sprintf("a connection idle for %v", info.IdleTime.Round(time.Millisecond))
			}
		},
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			if err == nil {
				l.handshakes.Add(1)
			}
		},
	}))
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("%s on %s: %w", r.name, used, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("%s on %s: %w", r.name, used, err)
	}
	return r.check(response.StatusCode, body)
}

// settle waits until every caller had its turn, those that pause excepted, and someone has joined.
func (l *load) settle(over <-chan struct{}) error {
	calls, handshakes := l.calls.Load(), l.handshakes.Load()
	return until("calls go on", func() bool {
		return l.calls.Load() > calls+keptConnections && l.handshakes.Load() > handshakes
	}, over)
}

func (l *load) stop() {
	close(l.stopping)
	l.callers.Wait()
}

func (l *load) failed() []string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return slices.Clone(l.failures)
}

// quantile of the time that calls took so far.
func (l *load) quantile(share float64) time.Duration {
	l.mutex.Lock()
	times := slices.Clone(l.times)
	l.mutex.Unlock()
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return times[min(len(times)-1, int(float64(len(times))*share))]
}

package main

import (
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

// stranger is someone who can reach the port and wants it to stop serving others. It does one thing
// until the channel is closed or the other side ends it, and is then started again.
type stranger struct {
	name   string
	attack func(address string, over <-chan struct{})
}

const costly = "costly-rules"

var strangers = []stranger{
	{"half-open", halfOpen},
	{"garbage", garbage},
	{"slow-headers", slowHeaders},
	{"slow-body", slowBody},
	{"huge-body", hugeBody},
	{"endless-chunks", endlessChunks},
	{"churn", churn},
	{"deafness", deafness},
	{costly, costlyRules},
}

// startAttack sets count strangers of each sort, or of those named, on the address; the function
// returned ends it.
func startAttack(address string, count int, names ...string) func() {
	over := make(chan struct{})
	var all sync.WaitGroup
	for _, s := range strangers {
		if len(names) > 0 && !slices.Contains(names, s.name) {
			continue
		}
		for range count {
			all.Add(1)
			go func() {
				defer all.Done()
				for !isClosed(over) {
					s.attack(address, over)
				}
			}()
		}
	}
	return func() {
		close(over)
		all.Wait()
	}
}

func isClosed(channel <-chan struct{}) bool {
	select {
	case <-channel:
		return true
	default:
		return false
	}
}

// pause says whether it was not cut short.
func pause(d time.Duration, over <-chan struct{}) bool {
	select {
	case <-over:
		return false
	case <-time.After(d):
		return true
	}
}

const strangerTimeout = 5 * time.Second

// dial is a TCP connection that is closed when the attack is over, or nil.
func dial(address string, over <-chan struct{}) net.Conn {
	connection, err := net.DialTimeout("tcp", address, strangerTimeout)
	if err != nil {
		pause(10*time.Millisecond, over)
		return nil
	}
	return connection
}

func dialTLS(address string, over <-chan struct{}) net.Conn {
	plain := dial(address, over)
	if plain == nil {
		return nil
	}
	connection := tls.Client(plain, &tls.Config{InsecureSkipVerify: true})
	connection.SetDeadline(time.Now().Add(strangerTimeout))
	if connection.Handshake() != nil {
		plain.Close()
		return nil
	}
	connection.SetDeadline(time.Time{})
	return connection
}

// waitForEnd reads until the other side closes, or the attack is over.
func waitForEnd(connection net.Conn, over <-chan struct{}) {
	ended := make(chan struct{})
	go func() {
		io.Copy(io.Discard, connection)
		close(ended)
	}()
	select {
	case <-over:
	case <-ended:
	}
	connection.Close()
	<-ended
}

func halfOpen(address string, over <-chan struct{}) {
	if connection := dial(address, over); connection != nil {
		waitForEnd(connection, over)
	}
}

func garbage(address string, over <-chan struct{}) {
	connection := dial(address, over)
	if connection == nil {
		return
	}
	bytes := make([]byte, 4096)
	rand.Read(bytes)
	connection.Write(bytes)
	waitForEnd(connection, over)
	pause(10*time.Millisecond, over)
}

const head = "POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"

// drip writes a part each tenth of a second until nobody listens.
func drip(connection net.Conn, part []byte, over <-chan struct{}) {
	for pause(100*time.Millisecond, over) {
		connection.SetWriteDeadline(time.Now().Add(strangerTimeout))
		if _, err := connection.Write(part); err != nil {
			return
		}
	}
}

func slowHeaders(address string, over <-chan struct{}) {
	connection := dialTLS(address, over)
	if connection == nil {
		return
	}
	defer connection.Close()
	io.WriteString(connection, head+"X: ")
	drip(connection, []byte("x"), over)
}

// slowBody sends most of a body that is as large as bodies may be, and then a byte now and then.
func slowBody(address string, over <-chan struct{}) {
	connection := dialTLS(address, over)
	if connection == nil {
		return
	}
	defer connection.Close()
	const length = 7 << 20
	fmt.Fprintf(connection, "%sContent-Length: %d\r\n\r\n", head, length)
	connection.SetWriteDeadline(time.Now().Add(strangerTimeout))
	connection.Write(make([]byte, length*9/10))
	drip(connection, []byte(" "), over)
}

// hugeBody announces more than may be, and sends it all the same.
func hugeBody(address string, over <-chan struct{}) {
	connection := dialTLS(address, over)
	if connection == nil {
		return
	}
	defer connection.Close()
	fmt.Fprintf(connection, "%sContent-Length: %d\r\n\r\n", head, 1<<30)
	part := make([]byte, 1<<16)
	connection.SetWriteDeadline(time.Now().Add(strangerTimeout))
	for !isClosed(over) {
		if _, err := connection.Write(part); err != nil {
			return
		}
	}
}

func endlessChunks(address string, over <-chan struct{}) {
	connection := dialTLS(address, over)
	if connection == nil {
		return
	}
	defer connection.Close()
	fmt.Fprintf(connection, "%sTransfer-Encoding: chunked\r\n\r\n", head)
	chunk := []byte("8000\r\n" + strings.Repeat(" ", 0x8000) + "\r\n")
	connection.SetWriteDeadline(time.Now().Add(strangerTimeout))
	for pause(time.Millisecond, over) {
		if _, err := connection.Write(chunk); err != nil {
			return
		}
	}
}

// churn connects, asks for nothing, and resets the connection.
func churn(address string, over <-chan struct{}) {
	connection := dialTLS(address, over)
	if connection == nil {
		return
	}
	connection.(*tls.Conn).NetConn().(*net.TCPConn).SetLinger(0)
	connection.(*tls.Conn).NetConn().Close()
	pause(20*time.Millisecond, over)
}

// deafness asks for an answer of megabytes and does not read it.
func deafness(address string, over <-chan struct{}) {
	connection := dialTLS(address, over)
	if connection == nil {
		return
	}
	defer connection.Close()
	r := gadget("deaf", map[string]any{"choice": strings.Repeat("x", 2<<20)}, false)
	fmt.Fprintf(connection, "%sContent-Length: %d\r\n\r\n%s", head, len(r.body), r.body)
	for pause(100*time.Millisecond, over) {
		connection.SetWriteDeadline(time.Now().Add(time.Millisecond))
		if _, err := connection.Write([]byte(" ")); err != nil {
			return
		}
	}
}

// costlyRules sends reviews that use up what an expression may cost, and takes the answers.
func costlyRules(address string, over <-chan struct{}) {
	connection := dialTLS(address, over)
	if connection == nil {
		return
	}
	defer connection.Close()
	r := gadget("costly", map[string]any{"items": numbers(1000)}, false)
	answer := make([]byte, 1<<16)
	for pause(20*time.Millisecond, over) {
		connection.SetDeadline(time.Now().Add(patience))
		fmt.Fprintf(connection, "%sContent-Length: %d\r\n\r\n%s", head, len(r.body), r.body)
		if _, err := connection.Read(answer); err != nil {
			return
		}
	}
}

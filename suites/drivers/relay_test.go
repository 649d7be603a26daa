package drivers

import (
	"net"
	"sync"
	"testing"
	"time"
)

// A cut is a way in which a relay ends connections.
type cut struct {
	at    string        // request: at the next byte of the client; reply: at the next of the server; idle: at once
	past  int           // only after as many bytes more
	reset bool          // by a reset, else in order
	delay time.Duration // nothing is cut: the bytes come later
}

// A relay carries bytes to a server, and cuts as the network or a balancer would. It shares no code with the gate.
type relay struct {
	net.Listener
	mu    sync.Mutex
	next  cut
	conns []*net.TCPConn // of clients
}

func newRelay(t *testing.T, server string) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{Listener: l}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			backend, err := net.Dial("tcp", server)
			if err != nil {
				_ = client.Close()
				continue
			}
			c := client.(*net.TCPConn)
			r.mu.Lock()
			r.conns = append(r.conns, c)
			r.mu.Unlock()
			go r.carry(c, backend, "request", c)
			go r.carry(backend, c, "reply", c)
		}
	}()
	return r
}

func (r *relay) carry(from, to net.Conn, way string, client *net.TCPConn) {
	defer func() { _ = to.Close() }()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		if c, struck := r.strike(way, n); struck {
			if c.delay == 0 {
				_, _ = to.Write(buf[:min(n, c.past)])
				end(client, c)
				return
			}
			time.Sleep(c.delay)
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

// strike takes the cut that was wanted, if its place is within these n bytes.
func (r *relay) strike(way string, n int) (cut, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.next
	if c.at != way {
		return cut{}, false
	}
	if n <= c.past {
		r.next.past -= n
		return cut{}, false
	}
	r.next = cut{}
	return c, true
}

// cut wants the next connection to be cut, or cuts all at once.
func (r *relay) cut(c cut) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next = c
	if c.at != "idle" {
		return
	}
	for _, client := range r.conns {
		end(client, c)
	}
}

func end(client *net.TCPConn, c cut) {
	if c.reset {
		_ = client.SetLinger(0)
	}
	_ = client.Close()
}

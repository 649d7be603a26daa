package main

import (
	"bytes"
	"net"
	"sync"
	"testing"
)

// A tap stands before a TCP server and breaks the way to it.
type tap struct {
	listener net.Listener
	backend  string

	mu    sync.Mutex
	mode  string            // "" | closed | silent | lose (the reply to a commit)
	conns map[net.Conn]bool // both ends of what is open
}

func newTap(t *testing.T, backend string) *tap {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	p := &tap{listener: l, backend: backend, conns: map[net.Conn]bool{}}
	t.Cleanup(func() { l.Close(); p.cut() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(c)
		}
	}()
	return p
}

func (p *tap) addr() string { return p.listener.Addr().String() }

func (p *tap) set(mode string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mode = mode
}

func (p *tap) is(mode string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mode == mode
}

// cut closes what is open.
func (p *tap) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		c.Close()
	}
	clear(p.conns)
}

func (p *tap) hold(cs ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range cs {
		p.conns[c] = true
	}
}

func (p *tap) serve(client net.Conn) {
	p.hold(client)
	if p.is("closed") {
		client.Close()
		return
	}
	server, err := net.Dial("tcp", p.backend)
	if err != nil {
		client.Close()
		return
	}
	p.hold(server)
	lost := make(chan struct{})
	go p.pump(client, server, func(b []byte) {
		if p.is("lose") && bytes.Contains(b, []byte("commit")) {
			close(lost)
		}
	})
	p.pump(server, client, func([]byte) {
		select {
		case <-lost:
			client.Close()
		default:
		}
	})
}

// pump copies until an end closes; a silent tap swallows everything.
func (p *tap) pump(from, to net.Conn, see func([]byte)) {
	defer from.Close()
	defer to.Close()
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		if err != nil {
			return
		}
		see(b[:n])
		if p.is("silent") {
			continue
		}
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
	}
}

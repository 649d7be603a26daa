package httpapi

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
)

// local is an HTTP server in this process, on a port of 127.0.0.1.
type local struct {
	server   *http.Server
	listener net.Listener
	served   chan struct{}
	stop     sync.Once
}

func serve(ctx context.Context, h http.Handler) (*local, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the http backend: %w", err)
	}
	s := &local{listener: l, served: make(chan struct{}), server: &http.Server{
		Handler: h, Protocols: onlyHTTP1(), ErrorLog: log.New(io.Discard, "", 0),
	}}
	go func() {
		defer close(s.served)
		_ = s.server.Serve(l)
	}()
	return s, nil
}

// Addr is host:port.
func (s *local) Addr() string { return s.listener.Addr().String() }

// Names gives nothing further.
func (s *local) Names() map[string]string { return nil }

// Stateful is true: what a handler keeps is not known.
func (s *local) Stateful() bool { return true }

// Reset does nothing: what a handler keeps is its own.
func (s *local) Reset(context.Context) error { return nil }

// Stop ends it, and closes its connections.
func (s *local) Stop(context.Context) error {
	s.stop.Do(func() {
		_ = s.server.Close()
		<-s.served
	})
	return nil
}

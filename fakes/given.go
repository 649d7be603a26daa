package fakes

import (
	"context"
	"fmt"
	"net"
)

// Given is a server that runs already, at host:port. It is never started, reset or stopped.
func Given(addr string) Server { return given(addr) }

type given string

// Start tells whether anybody listens there.
func (g given) Start(ctx context.Context) (Backend, error) {
	var dialer net.Dialer
	c, err := dialer.DialContext(ctx, "tcp", string(g))
	if err != nil {
		return nil, fmt.Errorf("reach the given server: %w", err)
	}
	return g, c.Close()
}

func (g given) Addr() string              { return string(g) }
func (given) Names() map[string]string    { return nil }
func (given) Stateful() bool              { return true }
func (given) Reset(context.Context) error { return nil }
func (given) Stop(context.Context) error  { return nil }

package lab

import (
	"context"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// deaf is a rig in which nothing happens, and which is never quiet.
type deaf struct{ hits []fault.Hit }

func (deaf) Arm(context.Context, fault.Injection, string) error { return nil }
func (deaf) Drain(context.Context, string) (int, error)         { return 0, nil }
func (d deaf) Hits(context.Context, int64) ([]fault.Hit, error) { return d.hits, nil }
func (deaf) Quiet(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}
func (deaf) Bind(string, string) error { return nil }
func (deaf) Addr(string) string        { return "" }
func (deaf) Close() error              { return nil }
func (deaf) Serve(context.Context, string, fakes.Dependency) (fakes.Backend, error) {
	return nil, nil
}

func bare(c *Config) {
	d := c.Fakes["db"]
	d.Server = bareServer{d.Server}
	c.Fakes = Fakes{"db": d}
}

// bareServer hides the powers of a backend: it embeds it and does not unwrap.
type bareServer struct{ fakes.Server }

type bareBackend struct{ fakes.Backend }

func (b bareServer) Start(ctx context.Context) (fakes.Backend, error) {
	started, err := b.Server.Start(ctx)
	return bareBackend{started}, err
}

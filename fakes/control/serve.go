package control

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/nameserver"
)

// The environment of a program that serves a rig, and where it listens unless that says otherwise.
const (
	EnvToken  = "FAKES_TOKEN"
	EnvListen = "FAKES_LISTEN"
	EnvNames  = "FAKES_NAMES" // where it is a nameserver.Server that obeys the same token; empty: nowhere
	Listen    = ":7070"
)

// Serve is a program that does nothing else: it obeys whoever has the token, until ctx ends. The address at which it listens
// is printed. What the environment says of it, env gives.
func Serve(ctx context.Context, kinds map[string]fakes.Entry, env func(name string) string, out io.Writer) error {
	rig, err := NewServer(kinds, env(EnvToken))
	if err != nil {
		return fmt.Errorf("%w: %s", err, EnvToken)
	}
	if at := env(EnvNames); at != "" {
		names, err := nameserver.Listen(ctx, at, env(EnvToken))
		if err != nil {
			return errors.Join(err, rig.Close())
		}
		go func() { _ = names.Serve(ctx) }()
	}
	l, err := net.Listen("tcp", cmp.Or(env(EnvListen), Listen))
	if err != nil {
		return errors.Join(err, rig.Close())
	}
	_, _ = fmt.Fprintln(out, "listening at", l.Addr())
	server := &http.Server{Handler: rig, ReadHeaderTimeout: 5 * time.Second}
	end := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer end()
	if err = server.Serve(l); errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, rig.Close())
}

package control

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/failwell/failwell/fakes"
)

// The environment of a program that serves a rig, and where it listens unless that says otherwise.
const (
	EnvToken  = "FAKES_TOKEN"
	EnvListen = "FAKES_LISTEN"
	Listen    = ":7070"
)

// Serve is a program that does nothing else: it obeys whoever has the token, until ctx ends. The address at which it listens
// is printed.
func Serve(ctx context.Context, kinds map[string]fakes.Entry, listen, token string, out io.Writer) error {
	if listen == "" {
		listen = Listen
	}
	rig, err := NewServer(kinds, token)
	if err != nil {
		return fmt.Errorf("%w: %s", err, EnvToken)
	}
	l, err := net.Listen("tcp", listen)
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

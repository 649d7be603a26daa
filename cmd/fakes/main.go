// Command fakes is a rig that is driven from outside: it listens at FAKES_LISTEN (:7070) for whoever has FAKES_TOKEN, and
// makes, arms and watches fakes as it is told. It is meant for a container beside the system, FROM scratch.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/failwell/failwell/fakes/control"
	"github.com/failwell/failwell/fakes/kinds"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := serve(ctx, cmp.Or(os.Getenv("FAKES_LISTEN"), ":7070"), os.Getenv("FAKES_TOKEN")); err != nil {
		fmt.Fprintln(os.Stderr, "fakes:", err)
		os.Exit(2)
	}
}

// serve obeys until ctx ends.
func serve(ctx context.Context, listen, token string) error {
	rig, err := control.NewServer(kinds.All(), token)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return errors.Join(err, rig.Close())
	}
	fmt.Println("listening at", l.Addr())
	server := &http.Server{Handler: rig, ReadHeaderTimeout: 5 * time.Second}
	end := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer end()
	if err = server.Serve(l); errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, rig.Close())
}

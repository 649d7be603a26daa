// Command fakes is a rig that is driven from outside: it listens at FAKES_LISTEN (:7070) for whoever has FAKES_TOKEN, and
// makes, arms and watches fakes as it is told. It is meant for a container beside the system, FROM scratch. The failwell
// program is the same when it is called as `failwell fakes`.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/failwell/failwell/fakes/control"
	"github.com/failwell/failwell/fakes/kinds"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := control.Serve(ctx, kinds.All(), os.Getenv, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "fakes:", err)
		os.Exit(2)
	}
}

package fakes

import (
	"context"
	"net"
	"sync"

	"github.com/failwell/failwell/harness/fault"
)

// ServeConns runs handle for each connection of l, in a goroutine of its own, until ctx ends; then it closes all of them,
// waits for the handlers and returns nil. A connection is closed when its handler returns.
func ServeConns(ctx context.Context, l net.Listener, handle func(context.Context, net.Conn)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	var live sync.Map
	var handlers sync.WaitGroup
	var err error
	for {
		var c net.Conn
		if c, err = l.Accept(); err != nil {
			break
		}
		live.Store(c, true)
		handlers.Go(func() {
			defer live.Delete(c)
			defer func() { _ = c.Close() }()
			handle(ctx, c)
		})
	}
	if ctx.Err() != nil {
		err = nil
	}
	cancel()
	live.Range(func(c, _ any) bool { _ = c.(net.Conn).Close(); return true })
	handlers.Wait()
	return err
}

// ConnectOp is the op `connect` with what the rig does there for every fake alike.
func ConnectOp() Op {
	return Op{Name: string(fault.Connect), Can: map[fault.Point][]fault.Verb{
		fault.Connect: {fault.Pass, fault.Hang, fault.Reset, fault.Close},
	}}
}

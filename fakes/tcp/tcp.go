// Package tcp is a gate before any address. It knows no protocol: bytes pass both ways, and each turn of a conversation
// (the client speaks, the server answers) is one call, `stream`. The call begins with the first bytes of the client after
// the server has spoken, and ends when the server pauses after it has answered.
//
//	client --up--> turn: ask, strike at request --> server
//	client <-- strike at reply and body <--down-- server
package tcp

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// Stream is the op of a turn.
const Stream = "stream"

// Fake relays bytes. The zero value is ready to use.
type Fake struct {
	Class string // what the address is to the system: store, upstream, cache, queue; empty: upstream
}

var _ fakes.Fake = Fake{}

// Before makes a dependency of a server that runs at addr, host:port.
func Before(addr string) fakes.Dependency {
	return fakes.Dependency{Fake: Fake{}, Server: fakes.Given(addr)}
}

var _ fakes.Maker = Make

// Make makes a dependency of a given address: host:port, or a URL with a port, which the system then gets with the gate
// in place of its host.
func Make(o fakes.Options) (fakes.Dependency, error) {
	switch {
	case o.Address == "":
		return fakes.Dependency{}, fmt.Errorf("%s: tcp stands before a given server: say its address, host:port", o.Name)
	case o.Stubs != nil:
		return fakes.Dependency{}, fmt.Errorf("%s: tcp knows no protocol and has no stubs", o.Name)
	}
	if !strings.Contains(o.Address, "://") {
		if _, _, err := net.SplitHostPort(o.Address); err != nil {
			return fakes.Dependency{}, fmt.Errorf("%s: want host:port, or a URL with a port: %w", o.Name, err)
		}
		return Before(o.Address), nil
	}
	given, err := url.Parse(o.Address)
	if err != nil || given.Hostname() == "" || given.Port() == "" {
		return fakes.Dependency{}, fmt.Errorf("%s: want host:port, or a URL with a port, not %q", o.Name, o.Address)
	}
	d := Before(given.Host)
	d.URL = func(addr string, _ map[string]string) string {
		own := *given
		own.Host = addr
		return own.String()
	}
	return d, nil
}

// Describe says what can be done to a connection and to a turn.
func (f Fake) Describe() fakes.Kind {
	class := f.Class
	if class == "" {
		class = "upstream"
	}
	return fakes.Kind{Name: "tcp", Class: class, Doc: "Anything that speaks over TCP: connections are passed on, and can be refused, held, cut or slowed down, but calls are not understood.", Ops: []fakes.Op{
		fakes.ConnectOp(),
		{Name: Stream, Can: map[fault.Point][]fault.Verb{
			fault.Request: {fault.Pass, fault.Hang, fault.Reset, fault.Close, fault.Garble},
			fault.Reply:   {fault.Pass, fault.Hang, fault.Reset, fault.Close, fault.Lose, fault.Garble},
			fault.Body:    {fault.Pass, fault.Hang, fault.Reset, fault.Close, fault.Cut, fault.Drip, fault.Garble},
		}},
	}}
}

// Serve relays every connection of l to the backend until ctx ends.
func (f Fake) Serve(ctx context.Context, l net.Listener, g fakes.Gate) error {
	kind := f.Describe()
	return fakes.ServeConns(ctx, l, func(ctx context.Context, client net.Conn) {
		server, err := g.Dial(ctx)
		if err != nil { // as a load balancer without a backend
			_ = fakes.Reset(client)
			return
		}
		s := &session{ctx: ctx, gate: g, kind: &kind, client: client, server: server, id: fakes.ID(client)}
		s.relay()
	})
}

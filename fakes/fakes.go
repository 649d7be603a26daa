// Package fakes holds what every controllable dependency keeps to. A Fake turns wire into calls and effects into wire,
// and nothing else: it asks its Gate about each call, and obeys. What a kind of dependency knows about itself is data, its
// Kind. The Rig runs fakes, arms faults and keeps the hits.
//
//	system --wire--> Fake --Call--> Gate --Effect--> Fake --wire--> backend (through Gate.Dial)
package fakes

import (
	"context"
	"net"
	"time"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

// A Fake is a controllable dependency: a gate before a backend.
type Fake interface {
	// Serve speaks the protocol on every connection of l until ctx ends, then closes all of them and returns nil.
	Serve(ctx context.Context, l net.Listener, g Gate) error
	// Describe says what the kind can do.
	Describe() Kind
}

// A Gate is the one link of a fake to the harness.
type Gate interface {
	// Ask decides and records a call. It never blocks.
	Ask(c fault.Call) Strike
	// Dial reaches the backend.
	Dial(ctx context.Context) (net.Conn, error)
}

// A Strike is what a call gets. Every strike is ended by exactly one Done; further ones are ignored.
type Strike interface {
	// Effect is what to do. The zero effect, and a pass without delay, let the call through.
	Effect() fault.Effect
	// Wait holds the call for d; a negative d is without end. It returns why it ended; ctx is cancelled when the
	// system is gone.
	Wait(ctx context.Context, d time.Duration) Ended
	// Done says what became of the effect, and what the system was told, in short ("503", "SELECT 1", "closed").
	// A hang, or a delay, that the system ended itself by leaving was carried out; ClientLeft is for an effect that could
	// not begin. For a call that nothing was done to, give "" and the answer.
	Done(d fault.Done, answer string)
}

// A Teller is a Strike that keeps what the system was answered. It is told before Done.
type Teller interface{ Tell(s fault.Said) }

// Ended is why a wait ended.
type Ended int

// Why a wait ended.
const (
	Elapsed  Ended = iota
	Released       // the fault was lifted, or others were armed
	Left           // the system closed its connection, or gave up the call
)

// Server is what stands behind a gate: a stub, an installed server, or a given address.
type Server interface {
	// Start brings the backend up. Whatever it started is stopped by Backend.Stop.
	Start(ctx context.Context) (Backend, error)
}

// Backend is a running server behind a gate.
type Backend interface {
	// Addr is host:port.
	Addr() string
	// Names are further facts for the system: user, password, database.
	Names() map[string]string
	// Stateful tells whether the backend keeps what is written.
	Stateful() bool
	// Reset brings the data back to what it was after Start.
	Reset(ctx context.Context) error
	// Stop ends it; calling it again is harmless.
	Stop(ctx context.Context) error
}

// Dependency is one dependency of a lab: how it is faked, and what stands behind the gate.
type Dependency struct {
	Fake   Fake
	Server Server
	// URL makes the address that the system is given from the gate's host:port and the backend's names. Nil: host:port.
	URL func(addr string, names map[string]string) string
	// CA is the PEM of the authority that signed the gate's certificate; empty: the gate speaks in the clear.
	CA string
}

// Options is what a lab file says about one dependency.
type Options struct {
	Name    string       // the dependency's name
	Server  string       // stub, installed, part (of the system; it is bound when that has its port), or empty for the kind's default
	Address string       // a given server: DSN, URL or host:port
	Image   *Image       // a server in a container, for whoever has an engine
	Stubs   *decode.Node // what the stub answers; nil: nothing
	TLS     bool         // the system speaks TLS to the gate
	Dir     string       // a directory of this lab's own; it exists
	// Mint gives a canary for a place ("password", "host name") and remembers it; secret ones must never be in a log.
	Mint func(where string, secret bool) string
}

// Image says how a server in a container is made.
type Image struct {
	Name string
	Port int               // where it listens; 0: as its kind does
	Env  map[string]string // of its own
	Cmd  []string          // in place of the image's
}

// Maker makes a dependency of one kind from what a lab file says. A mistake in Options is an error for its author; a
// server that is not on this machine is an *Unavailable.
type Maker func(o Options) (Dependency, error)

// Unavailable says that a server cannot be had on this machine.
type Unavailable struct{ What string }

func (u *Unavailable) Error() string { return u.What }

// Rig is a set of running fakes.
type Rig interface {
	// Arm replaces what is armed, all at once, and returns when it holds for live connections too. Seed decides chances.
	Arm(ctx context.Context, in fault.Injection, seed string) error
	// Drain closes the connections of a dependency that are idle, and gives the number of those still open.
	Drain(ctx context.Context, on string) (int, error)
	// Hits gives the calls with Seq > since, in order; open ones too.
	Hits(ctx context.Context, since int64) ([]fault.Hit, error)
	// Quiet waits until no call is open and none was new for 50 ms; ctx bounds it.
	Quiet(ctx context.Context) error
	// Bind puts a gate before a backend.
	Bind(name, backend string) error
	// Addr is the address (host:port) at which the system reaches a dependency.
	Addr(name string) string
	Close() error
}

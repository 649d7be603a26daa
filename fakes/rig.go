package fakes

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

// LocalRig is a rig whose fakes run in this process, so that arming is the swap of a pointer.
type LocalRig struct {
	start  time.Time
	arming sync.Mutex // held while faults are armed, added to or closed: one at a time

	mu       sync.Mutex // guards all below, and the bookkeeping of dependencies and connections
	deps     map[string]*dependency
	armed    *armed
	journal  journal
	open     int       // calls without Done
	active   time.Time // the last beginning or end of a call
	waiters  []chan struct{}
	lastConn int64
	closed   bool
}

var _ Rig = (*LocalRig)(nil)

// NewRig makes a rig without dependencies and without faults. Close ends it.
func NewRig() *LocalRig {
	now := time.Now()
	return &LocalRig{
		start: now,
		deps:  map[string]*dependency{},
		armed: newArmed(fault.Injection{}, "", now),
	}
}

// dependency is one fake at work.
type dependency struct {
	rig      *LocalRig
	name     string
	listener *listener
	stop     context.CancelFunc
	done     chan struct{} // Serve has returned

	// Guarded by rig.mu.
	backend  string
	err      error // why Serve returned though nobody stopped it, or why the port could not be opened again
	conns    map[int64]*connection
	open     int // calls without Done
	link     *fault.Link
	standing *standstill // what holds silent and stalled connections; nil: nothing does
}

// Add starts serving a dependency at listen: "127.0.0.1:0", or a fixed address. ctx bounds the start only; Close ends the
// service.
func (r *LocalRig) Add(ctx context.Context, name string, f Fake, listen string) error {
	r.arming.Lock()
	defer r.arming.Unlock()
	d := &dependency{rig: r, name: name, done: make(chan struct{}), conns: map[int64]*connection{}}
	d.listener = newListener(d, listen)
	r.mu.Lock()
	_, taken := r.deps[name]
	closed := r.closed
	r.mu.Unlock()
	if closed {
		return fmt.Errorf("add %s: the rig is closed", name)
	}
	if taken {
		return fmt.Errorf("add %s: there is a dependency of this name already", name)
	}
	if err := d.listener.open(ctx); err != nil {
		return fmt.Errorf("add %s: %w", name, err)
	}
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	d.stop = stop
	r.mu.Lock()
	r.deps[name] = d
	r.mu.Unlock()
	go d.serve(serving, f)
	return nil
}

func (d *dependency) serve(ctx context.Context, f Fake) {
	defer close(d.done)
	err := f.Serve(ctx, d.listener, d)
	stopped := ctx.Err() != nil
	switch {
	case stopped && (err == nil || errors.Is(err, context.Canceled) || errors.Is(err, net.ErrClosed)):
		return
	case err == nil:
		err = errors.New("it stopped by itself")
	}
	d.fault(fmt.Errorf("serve %s: %w", d.name, err))
}

// fault keeps a failure of the rig itself for the next Arm, or Close, to report.
func (d *dependency) fault(err error) {
	d.rig.mu.Lock()
	defer d.rig.mu.Unlock()
	d.err = errors.Join(d.err, err)
}

// find gives a dependency by name.
func (r *LocalRig) find(name string) (*dependency, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if d, ok := r.deps[name]; ok {
		return d, nil
	}
	names := slices.Sorted(maps.Keys(r.deps))
	return nil, fmt.Errorf("no dependency %q%s", name, decode.DidYouMean(name, names))
}

// all gives the dependencies, by name.
func (r *LocalRig) all() []*dependency {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := slices.Collect(maps.Values(r.deps))
	slices.SortFunc(list, func(a, b *dependency) int {
		if a.name < b.name {
			return -1
		}
		return 1
	})
	return list
}

// Bind puts the gate of a dependency before a backend, host:port. Connections that are open keep theirs.
func (r *LocalRig) Bind(name, backend string) error {
	d, err := r.find(name)
	if err != nil {
		return fmt.Errorf("bind: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	d.backend = backend
	return nil
}

// Addr is host:port at which the system reaches a dependency; it stays the same while the rig lives. Empty: no such
// dependency.
func (r *LocalRig) Addr(name string) string {
	d, err := r.find(name)
	if err != nil {
		return ""
	}
	return d.listener.Addr().String()
}

// stopBound is how long a fake may take to end after its connections were closed.
const stopBound = 5 * time.Second

// Close ends every fake, closes every connection and waits until Serve has returned. Calling it again is harmless.
func (r *LocalRig) Close() error {
	r.arming.Lock()
	defer r.arming.Unlock()
	now := time.Now()
	r.mu.Lock()
	was := r.armed
	r.armed = newArmed(fault.Injection{}, "", now)
	r.closed = true
	r.mu.Unlock()
	was.lift()
	var mistakes []error
	for _, d := range r.all() {
		if err := d.close(); err != nil {
			mistakes = append(mistakes, err)
		}
	}
	return errors.Join(mistakes...)
}

func (d *dependency) close() error {
	d.stop()
	_ = d.listener.Close()
	for _, c := range d.existing() {
		_ = c.Close()
	}
	bound := time.NewTimer(stopBound)
	defer bound.Stop()
	select {
	case <-d.done:
	case <-bound.C:
		return fmt.Errorf("stop %s: its fake still serves after %s", d.name, stopBound)
	}
	d.listener.wait()
	for _, c := range d.existing() { // accepted while the listener closed
		_ = c.Close()
	}
	d.rig.mu.Lock()
	defer d.rig.mu.Unlock()
	err := d.err
	d.err = nil
	return err
}

// existing gives the connections that are open now.
func (d *dependency) existing() []*connection {
	d.rig.mu.Lock()
	defer d.rig.mu.Unlock()
	return slices.Collect(maps.Values(d.conns))
}

package docker

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"

	"github.com/failwell/failwell/fakes/nameserver"
	"github.com/failwell/failwell/harness/fault"
)

// names is the name server of a lab. Without one, and for a container that may look names up outside, the dependencies stand
// in the hosts file.
type names struct {
	server string // the IP address at which containers ask it; empty: there is none
	update string // where it takes changes, for this program
	key    string // whom it obeys
}

// nobody is where no name server listens: the container itself. Who asks there waits until its resolver gives up.
const nobody = "127.0.0.1"

// startNames has names answered by this program where it may listen at the port of name servers, else by a container like
// that of the fakes. There is none where neither can be.
func (e *engine) startNames(ctx context.Context, at site) (n names, end func(context.Context) error) {
	key := rand.Text()
	server, err := nameserver.Listen(ctx, net.JoinHostPort(at.fakes, strconv.Itoa(nameserver.Port)), key)
	if err == nil {
		serving, stop := context.WithCancel(context.WithoutCancel(ctx))
		ended := make(chan error, 1)
		go func() { ended <- server.Serve(serving) }()
		return names{server: at.fakes, update: server.Addr(), key: key}, func(context.Context) error {
			stop()
			return <-ended
		}
	}
	r, err := e.startRig(ctx, at)
	if err != nil {
		return names{}, nothing
	}
	return r.names, func(context.Context) error { return r.Close() }
}

// resolve lets a container find the dependencies of a launch.
func (r *recipe) resolve(ctx context.Context, at site, dependencies []string) error {
	if r.names = at.names; r.names.server == "" || !r.inward {
		r.names = names{}
		for _, name := range dependencies {
			r.hosts = append(r.hosts, name+":"+at.fakes)
		}
		return nil
	}
	addr, err := netip.ParseAddr(at.fakes)
	if err != nil {
		return fmt.Errorf("the address of the fakes: %w", err)
	}
	r.known = map[string]netip.Addr{}
	for _, name := range dependencies {
		r.known[name] = addr
	}
	return nameserver.Update(ctx, r.names.update, r.names.key, r.known)
}

// loseName takes a name away where it stands: from the name server, or out of the hosts file.
func (b *box) loseName(ctx context.Context, a fault.Act) (func(context.Context) error, error) {
	name := a.Args["name"]
	if b.names.server == "" {
		lines, err := b.order(ctx, "0", "lose", name)
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context) error {
			_, err := b.order(ctx, "0", "find", lines)
			return b.unless(err)
		}, nil
	}
	addr, ok := b.known[name]
	if !ok {
		return nil, errors.New("the system knows no " + name)
	}
	change := func(ctx context.Context, to netip.Addr) error {
		return nameserver.Update(ctx, b.names.update, b.names.key, map[string]netip.Addr{name: to})
	}
	return func(ctx context.Context) error { return change(ctx, addr) }, change(ctx, netip.Addr{})
}

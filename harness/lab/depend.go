package lab

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"strings"
	"syscall"

	"golang.org/x/sync/errgroup"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/system"
)

// depend starts the servers, puts the gates before them, and makes their names.
func (l *Lab) depend(ctx context.Context) error {
	l.names.launch, l.files = map[string]string{}, map[string]string{}
	maps.Copy(l.names.launch, l.site.Names)
	group, ctx := errgroup.WithContext(ctx)
	for name, d := range l.Config.Fakes {
		group.Go(func() error {
			addr, backend, err := l.serve(ctx, name, d)
			l.lock.Lock()
			defer l.lock.Unlock()
			if backend != nil {
				l.backends[name] = backend
				l.undo = append(l.undo, backend.Stop)
			}
			if err != nil {
				return fmt.Errorf("start dependency %s: %w", name, err)
			}
			l.name(name, addr, d, backend)
			return nil
		})
	}
	err := group.Wait()
	for name, s := range l.Config.Secrets {
		l.names.launch[name+".value"] = s.Value
	}
	l.Hide(l.ofServers()...)
	return err
}

func (l *Lab) serve(ctx context.Context, name string, d fakes.Dependency) (string, fakes.Backend, error) {
	local, ok := l.Rig.(*fakes.LocalRig)
	if !ok {
		backend, err := l.site.Rig.Serve(ctx, name, d)
		return l.Rig.Addr(name), backend, err
	}
	var backend fakes.Backend
	if d.Server != nil {
		var err error
		if backend, err = d.Server.Start(ctx); err != nil {
			return "", nil, err
		}
	}
	port, err := l.add(ctx, local, name, d.Fake)
	if err != nil {
		return "", backend, err
	}
	if backend != nil {
		if err := l.Rig.Bind(name, backend.Addr()); err != nil {
			return "", backend, err
		}
	}
	addr := l.Rig.Addr(name)
	if l.site.Reach != nil {
		addr = net.JoinHostPort(l.site.Reach(name), fmt.Sprint(port))
	}
	return addr, backend, nil
}

func (l *Lab) name(name, addr string, d fakes.Dependency, backend fakes.Backend) {
	facts := map[string]string{}
	if backend != nil {
		for k, v := range backend.Names() {
			facts[k] = v
		}
	}
	host, port, _ := net.SplitHostPort(addr)
	n := l.names.launch
	for k, v := range facts {
		n[name+"."+k] = v
	}
	n[name+".addr"], n[name+".host"], n[name+".port"], n[name+".url"] = addr, host, port, d.GateURL(addr, facts)
	if d.CA != "" {
		l.files[name+".ca"] = d.CA
	}
	if backend != nil {
		n[name+".direct.addr"], n[name+".direct.url"] = backend.Addr(), d.BackendURL(backend.Addr(), facts)
	}
}

// add starts a fake on a port of its own. A port that was free a moment ago may be in use for a moment: a child that is
// just being started holds a copy of the socket with which the port was tried, until it runs. Then the next one serves.
func (l *Lab) add(ctx context.Context, rig *fakes.LocalRig, name string, f fakes.Fake) (int, error) {
	for attempt := 1; ; attempt++ {
		port, release, err := l.ports.Take(ctx)
		if err != nil {
			return 0, err
		}
		l.releaseLater(release)
		err = rig.Add(ctx, name, f, net.JoinHostPort(l.site.Listen, fmt.Sprint(port)))
		if err == nil || attempt == 5 || !errors.Is(err, syscall.EADDRINUSE) {
			return port, err
		}
	}
}

// choosePorts gives the system the ports that it listens on.
func (l *Lab) choosePorts(ctx context.Context) error {
	ports, release, err := l.ports.TakeAll(ctx, system.PortNames(l.Config.System))
	if err != nil {
		return fmt.Errorf("choose ports for the system: %w", err)
	}
	l.releaseLater(release)
	l.names.launch["system.host"] = "127.0.0.1"
	for name, port := range ports {
		l.names.launch[name] = port
		l.names.launch[strings.TrimSuffix(name, "port")+"url"] = "http://127.0.0.1:" + port
	}
	return nil
}

// releaseLater gives ports back as the very last thing.
func (l *Lab) releaseLater(release func()) {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.undo = append([]func(context.Context) error{func(context.Context) error { release(); return nil }}, l.undo...)
}

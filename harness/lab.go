package harness

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/leak"
	"github.com/failwell/failwell/harness/redact"
	"github.com/failwell/failwell/harness/system"
)

// Lab is one instance of the system beside one rig. It runs one case at a time; its methods are not for concurrent use.
type Lab struct {
	cfg      Config
	site     Site
	rig      fakes.Rig
	ports    system.Ports
	lock     sync.Mutex // while the dependencies start side by side
	backends map[string]fakes.Backend
	names    names
	send     *sender
	redact   *redact.Redactor
	standing []check.Named
	start    time.Time
	undo     []func(context.Context) error // what was started, to be stopped in reverse order

	instance   system.Instance
	running    exchange.Launch // the launch of the instance
	dirty      bool            // the instance must be replaced before the next case
	launches   int
	retired    int             // operations on instances that are gone
	beganAt    int             // how many operations there were when the case began
	lacking    bool            // this machine lacks what the faults of the case need
	background map[string]bool // signatures of calls known from the idle phase
	learnt     map[string]learnt
	shape      check.Learnt // of errors
	calmed     bool
	lag        lag
	marked     int64             // the number of the last call that was looked at
	good       good              // the last healed exchange, which the next case may take for its calm
	memory     *memory           // shared by the labs of a sweep
	history    []string          // ids of the cases that this launch has seen
	goodAt     map[string]int    // how long the history was when a request succeeded last
	aftermath  []Aftermath       // found since it was asked for
	versions   map[string]string // how far the data of what is isolated had come when the next case could begin
}

// good is an answer to a request on one launch with nothing injected since.
type good struct {
	request string
	launch  int
	e       exchange.Exchange
}

// learnt is what calm showed of one request.
type learnt struct {
	calls []fault.Call
	last  exchange.Exchange
	ok    bool
	why   string
}

// Start brings up a lab: the servers and their gates, their data, the system, and what the idle phase shows. Its error is
// an *Unready when the system did not get ready; nothing is left running then.
func Start(ctx context.Context, cfg Config) (*Lab, error) {
	cfg, err := cfg.defaults()
	if err != nil {
		return nil, err
	}
	if cfg.System == nil {
		return nil, errors.New("a lab needs a system")
	}
	now := time.Now()
	secrets := redact.New(cfg.Seed, values(cfg.Secrets))
	l := &Lab{cfg: cfg, rig: fakes.NewRig(), start: now, send: newSender(cfg.Limit, now, secrets), backends: map[string]fakes.Backend{},
		redact: secrets, learnt: map[string]learnt{}, background: map[string]bool{},
		memory: &memory{steady: map[string]Steadiness{}, misses: map[string]int{}}, goodAt: map[string]int{}}
	watching, stop := context.WithCancel(context.WithoutCancel(ctx))
	go l.lag.watch(watching)
	go check.Warm()
	l.undo = append(l.undo, func(context.Context) error { stop(); return nil })
	if err := l.bringUp(ctx); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

func (l *Lab) bringUp(ctx context.Context) error {
	var err error
	if l.standing, err = l.cfg.Catalog.StandingChecks(); err != nil {
		return err
	}
	if l.cfg.Dir == "" {
		if l.cfg.Dir, err = os.MkdirTemp("", "failwell-lab-"); err != nil {
			return fmt.Errorf("make a directory for the lab: %w", err)
		}
		l.undo = append(l.undo, func(context.Context) error { return os.RemoveAll(l.cfg.Dir) })
	}
	if err := l.surround(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{l.choosePorts, l.tap, l.first, l.idle} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// surround makes everything that the system needs around it, and meanwhile what it is made of.
func (l *Lab) surround(ctx context.Context) error {
	dir, err := l.dir("system")
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	if m, ok := l.cfg.System.(system.Made); ok {
		group.Go(func() error { return m.Make(ctx, system.Setup{Dir: dir, State: l.cfg.State}) })
	}
	group.Go(func() error {
		for _, step := range []func(context.Context) error{l.open, l.depend, l.prepare, l.keep} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

// Close stops everything that was started, in reverse order.
func (l *Lab) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var all []error
	if l.instance != nil {
		_ = l.rig.Arm(ctx, fault.Injection{}, "")
		all = append(all, l.instance.Stop(ctx))
	}
	for _, undo := range slices.Backward(l.undo) {
		all = append(all, undo(ctx))
	}
	l.undo = nil
	return errors.Join(all...)
}

// depend starts the servers, puts the gates before them, and makes their names.
func (l *Lab) depend(ctx context.Context) error {
	l.names.launch = map[string]string{}
	maps.Copy(l.names.launch, l.site.Names)
	group, ctx := errgroup.WithContext(ctx)
	for name, d := range l.cfg.Fakes {
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
	for name, s := range l.cfg.Secrets {
		l.names.launch[name+".value"] = s.Value
	}
	l.redact = redact.New(l.cfg.Seed, l.secrets())
	l.send.redact = l.redact
	return err
}

// secrets are those that are declared, and the passwords of servers that were given: failwell did not make these, so they are
// real.
func (l *Lab) secrets() map[string]string {
	all := values(l.cfg.Secrets)
	for name, b := range l.backends {
		facts := b.Names()
		password := facts["password"]
		minted := slices.ContainsFunc(l.cfg.Canaries, func(c leak.Canary) bool { return c.Token == password })
		if !minted && password != facts["user"] && password != facts["database"] && redact.Telling(password) {
			all["password of "+name] = password
		}
	}
	return all
}

func (l *Lab) serve(ctx context.Context, name string, d fakes.Dependency) (string, fakes.Backend, error) {
	local, ok := l.rig.(*fakes.LocalRig)
	if !ok {
		backend, err := l.site.Rig.Serve(ctx, name, d)
		return l.rig.Addr(name), backend, err
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
		if err := l.rig.Bind(name, backend.Addr()); err != nil {
			return "", backend, err
		}
	}
	addr := l.rig.Addr(name)
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
	url := func(addr string) string {
		if d.URL == nil {
			return addr
		}
		return d.URL(addr, facts)
	}
	host, port, _ := net.SplitHostPort(addr)
	n := l.names.launch
	for k, v := range facts {
		n[name+"."+k] = v
	}
	n[name+".addr"], n[name+".host"], n[name+".port"], n[name+".url"] = addr, host, port, url(addr)
	if backend != nil {
		n[name+".direct.addr"], n[name+".direct.url"] = backend.Addr(), url(backend.Addr())
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
	ports, release, err := l.ports.TakeAll(ctx, system.PortNames(l.cfg.System))
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

// dir is a directory of one part of the lab.
func (l *Lab) dir(part string) (string, error) {
	dir := filepath.Join(l.cfg.Dir, part)
	return dir, os.MkdirAll(dir, 0o755)
}

// Launches is how often the system was started.
func (l *Lab) Launches() int { return l.launches }

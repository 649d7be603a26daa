// Package lab brings up one instance of the system under test beside a rig of controllable dependencies: ports, servers, data,
// launches, names. It asks requests and shows their calls, learns what calm is, and judges nothing.
package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/client"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/leak"
	"github.com/failwell/failwell/harness/redact"
	"github.com/failwell/failwell/harness/system"
)

// Lab is one instance of the system beside one rig. It runs one case at a time; its methods are not for concurrent use.
type Lab struct {
	Config  Config // as given, with its defaults filled in
	Rig     fakes.Rig
	Client  *client.Client
	Began   time.Time // what the times of exchanges and calls count from
	History History   // what the running launch has seen
	Dirty   bool      // the instance must be replaced before the next case
	Lag     Lag

	Successes Successes // whether their lines are worth waiting for

	site     Site
	ports    system.Ports
	lock     sync.Mutex // while the dependencies start side by side
	backends map[string]fakes.Backend
	names    Scope
	files    map[string]string             // texts of files whose paths are names
	undo     []func(context.Context) error // what was started, to be stopped in reverse order

	instance system.Instance
	running  exchange.Launch // the launch of the instance
	launches int
	logged   int                     // the position after the last line of its log that was looked at
	retired  int                     // operations on instances that are gone
	silence  atomic.Pointer[silence] // nil: somebody asks
	lore     *lore
	shape    check.Learnt      // of errors
	notes    []string          // of what was discovered
	marked   int64             // the number of the last call that was looked at
	versions map[string]string // how far the data of what is isolated had come when the next case could begin

	hiding   sync.Mutex // of the two below, while requests are sent side by side
	redactor atomic.Pointer[redact.Redactor]
	looked   []leak.Canary
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
	l := New(cfg, map[string]fakes.Backend{})
	watching, stop := context.WithCancel(context.WithoutCancel(ctx))
	go l.Lag.watch(watching)
	go check.Warm()
	l.undo = append(l.undo, func(context.Context) error { stop(); return nil })
	if err := l.bringUp(ctx); err != nil {
		return nil, l.Veiled(errors.Join(err, l.Close()))
	}
	return l, nil
}

// New is a lab in which nothing was started yet, with its defaults filled in and servers that others have started.
func New(cfg Config, backends map[string]fakes.Backend) *Lab {
	now := time.Now()
	l := &Lab{Config: cfg, Rig: fakes.NewRig(), Began: now, Client: client.New(cfg.Limit, now), backends: backends,
		lore: newLore()}
	if q, ok := system.As[system.Questioning](cfg.System); ok {
		l.notes = q.Questions()
	}
	l.Client.TraceIn(cfg.Contract.Trace.Sent)
	l.redactor.Store(redact.Hiding(cfg.Seed, cfg.declared()...))
	l.read()
	return l
}

func (l *Lab) bringUp(ctx context.Context) error {
	var err error
	if l.Config.Dir == "" {
		if l.Config.Dir, err = os.MkdirTemp("", "failwell-lab-"); err != nil {
			return fmt.Errorf("make a directory for the lab: %w", err)
		}
		l.undo = append(l.undo, func(context.Context) error { return os.RemoveAll(l.Config.Dir) })
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
	if m, ok := system.As[system.Made](l.Config.System); ok {
		group.Go(func() error { return m.Make(ctx, system.Setup{Dir: dir, State: l.Config.State}) })
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
		_ = l.Rig.Arm(ctx, fault.Injection{}, "")
		all = append(all, l.instance.Stop(ctx))
	}
	for _, undo := range slices.Backward(l.undo) {
		all = append(all, undo(ctx))
	}
	l.undo = nil
	return errors.Join(all...)
}

// dir is a directory of one part of the lab.
func (l *Lab) dir(part string) (string, error) {
	dir := filepath.Join(l.Config.Dir, part)
	return dir, os.MkdirAll(dir, 0o755)
}

// Launches is how often the system was started.
func (l *Lab) Launches() int { return l.launches }

// Operations is how often something was done to a container or a network since the lab began.
func (l *Lab) Operations() int {
	n := l.retired + system.Operations(l.instance)
	if l.site.Operations != nil {
		n += l.site.Operations()
	}
	for _, b := range l.backends {
		n += system.Operations(b)
	}
	return n
}

// Instance is the running copy of the system, nil while there is none.
func (l *Lab) Instance() system.Instance { return l.instance }

// Running is the launch of the running copy.
func (l *Lab) Running() exchange.Launch { return l.running }

// Backend is what stands behind the gate of a dependency, nil when nothing does.
func (l *Lab) Backend(name string) fakes.Backend { return l.backends[name] }

// ErrorShape is what the error answers of calm have in common.
func (l *Lab) ErrorShape() check.Learnt { return l.shape }

package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/httpapi"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/system"
)

// diary is what everything made up in these tests writes to, in the order in which it happens; a step can be made to fail.
type diary struct {
	mu    sync.Mutex
	lines []string
	fail  map[string]error
}

func (d *diary) note(line string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
	return d.fail[line]
}

func (d *diary) has(lines ...string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return !slices.ContainsFunc(lines, func(l string) bool { return !slices.Contains(d.lines, l) })
}

func (d *diary) count(line string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, l := range d.lines {
		if l == line {
			n++
		}
	}
	return n
}

func (d *diary) noted() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.lines)
}

// whole is a system with every power there is.
type whole struct {
	*diary
	handler http.HandlerFunc
	exit    error // of a launch, nil: it lives
}

func (w whole) Settings() []system.Setting {
	return []system.Setting{{Name: "env.DB", From: "env", Dependency: "db"}, {Name: "key", From: "secret", Secret: "key", Forms: []string{"file"}}}
}
func (whole) Conditions() []string                       { return []string{fault.Disk} }
func (whole) Ports() []string                            { return []string{"admin"} }
func (whole) Inside(string) (int, bool)                  { return 8080, true }
func (whole) Describe() system.Traits                    { return system.Traits{HealthCheck: true} }
func (w whole) Make(context.Context, system.Setup) error { return w.note("make") }
func (w whole) Ground() Ground                           { return w }
func (w whole) Open(context.Context) (Site, error) {
	site := Site{Listen: "127.0.0.1", Operations: func() int { return 100 }, Close: func(context.Context) error { return w.note("close the ground") }}
	return site, w.note("open the ground")
}

func (w whole) Start(ctx context.Context, s system.Setup) (system.Instance, error) {
	if err := w.note("start"); err != nil {
		return nil, err
	}
	s.Edits = nil
	i, err := system.FuncLogs(func(_ context.Context, _ system.Setup, log io.Writer) (http.Handler, error) {
		_, _ = fmt.Fprintln(log, "listening")
		return w.handler, w.exit
	}).Start(ctx, s)
	return wrappedInstance{living{i, w.diary}}, err
}

func (w whole) Task(ctx context.Context, s system.Setup) (system.Instance, error) {
	i, err := system.FuncLogs(func(_ context.Context, _ system.Setup, log io.Writer) (http.Handler, error) {
		_, _ = fmt.Fprintln(log, "migrating")
		return nil, errors.Join(w.note("task"), errors.New("the end"))
	}).Start(ctx, s)
	return wrappedInstance{ending{i, w.diary}}, err
}

// living is an instance with a health check in which something is done once.
type living struct {
	system.Instance
	*diary
}

func (l living) Unwrap() system.Instance                { return l.Instance }
func (l living) Health(context.Context) (string, error) { return "", l.note("health") }
func (l living) Operations() int                        { return 10 }
func (l living) Stop(ctx context.Context) error {
	return errors.Join(l.note("stop"), l.Instance.Stop(ctx))
}

// ending is an instance of a task. It ends with code 0, unless the diary says otherwise.
type ending struct {
	system.Instance
	*diary
}

func (e ending) Done() <-chan struct{} {
	done, ok := system.As[system.Ended](e.Instance)
	if !ok {
		panic("a Func ends")
	}
	return done.Done()
}

func (e ending) Exited() (exchange.Exit, bool) {
	if e.fail["task"] != nil {
		return e.Instance.Exited()
	}
	return exchange.Exit{}, true
}

// wrappedSystem, wrappedInstance and wrappedBackend have no power themselves, and so does who gives them.
type wrappedSystem struct{ system.System }

func (w wrappedSystem) Unwrap() system.System { return w.System }

type wrappedInstance struct{ system.Instance }

func (w wrappedInstance) Unwrap() system.Instance { return w.Instance }

type wrappedBackend struct{ fakes.Backend }

func (w wrappedBackend) Unwrap() fakes.Backend { return w.Backend }

// store is a real server, as far as the lab can tell: it takes scripts, its data can be brought back, it is in a container.
type store struct {
	*diary
	wrote *int
}

func (s store) Start(context.Context) (fakes.Backend, error) {
	if err := s.note("start the store"); err != nil {
		return nil, err
	}
	return wrappedBackend{s}, nil
}
func (store) Addr() string             { return "127.0.0.1:1" }
func (store) Names() map[string]string { return map[string]string{"user": "app", "password": "app"} }
func (store) Stateful() bool           { return true }
func (s store) Reset(context.Context) error {
	return s.note("reset")
}
func (s store) Stop(context.Context) error { return s.note("stop the store") }
func (s store) Exec(_ context.Context, script, as string) error {
	return s.note("exec " + script + " as " + as)
}
func (store) Query(context.Context, string) (string, error) { return "0", nil }
func (s store) Snapshot(context.Context) error              { return s.note("snapshot") }
func (s store) Version(context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprint(*s.wrote), s.fail["version"]
}
func (store) Operations() int { return 1 }

// write tells the store that something was written.
func (s store) write() {
	s.mu.Lock()
	defer s.mu.Unlock()
	*s.wrote++
}

// made is the configuration of a lab in which all is made up, and wrapped.
func made() (Config, whole, store) {
	d := &diary{fail: map[string]error{}}
	s := store{d, new(int)}
	w := whole{diary: d, handler: func(w http.ResponseWriter, r *http.Request) {
		_ = d.note(r.Method + " " + r.URL.Path)
		w.Header().Set("Location", "/orders/7")
	}}
	cfg := Config{
		System: wrappedSystem{w}, Fakes: Fakes{"db": {Fake: httpapi.Fake{}, Server: s}}, IdleFor: time.Millisecond, HealWithin: 200 * time.Millisecond,
		Secrets:  map[string]Secret{"key": {Value: "a-secret-value"}},
		Prepare:  []Prepare{{On: "db", Script: "create", As: "superuser"}, {On: "db", System: wrappedSystem{w}}},
		Isolate:  []Isolate{{On: "db"}},
		Ready:    Ready{Get: "/", Health: true, Within: 20 * time.Second},
		Requests: []scenario.Request{{Name: "get", Method: "GET", Target: "/get"}, {Name: "login", Method: "POST", Target: "/login"}},
		Before:   []scenario.Step{{Use: "login", Name: "login", Capture: map[string]string{"at": "Location"}}},
	}
	return cfg, w, s
}

// up brings up a lab.
func up(t *testing.T, cfg Config) *Lab {
	t.Helper()
	l, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

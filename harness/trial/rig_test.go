package trial

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/httpapi"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/scenario"
)

// stage is what everything made up in these tests writes to, in the order in which it happens. A step can be made to fail, a
// few times or always, or to hang until its context ends.
type stage struct {
	mu    sync.Mutex
	lines []string
	fail  map[string]int // step -> how often more; negative: always
	hang  map[string]bool
	after map[string]func() // what happens after a step, once
	armed fault.Injection
	calls []fault.Hit
	open  int // old connections that are left at a drain
	ill   bool
	sick  bool // once a fault has struck, every answer is bad

	refuse map[string]error // what a step gives in place of a failure
}

// step notes a step, and gives what came of it.
func (s *stage) step(ctx context.Context, name string) error {
	s.mu.Lock()
	if len(s.lines) == 0 || s.lines[len(s.lines)-1] != name {
		s.lines = append(s.lines, name)
	}
	failed := s.fail[name] != 0
	if failed {
		s.fail[name]--
	}
	hangs, refused, then := s.hang[name], s.refuse[name], s.after[name]
	delete(s.after, name)
	if then != nil {
		then()
	}
	s.mu.Unlock()
	if hangs {
		<-ctx.Done()
		return ctx.Err()
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if refused != nil {
		return refused
	}
	if failed {
		return fmt.Errorf("%s is out of order", name)
	}
	return nil
}

// mend ends all failing.
func (s *stage) mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail, s.after = map[string]int{}, nil
}

// clear forgets what was noted so far.
func (s *stage) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = nil
}

func (s *stage) noted() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.lines)
}

func (s *stage) isArmed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.armed.Rules)+len(s.armed.Links) > 0
}

// call is a call of the system on the dependency db, and tells whether a fault struck it.
func (s *stage) call(trace string) (struck bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := fault.Hit{Seq: int64(len(s.calls) + 1), Call: fault.Call{On: "db", Op: "GET", Text: "/x", Trace: trace}, At: 1, Took: 1}
	if len(s.armed.Rules) > 0 {
		h.Effect, h.Rule, h.Done, struck = s.armed.Rules[0].Effect, 1, fault.Carried, true
	}
	s.calls = append(s.calls, h)
	struck = struck || len(s.armed.Links) > 0
	s.ill = s.ill || s.sick && struck
	return struck || s.ill
}

// rig is a rig without any wire.
type rig struct{ *stage }

func (r rig) Arm(ctx context.Context, in fault.Injection, _ string) error {
	name := "arm"
	if len(in.Rules)+len(in.Links) == 0 {
		name = "lift"
	}
	if err := r.step(ctx, name); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.armed = in
	return nil
}

func (r rig) Drain(ctx context.Context, on string) (int, error) {
	err := r.step(ctx, "drain "+on)
	return r.open, err
}

func (r rig) Hits(ctx context.Context, since int64) ([]fault.Hit, error) {
	err := r.step(ctx, "calls")
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.calls[min(int(since), len(r.calls)):]), err
}

func (r rig) Quiet(ctx context.Context) error        { return r.step(ctx, "quiet") }
func (r rig) Bind(string, string) error              { return nil }
func (r rig) Addr(string) string                     { return "192.0.2.1:1" }
func (r rig) Close() error                           { return nil }
func (r rig) Open(context.Context) (lab.Site, error) { return lab.Site{Rig: r}, nil }
func (r rig) Serve(context.Context, string, fakes.Dependency) (fakes.Backend, error) {
	return wrappedBackend{store(r)}, nil
}

// requests: order is a write with a step before it and an effect, get reaches db, plain nobody.
func requests() []scenario.Request {
	return []scenario.Request{
		{Name: "login", Method: "POST", Target: "/login"},
		{Name: "order", Method: "POST", Target: "/order", Before: []scenario.Step{{Use: "login", Name: "login"}},
			Effect: &scenario.Effect{On: "db", SQL: "select count(*) from orders where k = '${case.key}'"}},
		{Name: "get", Method: "GET", Target: "/get"},
		{Name: "plain", Method: "GET", Target: "/plain"},
	}
}

// onStage brings up a lab of made-up parts that knows its calm.
func onStage(t *testing.T, more func(*lab.Config)) (*lab.Lab, *stage) {
	t.Helper()
	s := &stage{fail: map[string]int{}, hang: map[string]bool{}}
	cfg := lab.Config{System: wrappedSystem{software{s}}, Ground: rig{s}, Fakes: lab.Fakes{"db": {Fake: httpapi.Fake{}}}, Requests: requests(),
		Roles: map[string]contract.Role{"db": contract.Essential}, IdleFor: time.Millisecond, HealWithin: 300 * time.Millisecond,
		Deadline: 500 * time.Millisecond, Live: "/health/live"}
	if more != nil {
		more(&cfg)
	}
	l, err := lab.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	if _, err := l.Calm(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.clear()
	return l, s
}

// busy is a case in which calls on db are answered at connect, so that old connections have to go, while something is done to
// the system as well.
func busy(acts ...fault.Act) scenario.Case {
	rule := fault.Rule{Scope: fault.Scope{On: "db"}, Effect: fault.Effect{Verb: fault.Close, At: fault.Connect}}
	return scenario.Case{ID: "busy@db:order", Cause: "upstream/unreachable", Request: "order", Copies: 1,
		Faults: fault.Injection{Rules: []fault.Rule{rule}, Acts: acts}}
}

// timeOf is a pace: negative is one after the other.
func timeOf(every int) time.Duration { return time.Duration(every) * 5 * time.Millisecond }

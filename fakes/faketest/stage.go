package faketest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// Times of the contract. Bounds are generous: the contract is about what happens, and never early.
const (
	patience = 5 * time.Second        // for what must happen
	delay    = 40 * time.Millisecond  // of effects
	moment   = 60 * time.Millisecond  // for what must not happen
	pace     = 2 * time.Millisecond   // of a drip
	glance   = 500 * time.Microsecond // between looks at the hits
)

// on is the name of the dependency on the stage.
const on = "subject"

// stage is a subject at work in a rig.
type stage struct {
	Subject
	rig  *fakes.LocalRig
	spy  *spy
	stop func()
}

// play runs a probe on a stage of its own, and demands what holds after every probe: each call was ended exactly once, and
// nothing is left running.
func play(ctx context.Context, s Subject, probe func(context.Context, *stage) error) error {
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithTimeout(ctx, 4*patience)
	defer cancel()
	st, err := set(ctx, s)
	if err != nil {
		return err
	}
	err = probe(ctx, st)
	wrong := []error{err, st.rig.Close()}
	st.stop()
	return errors.Join(append(wrong, st.spy.wrong(), settled(before))...)
}

func set(ctx context.Context, s Subject) (*stage, error) {
	st := &stage{Subject: s, rig: fakes.NewRig(), spy: &spy{Fake: s.Fake}, stop: func() {}}
	if err := st.rig.Add(ctx, on, st.spy, "127.0.0.1:0"); err != nil {
		return nil, err
	}
	if s.Backend == nil {
		return st, nil
	}
	addr, stop, err := s.Backend(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the backend: %w", err), st.rig.Close())
	}
	st.stop = stop
	return st, st.rig.Bind(on, addr)
}

// settled waits until no more goroutines run than before.
func settled(before int) error {
	deadline := time.Now().Add(patience)
	for runtime.NumGoroutine() > before {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			return fmt.Errorf("%d goroutines were left running after Close:\n%s",
				runtime.NumGoroutine()-before, stacks[:runtime.Stack(stacks, true)])
		}
		look()
	}
	return nil
}

// look lets a moment pass between two looks at a condition.
func look() { <-time.After(glance) }

// do performs an op once.
func (st *stage) do(ctx context.Context, op string) (string, error) {
	client, ok := st.Ops[op]
	for _, o := range st.Fake.Describe().Ops {
		if !ok {
			client, ok = st.Ops[o.Name]
		}
	}
	if !ok {
		return "", fmt.Errorf("the subject has no client for %q", op)
	}
	return client(ctx, st.rig.Addr(on))
}

// outcome is what a client saw.
type outcome struct {
	answer string
	err    error
	took   time.Duration
}

func (o outcome) String() string {
	if o.err != nil {
		return fmt.Sprintf("error %q after %s", o.err, o.took)
	}
	return fmt.Sprintf("answer %q after %s", o.answer, o.took)
}

func (st *stage) try(ctx context.Context, op string) outcome {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	start := time.Now()
	answer, err := st.do(ctx, op)
	return outcome{answer, err, time.Since(start)}
}

// start performs an op in the background.
func (st *stage) start(ctx context.Context, op string) <-chan outcome {
	result := make(chan outcome, 1)
	go func() { result <- st.try(ctx, op) }()
	return result
}

// arm arms one effect for one op.
func (st *stage) arm(ctx context.Context, op string, e fault.Effect) (fault.Effect, error) {
	if st.Adapt != nil {
		e = st.Adapt(op, e)
	}
	if st.Skip != nil {
		if reason := st.Skip(op, e); reason != "" {
			return e, Skipped(reason)
		}
	}
	rule := fault.Rule{Scope: fault.Scope{On: on, Op: op}, Effect: e}
	return e, st.rig.Arm(ctx, fault.Injection{Rules: []fault.Rule{rule}}, "faketest")
}

func (st *stage) heal(ctx context.Context) error { return st.rig.Arm(ctx, fault.Injection{}, "") }

// struck waits for a call of the op that a rule decided; ended: until it has ended.
func (st *stage) struck(ctx context.Context, op string, ended bool) (fault.Hit, error) {
	deadline := time.Now().Add(patience)
	for {
		hits, err := st.rig.Hits(ctx, 0)
		if err != nil {
			return fault.Hit{}, err
		}
		for _, h := range hits {
			if strings.EqualFold(h.Call.Op, op) && h.Rule > 0 && (!ended || h.Took > 0) {
				return h, nil
			}
		}
		if time.Now().After(deadline) {
			return fault.Hit{}, fmt.Errorf("no %q call was struck and ended within %s; calls: %s", op, patience, list(hits))
		}
		look()
	}
}

func list(hits []fault.Hit) string {
	var lines []string
	for _, h := range hits {
		lines = append(lines, fmt.Sprintf("%s %q rule %d %s done %q", h.Call.Op, h.Call.Text, h.Rule, h.Effect.Verb, h.Done))
	}
	return strings.Join(lines, "; ")
}

// spy counts how often each strike is ended.
type spy struct {
	fakes.Fake
	mu      sync.Mutex
	strikes []*counted
}

func (s *spy) Serve(ctx context.Context, l net.Listener, g fakes.Gate) error {
	return s.Fake.Serve(ctx, l, &spyGate{Gate: g, spy: s})
}

type spyGate struct {
	fakes.Gate
	spy *spy
}

func (g *spyGate) Ask(c fault.Call) fakes.Strike {
	s := &counted{Strike: g.Gate.Ask(c), call: c}
	g.spy.mu.Lock()
	defer g.spy.mu.Unlock()
	g.spy.strikes = append(g.spy.strikes, s)
	return s
}

type counted struct {
	fakes.Strike
	call  fault.Call
	count atomic.Int32
}

func (c *counted) Done(d fault.Done, answer string) {
	c.count.Add(1)
	c.Strike.Done(d, answer)
}

// wrong says which calls were not ended exactly once.
func (s *spy) wrong() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var wrong []error
	for _, c := range s.strikes {
		if n := c.count.Load(); n != 1 {
			wrong = append(wrong, fmt.Errorf("call %s %q was ended %d times, not once", c.call.Op, c.call.Text, n))
		}
	}
	return errors.Join(wrong...)
}

package fakes

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

// armed is what is armed now: an immutable snapshot, but for the plan's own counters.
type armed struct {
	rules    []fault.Rule
	links    []fault.Link
	plan     *fault.Plan
	start    time.Time
	released chan struct{} // closed when others are armed
	timers   []*time.Timer // guarded by LocalRig.arming
}

func newArmed(in fault.Injection, seed string, now time.Time) *armed {
	rules := slices.Clone(in.Rules)
	return &armed{
		rules:    rules,
		links:    slices.Clone(in.Links),
		plan:     fault.NewPlan(rules, seed, now),
		start:    now,
		released: make(chan struct{}),
	}
}

// lift ends every wait under this arming, and its timers. It is called once.
func (a *armed) lift() {
	for _, t := range a.timers {
		t.Stop()
	}
	close(a.released)
}

// window is how long the rule's `for` still lasts; false: until others are armed.
func (a *armed) window(rule int, now time.Time) (time.Duration, bool) {
	if rule < 1 || rule > len(a.rules) {
		return 0, false
	}
	w := a.rules[rule-1].Which
	if w.For == 0 {
		return 0, false
	}
	return w.After + w.For - now.Sub(a.start), true
}

// Arm replaces what is armed, all at once: counters start anew, calls held under the old faults are released, and
// connections that are open now are old ones. An empty injection heals. It returns when links hold too. An injection that
// the rig cannot carry out is an error, and then nothing has changed. Edits and acts belong to others and are ignored.
func (r *LocalRig) Arm(ctx context.Context, in fault.Injection, seed string) error {
	r.arming.Lock()
	defer r.arming.Unlock()
	if err := r.possible(in); err != nil {
		return fmt.Errorf("arm: %w", err)
	}
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return errors.New("arm: the rig is closed")
	}
	r.mu.Unlock()
	next := newArmed(in, seed, time.Now())
	r.hold(ctx, next, 0)
	r.schedule(next)
	return r.failures()
}

// possible says what of an injection cannot be done by fakes in this process.
func (r *LocalRig) possible(in fault.Injection) error {
	var mistakes []error
	known := func(name string) {
		if _, err := r.find(name); err != nil {
			mistakes = append(mistakes, err)
		}
	}
	for _, rule := range in.Rules {
		if rule.On != "" {
			known(rule.On)
		}
	}
	for _, l := range in.Links {
		known(l.On)
		switch l.State {
		case fault.Open, fault.Refused, fault.Silent, "":
		case fault.Deaf:
			if !canDeafen {
				return &Unavailable{What: "a port whose connections hang is made on Linux only"}
			}
		case fault.Gone:
			return &Unavailable{What: "a name cannot go away for a process on this machine"}
		default:
			mistakes = append(mistakes, fmt.Errorf("no link state %q", l.State))
		}
	}
	return errors.Join(mistakes...)
}

// failures gives, once, what failed since the last arming.
func (r *LocalRig) failures() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []error
	for _, d := range r.deps {
		if d.err != nil {
			all = append(all, d.err)
			d.err = nil
		}
	}
	return errors.Join(all...)
}

// schedule sets a timer for each moment at which a link's window begins or ends.
func (r *LocalRig) schedule(a *armed) {
	moments := map[time.Duration]bool{}
	for _, l := range a.links {
		if l.After > 0 {
			moments[l.After] = true
		}
		if l.For > 0 {
			moments[l.After+l.For] = true
		}
	}
	for m := range moments {
		a.timers = append(a.timers, time.AfterFunc(time.Until(a.start.Add(m)), func() { r.tick(a, m) }))
	}
}

// tick brings the links to where they stand at a moment after arming.
func (r *LocalRig) tick(a *armed, at time.Duration) {
	r.arming.Lock()
	defer r.arming.Unlock()
	r.mu.Lock()
	current := r.armed == a
	r.mu.Unlock()
	if !current {
		return
	}
	// Later moments than this may have passed already; links never go back in time.
	r.hold(context.Background(), a, max(at, time.Since(a.start)))
}

// due is the link of a dependency at a moment after arming: the first whose window is open; nil: none.
func (a *armed) due(on string, at time.Duration) *fault.Link {
	for i := range a.links {
		l := &a.links[i]
		if l.On == on && at >= l.After && (l.For == 0 || at < l.After+l.For) {
			return l
		}
	}
	return nil
}

// hold makes a the arming, and its links hold that are due at a moment after its start. Rules, open connections and new
// ones change at once; only then what was held goes on. Ports close before that and open after it, so that no connection
// slips in between. What fails is kept for failures to report.
func (r *LocalRig) hold(ctx context.Context, a *armed, at time.Duration) {
	var moves []*move
	for _, d := range r.all() {
		moves = append(moves, &move{dep: d, to: a.due(d.name, at)})
	}
	for _, m := range moves {
		if m.refused() || m.deaf() {
			m.dep.listener.shut()
		}
	}
	r.mu.Lock()
	was := r.armed
	r.armed = a
	for _, m := range moves {
		m.relink()
	}
	r.mu.Unlock()
	if was != a {
		was.lift()
	}
	for _, m := range moves {
		m.finish(ctx)
	}
}

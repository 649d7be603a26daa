package trial

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/observe"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/system"
)

// deeds are the acts of one case, from the moment that they are carried out until they are undone.
//
//	at once: before the request        -> held until the fault is lifted, or for a time
//	later:   after the request was sent -> the same; not at all when the fault is lifted before
type deeds struct {
	later   []fault.Act
	waiting context.Context    // of what waits for its time, to begin or to end
	cancel  context.CancelFunc // nil: nothing was asked for
	work    sync.WaitGroup

	mu   sync.Mutex
	done []*deed
}

// deed is one of them.
type deed struct {
	check.Deed
	undo func(context.Context) error // nil: there is nothing to be undone, or it was
	once sync.Once
}

// acts are those of an injection, and those by which its links are carried out.
func acts(l *lab.Lab, in fault.Injection) []fault.Act {
	var all []fault.Act
	for _, name := range lostNames(in) {
		all = append(all, fault.Act{On: "system", Do: system.LoseName, Args: map[string]string{"name": l.Names()[name+".host"]}})
	}
	return append(all, l.BehindTaps(in.Acts)...)
}

// lostNames are the dependencies whose names do not resolve.
func lostNames(in fault.Injection) []string {
	var names []string
	for _, link := range in.Links {
		if link.State == fault.Gone {
			names = append(names, link.On)
		}
	}
	return names
}

// withoutNames is an injection as a rig carries it out: where a name is gone, the rig has only to let old connections go.
func withoutNames(in fault.Injection) fault.Injection {
	in.Links = slices.Clone(in.Links)
	for i, l := range in.Links {
		if l.State == fault.Gone {
			in.Links[i].State = fault.Open
		}
	}
	return in
}

// rigged is what the rig carries out of an injection. From a network that was cut there may be side ways to a fake (by way of
// the network of published ports to this machine); who comes by one finds silence.
func (t *trial) rigged(in fault.Injection) fault.Injection {
	in = withoutNames(in)
	for _, a := range in.Acts {
		if a.Do != fault.Disconnect {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(t.Config.Fakes)) {
			in.Links = append(in.Links, fault.Link{On: name, State: fault.Silent, Existing: fault.Stall, After: a.At.After, For: a.At.For.D})
		}
	}
	return in
}

// isSystem tells whether an act aims at the system, or a part of it, and not at a dependency.
func isSystem(l *lab.Lab, on string) bool {
	_, isDependency := l.Config.Fakes[on]
	return !isDependency
}

// owner is who carries out an act; an *Unable says why there is none.
func owner(l *lab.Lab, a fault.Act) (system.Actor, error) {
	actor, ok := system.As[system.Actor](l.Instance())
	if !isSystem(l, a.On) {
		actor, ok = system.As[system.Actor](l.Backend(a.On))
	}
	if !ok && isSystem(l, a.On) {
		return nil, &system.Unable{What: fmt.Sprintf("%s: nothing can be done to a system that failwell does not run", a.Do), NotApplicable: true}
	}
	if !ok {
		return nil, &system.Unable{What: fmt.Sprintf("%s %s: no server of its own stands behind it (--set dependencies.%s.server=installed)", a.Do, a.On, a.On), NotApplicable: true}
	}
	return actor, actor.Able(a)
}

// Unable says why a case cannot be tried here, before anything is sent; nil: as far as is known it can.
func Unable(l *lab.Lab, c scenario.Case) *system.Unable {
	var unable *system.Unable
	for _, a := range acts(l, c.Faults) {
		if l.Instance() == nil {
			break // nobody can be asked yet
		}
		if _, err := owner(l, a); errors.As(err, &unable) {
			return unable
		}
	}
	for _, e := range c.Faults.Edits {
		if e.Op == fault.ReadOnly && !slices.Contains(system.Conditions(l.Config.System), e.Setting) {
			return &system.Unable{What: system.Shared, NotApplicable: true}
		}
	}
	return nil
}

// act carries out the acts that come before the request.
func (t *trial) act(ctx context.Context, in fault.Injection) error {
	t.deeds.waiting, t.deeds.cancel = context.WithCancel(ctx)
	for _, a := range acts(t.Lab, in) {
		by, err := owner(t.Lab, a)
		if err != nil {
			return err
		}
		if a.At.After > 0 {
			if err := by.Prepare(ctx, a); err != nil {
				return err
			}
			t.deeds.later = append(t.deeds.later, a)
			continue
		}
		d, err := t.carryOut(ctx, by, a)
		if err != nil {
			return err
		}
		if a.At.For.D > 0 {
			t.deeds.work.Go(func() { t.holdDeed(t.deeds.waiting, d, a.At.For.D) })
		}
	}
	return nil
}

// actLater lets the others come, each at its time, and where calls are struck not before the request has made one.
func (t *trial) actLater(ctx context.Context, rules []fault.Rule, from int64) {
	later, waiting := t.deeds.later, t.deeds.waiting
	t.deeds.later = nil
	for _, a := range later {
		t.deeds.work.Go(func() {
			by, err := owner(t.Lab, a)
			if err == nil && (lab.Wait(waiting, a.At.After) != nil || t.underWay(waiting, rules, from) != nil) {
				err = errors.New("it was not carried out: the answer had come before")
			}
			if err != nil {
				t.note(&deed{Deed: check.Deed{On: a.On, Do: a.Do, Failed: err.Error()}})
				return
			}
			if d, err := t.carryOut(ctx, by, a); err == nil && a.At.For.D > 0 {
				t.holdDeed(waiting, d, a.At.For.D)
			}
		})
	}
}

// underWay waits until a call of the request was struck, where that is asked for, so that what comes then comes in its midst
// on a slow machine too; at most for the time that faults are measured by.
func (t *trial) underWay(ctx context.Context, rules []fault.Rule, from int64) error {
	if !slices.ContainsFunc(rules, func(r fault.Rule) bool { return r.Effect.Bites() }) {
		return nil
	}
	asked, under := t.Asked(nil, nil), exchange.Exchange{Request: exchange.Request{Name: t.ask.Name}, At: time.Since(t.Began)}
	for began := time.Now(); time.Since(began) < t.Config.Reference(); {
		hits, err := t.Rig.Hits(ctx, from)
		under.Took = time.Since(began)
		if err != nil || slices.ContainsFunc(hits, func(h fault.Hit) bool {
			return h.Effect.Bites() && (t.Client.Sent(h.Call.Trace) || asked.Whose(under, h) != observe.Backgrounds)
		}) {
			return err
		}
		if err := lab.Wait(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// carryOut does something and notes it, also when it fails.
func (t *trial) carryOut(ctx context.Context, owner system.Actor, a fault.Act) (*deed, error) {
	d := &deed{Deed: check.Deed{On: a.On, Do: a.Do, At: time.Since(t.Began)}}
	undo, err := owner.Act(ctx, a)
	var word *system.Word
	switch {
	case errors.As(err, &word):
		d.learn(word)
		err = nil
	case err != nil:
		d.Failed = err.Error()
	}
	if exit, dead := t.Instance().Exited(); dead && a.Ends() && isSystem(t.Lab, a.On) {
		d.Exit = &exit
	}
	d.undo = undo
	t.note(d)
	return d, err
}

func (t *trial) note(d *deed) {
	t.deeds.mu.Lock()
	defer t.deeds.mu.Unlock()
	t.deeds.done = append(t.deeds.done, d)
}

// learn notes what the owner of an act knows of it.
func (d *deed) learn(w *system.Word) {
	if w.Felt {
		d.Felt = w.What
		return
	}
	d.Missed = w.What
}

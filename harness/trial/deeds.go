package trial

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/observe"
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

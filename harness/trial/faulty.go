package trial

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/system"
)

// faulty arms the faults, lets warm pools drain, and sends the request.
func (t *trial) faulty(ctx context.Context) error {
	t.logFrom = t.LogEnd()
	n, err := t.prepareCase(ctx)
	if err != nil {
		return t.unready(err)
	}
	seq, err := t.Mark(ctx)
	if err != nil {
		return err
	}
	served, err := t.relaunch(ctx)
	if err == nil && !served && t.in.Starts() {
		err = t.lift(ctx)
	}
	if err != nil || !served {
		return err
	}
	if len(t.in.Edits) > 0 || t.in.Starts() {
		// What a launch with edits needs beforehand may fail by them; the names of earlier launches serve then.
		again, err := t.prepareCase(ctx)
		if err != nil && t.in.Starts() {
			return t.lift(ctx) // there is nothing to ask with
		}
		if err == nil {
			n = again
		}
		if seq, err = t.Mark(ctx); err != nil {
			return err
		}
	}
	before, err := t.tally(ctx, n)
	if err != nil {
		return err
	}
	if err := t.arm(ctx); err != nil {
		return t.unarmed(err)
	}
	if err := t.act(ctx, t.in); err != nil {
		return t.unarmed(err)
	}
	settled, err := t.settle(ctx)
	if err != nil {
		return err
	}
	from := seq
	if len(settled) > 0 {
		if from, err = t.Mark(ctx); err != nil {
			return err
		}
	}
	t.Lag.Take()
	t.actLater(ctx, t.in.Rules, from)
	own, beside, err := t.strike(ctx, n)
	if err != nil {
		return err
	}
	t.strain()
	if err := t.rest(ctx, from, own); err != nil {
		return err
	}
	until, err := t.Mark(ctx)
	if err != nil {
		return err
	}
	health := t.health(ctx)
	if err := t.lift(ctx); err != nil {
		return err
	}
	if err := t.count(ctx, exchange.Faulty, before, own); err != nil {
		return err
	}
	t.answered, t.until = own, until
	return t.hand(ctx, seq, from, until, settled, own, beside, health)
}

// strain notes how busy the machine was since the last time.
func (t *trial) strain() {
	s := t.Lag.Take()
	t.s.Lag, t.s.Crowd = max(t.s.Lag, s.Late), max(t.s.Crowd, math.Round(10*s.Crowd)/10)
}

// hand gives the exchanges their calls. It does so after the fault was lifted: only then has every held call an end.
func (t *trial) hand(ctx context.Context, seq, from, until int64, settled, own, beside, health []exchange.Exchange) error {
	if len(settled) > 0 {
		before, err := t.Hits(ctx, seq, from)
		if err != nil {
			return err
		}
		t.Asked(settled, nil).Attribute(before)
	}
	hits, err := t.Hits(ctx, from, until)
	if err != nil {
		return err
	}
	t.Asked(own, beside).Attribute(hits)
	struck := func(e exchange.Exchange) bool { return len(e.Struck()) > 0 } // it uses what is broken after all: it is no bystander
	t.keep(settled, own, slices.DeleteFunc(beside, struck), health)
	return nil
}

// rest waits until the calls of the request have ended, and keeps those that go on beyond the bound.
func (t *trial) rest(ctx context.Context, from int64, own []exchange.Exchange) error {
	quiet, err := t.Quiet(ctx)
	if err != nil || quiet || t.in.Starts() { // who was started without it may go on trying
		return err
	}
	hits, err := t.Hits(ctx, from, 0)
	t.s.Restless = t.Asked(own, nil).Restless(hits, lab.QuietBound)
	return err
}

// hold arms what the rig carries out of an injection, and notes when: one more stage of the case.
func (t *trial) hold(ctx context.Context, in fault.Injection) error {
	stage := check.Stage{At: time.Since(t.Began)}
	if len(t.c.Steps) > 0 {
		stage.Injection = in
	}
	t.s.Stages = append(t.s.Stages, stage)
	return t.Rig.Arm(ctx, t.rigged(in), t.Config.Seed+" "+t.c.ID)
}

// arm makes the faults hold: at once for live connections too, and with warm pools drained where a fault strikes early.
func (t *trial) arm(ctx context.Context) error {
	if !t.armedWhole() {
		t.s.Stages = nil
		if err := t.hold(ctx, t.in); err != nil {
			return err
		}
	}
	for _, e := range t.in.Edits {
		if !e.Live {
			continue
		}
		editable, ok := system.As[system.Editable](t.Instance())
		if !ok {
			return &system.Unable{What: "this system's settings cannot be changed while it runs", NotApplicable: true}
		}
		if _, err := editable.Edit(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// unarmed keeps a fault that this machine or system cannot do as data; other errors are failwell's own.
func (t *trial) unarmed(err error) error {
	var unable *system.Unable
	var unavailable *fakes.Unavailable
	if !errors.As(err, &unable) && !errors.As(err, &unavailable) {
		return fmt.Errorf("arm: %w", err)
	}
	t.s.Unstruck = err.Error()
	t.lacking = unavailable != nil || unable != nil && !unable.NotApplicable
	return t.lift(context.Background())
}

// relaunch starts the system with the edits of the case and under what holds at its start, and tells whether there is somebody to ask.
func (t *trial) relaunch(ctx context.Context) (bool, error) {
	var edits []fault.Edit
	for _, e := range t.in.Edits {
		if !e.Live {
			edits = append(edits, e)
		}
	}
	if len(edits) == 0 && !t.in.Starts() {
		return true, nil
	}
	if err := t.under(ctx); err != nil {
		return false, t.unarmed(err)
	}
	launch, err := t.LaunchUnder(ctx, exchange.Faulty, edits, t.watch())
	var unable *system.Unable
	if errors.As(err, &unable) {
		t.s.Unstruck, t.lacking = unable.What, !unable.NotApplicable
		return false, t.Replace(ctx)
	}
	if err != nil {
		return false, fmt.Errorf("start system with %v: %w", t.s.On, err)
	}
	t.logFrom = 0
	t.s.Launches = append(t.s.Launches, launch)
	return t.askable(ctx, launch), nil
}

// lingering finds the calls that go on after all answers. Calls that may be such are watched for a while.
func (t *trial) lingering(ctx context.Context) error {
	if len(t.s.Restless) > 0 || t.until == 0 || t.in.Starts() {
		return nil
	}
	asked := t.Asked(t.answered, nil)
	for began := time.Now(); ; {
		late, err := t.Hits(ctx, t.until, 0)
		t.s.Restless = asked.Lingering(late)
		if err != nil || len(t.s.Restless) > 0 || !slices.ContainsFunc(late, asked.IsStray) || time.Since(began) > strayFor {
			return err
		}
		if err := lab.Wait(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
}

// strayFor is how long calls are watched that seem to belong to no request.
const strayFor = time.Second

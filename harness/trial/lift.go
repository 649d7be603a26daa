package trial

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/system"
)

// holdDeed undoes a deed after a time, or when the fault is lifted.
func (t *trial) holdDeed(ctx context.Context, d *deed, length time.Duration) {
	if lab.Wait(ctx, length) == nil {
		_ = t.undo(context.WithoutCancel(ctx), d) // noted; lift tries again what failed
	}
}

// undo takes a deed back, once.
func (t *trial) undo(ctx context.Context, d *deed) error {
	var err error
	d.once.Do(func() {
		if d.undo == nil {
			return
		}
		ctx, cancel := context.WithTimeout(ctx, liftBound)
		defer cancel()
		until := time.Since(t.Began) // who is let go may answer before undo returns
		err = d.undo(ctx)
		t.deeds.mu.Lock()
		defer t.deeds.mu.Unlock()
		var word *system.Word
		if errors.As(err, &word) {
			d.learn(word)
			err = nil
		}
		d.Until = until
		if err != nil {
			d.Failed = "undo: " + err.Error()
		}
	})
	return err
}

// lift heals: nothing is armed any more, and what was done is undone in reverse order.
func (t *trial) lift(ctx context.Context) error {
	if t.deeds.cancel != nil {
		t.deeds.cancel()
	}
	failed := t.disarm(ctx)
	t.deeds.work.Wait()
	for _, d := range slices.Backward(t.deeds.done) {
		if err := t.undo(ctx, d); err != nil {
			failed = errors.Join(failed, fmt.Errorf("undo %s %s: %w", d.Do, d.On, err))
		}
	}
	t.s.Deeds = nil
	for _, d := range t.deeds.done {
		if d.Do != system.LoseName {
			t.s.Deeds = append(t.s.Deeds, d.Deed)
		}
	}
	if slices.ContainsFunc(t.s.Deeds, func(d check.Deed) bool {
		return d.Do == fault.OutOfMemory && d.Failed == "" && d.Exit == nil && isSystem(t.Lab, d.On)
	}) {
		t.s.Ended = false // it lost one of its processes, and its leader goes on
	}
	if failed != nil {
		return fmt.Errorf("lift the fault: %w", failed)
	}
	return nil
}

// liftBound is how long the rig may take to lift its faults, and the owner of an act to undo it. Both also happen after the run
// was stopped, when nothing else ends them.
const liftBound = time.Minute

func (t *trial) disarm(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, liftBound)
	defer cancel()
	return t.Rig.Arm(ctx, fault.Injection{}, "")
}

package faketest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

// hung brings an op to a hang, demands that the client gets no end of it for a moment, and goes on with then.
func hung(op string, e fault.Effect, then func(ctx context.Context, st *stage, before outcome, saw <-chan outcome, leave func()) error) func(context.Context, Subject) error {
	return func(ctx context.Context, s Subject) error {
		return play(ctx, s, func(ctx context.Context, st *stage) error {
			before, err := st.control(ctx, op)
			if err != nil {
				return err
			}
			if _, err = st.arm(ctx, op, typical(e)); err != nil {
				return err
			}
			client, leave := context.WithCancel(ctx)
			defer leave()
			saw := st.start(client, op)
			if _, err := st.struck(ctx, op, false); err != nil {
				return err
			}
			pause := time.NewTimer(moment)
			defer pause.Stop()
			select {
			case o := <-saw:
				return fmt.Errorf("the call hangs, but the client saw %v", o)
			case <-pause.C:
			}
			hit, err := st.struck(ctx, op, false)
			if err == nil && hit.Took > 0 {
				err = fmt.Errorf("the call hangs, but the fake ended it as %q", hit.Done)
			}
			if err == nil && !hit.Struck() {
				err = fmt.Errorf("the call is held, but counts as %q, not as carried: a fake holds calls by Strike.Wait", hit.Done)
			}
			if err != nil {
				return err
			}
			return then(ctx, st, before, saw, leave)
		})
	}
}

// wasCarried demands that the held call ended as carried out.
func (st *stage) wasCarried(ctx context.Context, op string) error {
	hit, err := st.struck(ctx, op, true)
	if err == nil && hit.Done != fault.Carried {
		err = fmt.Errorf("the call was held, but the fake reports %q, not carried", hit.Done)
	}
	return err
}

// released demands that a held call goes on as if nothing had been when the fault is lifted.
func released(op string, e fault.Effect) func(context.Context, Subject) error {
	return hung(op, e, func(ctx context.Context, st *stage, before outcome, saw <-chan outcome, _ func()) error {
		if err := st.heal(ctx); err != nil {
			return err
		}
		var wrong error
		if o := <-saw; o.err != nil || o.answer != before.answer {
			wrong = fmt.Errorf("after release: %v, without the fault: %v", o, before)
		}
		return errors.Join(wrong, st.wasCarried(ctx, op), st.healed(ctx, op, before))
	})
}

// releasedCut demands that a held call ends with its connection when the fault is lifted.
func releasedCut(op string, e fault.Effect) func(context.Context, Subject) error {
	return hung(op, e, func(ctx context.Context, st *stage, before outcome, saw <-chan outcome, _ func()) error {
		if err := st.heal(ctx); err != nil {
			return err
		}
		var wrong error
		if o := <-saw; o.err == nil || o.took >= patience {
			wrong = fmt.Errorf("release is to %s, the client saw %v", e.Release, o)
		}
		return errors.Join(wrong, st.wasCarried(ctx, op), st.healed(ctx, op, before))
	})
}

// clientLeaves demands that a held call ends when its client has gone, without the fault being lifted.
func clientLeaves(op string, e fault.Effect) func(context.Context, Subject) error {
	return hung(op, e, func(ctx context.Context, st *stage, before outcome, saw <-chan outcome, leave func()) error {
		leave()
		o := <-saw
		if o.err == nil {
			return fmt.Errorf("the client left, and yet it saw %v", o)
		}
		return errors.Join(st.wasCarried(ctx, op), st.healed(ctx, op, before))
	})
}

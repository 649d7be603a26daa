package faketest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

var causeForm = regexp.MustCompile(`^[a-z]+/[a-z-]+$`)

// kind demands that what the kind says about itself makes sense.
func kind(_ context.Context, s Subject) error {
	k := s.Fake.Describe()
	var wrong []error
	demand := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Errorf(format, args...))
		}
	}
	demand(k.Name != "", "the kind has no name")
	demand(slices.Contains([]string{"store", "upstream", "cache", "queue"}, k.Class), "unknown class %q", k.Class)
	demand(slices.Contains(k.OpNames(), string(fault.Connect)), "the ops lack connect: use fakes.ConnectOp")
	for i, o := range k.Ops {
		demand(!slices.Contains(k.OpNames()[:i], o.Name), "op %q is listed twice", o.Name)
		for at, verbs := range o.Can {
			demand(at.Has(o.Name), "op %q never passes point %q", o.Name, at)
			for _, v := range verbs {
				demand(slices.Contains(fault.Verbs(), v), "op %q claims the unknown verb %q", o.Name, v)
			}
		}
	}
	for name, r := range k.Replies {
		demand(causeForm.MatchString(r.Cause), "reply %q: the cause %q is not of the form class/name", name, r.Cause)
		demand(r.At == "" || slices.Contains(fault.Points(), fault.Point(r.At)), "reply %q: unknown point %q", name, r.At)
	}
	return errors.Join(wrong...)
}

// end demands that closing the rig closes open connections.
func end(ctx context.Context, s Subject) error {
	return play(ctx, s, func(ctx context.Context, st *stage) error {
		c, err := net.Dial("tcp", st.rig.Addr(on))
		if err != nil {
			return err
		}
		defer func() { _ = c.Close() }()
		if err := st.accepted(ctx); err != nil {
			return err
		}
		if err := st.rig.Close(); err != nil {
			return err
		}
		_ = c.SetReadDeadline(time.Now().Add(patience))
		var timeout net.Error
		for err == nil {
			_, err = c.Read(make([]byte, 512))
		}
		if errors.As(err, &timeout) && timeout.Timeout() {
			return errors.New("the connection stayed open after the end")
		}
		return nil
	})
}

// accepted waits for the first connect call.
func (st *stage) accepted(ctx context.Context) error {
	for deadline := time.Now().Add(patience); ; look() {
		hits, err := st.rig.Hits(ctx, 0)
		if err != nil || len(hits) > 0 {
			return err
		}
		if time.Now().After(deadline) {
			return errors.New("the connection was never accepted")
		}
	}
}

// calm demands that an op without a fault is asked about, works, and answers the same each time.
func calm(op string) func(context.Context, Subject) error {
	return func(ctx context.Context, s Subject) error {
		return play(ctx, s, func(ctx context.Context, st *stage) error {
			_, err := st.control(ctx, op)
			if err != nil {
				return err
			}
			hits, err := st.rig.Hits(ctx, 0)
			if err != nil {
				return err
			}
			asked := slices.ContainsFunc(hits, func(h fault.Hit) bool { return h.Call.Op == op })
			if !asked {
				return fmt.Errorf("the op works, but no %q call was asked; calls: %s", op, list(hits))
			}
			return nil
		})
	}
}

// control performs the op twice without a fault.
func (st *stage) control(ctx context.Context, op string) (outcome, error) {
	one := st.try(ctx, op)
	two := st.try(ctx, op)
	switch {
	case one.err != nil:
		return one, fmt.Errorf("without a fault: %w", one.err)
	case two.err != nil:
		return two, fmt.Errorf("without a fault, the second time: %w", two.err)
	case one.answer != two.answer:
		return one, fmt.Errorf("without a fault the answers differ: %q and %q", one.answer, two.answer)
	}
	return two, st.quiet(ctx)
}

func (st *stage) quiet(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := st.rig.Quiet(ctx); err != nil {
		hits, _ := st.rig.Hits(ctx, 0)
		open := slices.DeleteFunc(hits, func(h fault.Hit) bool { return h.Took > 0 })
		return fmt.Errorf("calls are open though no client waits: %s", list(open))
	}
	return nil
}

// healed demands that the op works again as before.
func (st *stage) healed(ctx context.Context, op string, before outcome) error {
	if err := st.heal(ctx); err != nil {
		return fmt.Errorf("heal: %w", err)
	}
	after := st.try(ctx, op)
	if after.err != nil || after.answer != before.answer {
		return fmt.Errorf("after the fault was lifted: %v; before it: %v", after, before)
	}
	return st.quiet(ctx)
}

// carried demands that an effect is carried out, shows at the client, and is gone when it is lifted.
func carried(op string, e fault.Effect) func(context.Context, Subject) error {
	return func(ctx context.Context, s Subject) error {
		return play(ctx, s, func(ctx context.Context, st *stage) error {
			before, err := st.control(ctx, op)
			if err != nil {
				return err
			}
			e, err := st.arm(ctx, op, typical(e))
			if err != nil {
				return err
			}
			saw := st.try(ctx, op)
			hit, err := st.struck(ctx, op, true)
			if err != nil {
				return fmt.Errorf("%w; the client saw %v", err, saw)
			}
			if hit.Done != fault.Carried {
				return fmt.Errorf("the fake reports %q, not carried; the client saw %v", hit.Done, saw)
			}
			return errors.Join(shows(e, before, saw), st.healed(ctx, op, before))
		})
	}
}

// typical gives an effect the parameters that its verb needs.
func typical(e fault.Effect) fault.Effect {
	if e.At == fault.Body {
		e.Past = 1
	}
	switch e.Verb {
	case fault.Pass:
		e.Delay = fault.For(delay)
	case fault.Drip:
		e.Pace = fault.Pace{Bytes: 1, Every: fault.For(pace)}
	}
	return e
}

// shows says how what the client saw is not what the verb promises.
func shows(e fault.Effect, before, saw outcome) error {
	changed := saw.err != nil || saw.answer != before.answer
	least := e.Delay.D
	switch e.Verb {
	case fault.Pass:
		if changed {
			return fmt.Errorf("a call that passes changed: %v, without the fault: %v", saw, before)
		}
	case fault.Drip:
		least += e.Pace.Every.D
		if changed {
			return fmt.Errorf("a dripping reply changed: %v, without the fault: %v", saw, before)
		}
	case fault.Repeat: // the client need not notice
	case fault.Reset, fault.Close, fault.Lose:
		if saw.err == nil {
			return fmt.Errorf("want an error of the connection, the client saw %v", saw)
		}
	default:
		if !changed {
			return fmt.Errorf("%s does not show: %v, as without the fault", e.Verb, saw)
		}
	}
	switch {
	case saw.took < least:
		return fmt.Errorf("early: %v, the effect asks for %s", saw, least)
	case saw.took >= patience:
		return fmt.Errorf("the client saw nothing within %s", patience)
	}
	return nil
}

// impossible demands that a verb which the kind does not claim leaves the call alone and is reported so.
func impossible(op string, e fault.Effect) func(context.Context, Subject) error {
	return func(ctx context.Context, s Subject) error {
		return play(ctx, s, func(ctx context.Context, st *stage) error {
			before, err := st.control(ctx, op)
			if err != nil {
				return err
			}
			if _, err = st.arm(ctx, op, typical(e)); err != nil {
				return err
			}
			saw := st.try(ctx, op)
			if saw.err != nil || saw.answer != before.answer {
				return fmt.Errorf("the kind does not claim it, but the client saw %v; without it: %v", saw, before)
			}
			hit, err := st.struck(ctx, op, true)
			if err != nil {
				return err
			}
			if hit.Done != fault.Impossible {
				return fmt.Errorf("the kind does not claim it, but the fake reports %q, not impossible", hit.Done)
			}
			return st.healed(ctx, op, before)
		})
	}
}

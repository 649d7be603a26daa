package trial

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/system"
)

// strike sends the request under the fault, with its copies, and beside it the routes that should not be affected. A case
// of steps plays these instead.
func (t *trial) strike(ctx context.Context, n lab.Scope) (own, beside []exchange.Exchange, err error) {
	if len(t.c.Steps) > 0 {
		own, err = t.play(ctx, n)
		return own, nil, err
	}
	requests, err := t.copies(n)
	if err != nil {
		return nil, nil, err
	}
	own, beside = t.together(ctx, requests, exchange.Faulty)
	for _, e := range own {
		err = cmp.Or(err, lab.Own(e))
	}
	return own, beside, cmp.Or(err, ctx.Err())
}

// together sends requests at the pace of the case, and the bystanders beside them.
func (t *trial) together(ctx context.Context, requests []exchange.Request, phase exchange.Phase) (own, beside []exchange.Exchange) {
	own = make([]exchange.Exchange, len(requests))
	done := make(chan struct{})
	go func() {
		defer close(done)
		t.pace(ctx, requests, own, phase)
	}()
	lead := time.NewTimer(besideAfter)
	defer lead.Stop()
	select {
	case <-done:
	case <-lead.C:
	}
	alive := make(chan []exchange.Exchange, 1)
	go func() { alive <- t.aliveBeside(ctx, len(requests), phase) }()
	beside = append(t.beside(ctx, phase), <-alive...)
	<-done
	return own, beside
}

// besideAfter is how long the case's request is under way before others are sent beside it.
const besideAfter = 30 * time.Millisecond

// copies renders the request of the case as often as it is sent, each with a key of its own.
func (t *trial) copies(n lab.Scope) ([]exchange.Request, error) {
	requests := make([]exchange.Request, max(1, t.c.Copies))
	for i := range requests {
		if i > 0 {
			n = n.Again()
		}
		r, err := t.Render(t.ask, n)
		if err != nil {
			return nil, err
		}
		if requests[i], err = scenario.Changed(r, t.c.Change); err != nil {
			t.s.Unstruck = err.Error()
			requests[i] = r
		}
		requests[i].Copy = i
	}
	return requests, nil
}

// pace sends copies: together, at a pace whatever the answers do, or one after the other.
func (t *trial) pace(ctx context.Context, requests []exchange.Request, own []exchange.Exchange, phase exchange.Phase) {
	if t.c.Every < 0 {
		for i := range requests {
			own[i] = t.Put(ctx, requests[i], phase)
		}
		return
	}
	var group sync.WaitGroup
	for i := range requests {
		if i > 0 && t.c.Every > 0 && lab.Wait(ctx, t.c.Every) != nil {
			break
		}
		group.Go(func() { own[i] = t.Put(ctx, requests[i], phase) })
	}
	group.Wait()
}

// play makes the steps of a case, one after the other. What is sent after a heal belongs to the healed phase.
func (t *trial) play(ctx context.Context, n lab.Scope) ([]exchange.Exchange, error) {
	var own []exchange.Exchange
	phase := exchange.Faulty
	for _, step := range t.c.Steps {
		switch {
		case step.Heal:
			phase = exchange.Healed
			if err := t.lift(ctx); err != nil {
				return own, err
			}
		case len(step.Inject) > 0:
			phase = exchange.Faulty
			if err := t.inject(ctx, t.filled(step.Faults)); err != nil {
				return own, fmt.Errorf("inject: %w", err)
			}
		default:
			e, err := t.step(ctx, step, n, phase)
			if err != nil {
				return own, err
			}
			own = append(own, e)
		}
	}
	return own, nil
}

// inject puts faults in the place of those that hold.
func (t *trial) inject(ctx context.Context, in fault.Injection) error {
	if err := t.lift(ctx); err != nil {
		return err
	}
	from, err := t.Mark(ctx)
	if err != nil {
		return err
	}
	if err := t.hold(ctx, in); err != nil {
		return err
	}
	err = t.act(ctx, in)
	var unable *system.Unable
	if errors.As(err, &unable) {
		t.s.Unstruck, err = unable.What, nil
	}
	t.actLater(ctx, in.Rules, from)
	return err
}

// step sends the request of one step. Only the case's own request is judged; where a step makes it bad, only the bad one.
func (t *trial) step(ctx context.Context, p scenario.Part, n lab.Scope, phase exchange.Phase) (exchange.Exchange, error) {
	ask, ok := t.Request(p.Request)
	if !ok {
		return exchange.Exchange{}, fmt.Errorf("unknown request %q", p.Request)
	}
	r, err := t.Render(ask, n)
	if err != nil {
		return exchange.Exchange{}, err
	}
	if r, err = scenario.Changed(r, p.Change); err != nil {
		t.s.Unstruck = err.Error()
	}
	e := t.Put(ctx, r, phase)
	e.Stage = max(0, len(t.s.Stages)-1)
	bad := func(p scenario.Part) bool { return len(p.Change) > 0 }
	if ask.Name != t.ask.Name || phase != exchange.Faulty || !bad(p) && slices.ContainsFunc(t.c.Steps, bad) {
		e.Role = "step"
	}
	return e, ctx.Err()
}

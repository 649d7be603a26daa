package trial

import (
	"context"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/lab"
)

// calm is the positive control: the same request and those beside it, without a fault.
func (t *trial) calm(ctx context.Context) error {
	if e, ok := t.History.Last(t.ask.Name); ok && t.ask.Effect == nil {
		e.Phase, e.Reused = exchange.Calm, true
		t.keep([]exchange.Exchange{e}, t.besideInCalm(ctx))
		return nil
	}
	t.History.Drop()
	n, err := t.prepareCase(ctx)
	if err != nil {
		return t.unready(err)
	}
	seq, err := t.Mark(ctx) // what was asked before it has calls of its own
	if err != nil {
		return err
	}
	before, err := t.tally(ctx, n)
	if err != nil {
		return err
	}
	e, err := t.Lab.Ask(ctx, t.ask, n, exchange.Calm)
	if err != nil {
		return err
	}
	own := []exchange.Exchange{e}
	if _, err := t.Quiet(ctx); err != nil {
		return err
	}
	hits, err := t.Hits(ctx, seq, 0)
	if err != nil {
		return err
	}
	t.Asked(own, nil).Attribute(hits)
	if t.s.Expect.Missed(own[0]) != "" {
		t.keep(own)
		return nil
	}
	t.WentWell(own[0])
	t.keep(own, t.besideInCalm(ctx))
	return t.count(ctx, exchange.Calm, before, own)
}

// unready keeps a mishap of the request's own `before` as a calm that did not succeed.
func (t *trial) unready(err error) error {
	t.s.Unready = "its `before` did not succeed: " + err.Error()
	return nil
}

// prepareCase makes the names of one phase, with the request's own steps before it, while nothing is armed.
func (t *trial) prepareCase(ctx context.Context) (lab.Scope, error) {
	n := t.Scope()
	captured, err := t.Steps(ctx, t.ask.Before, n, false)
	return n.With(captured), err
}

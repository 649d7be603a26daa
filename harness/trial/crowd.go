package trial

import (
	"context"
	"slices"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
)

// crowd sends the copies of a case once more, without the fault, when some were late under it or got no answer, or when bystanders had to
// wait: so many callers may wait by themselves for longer than one is promised, keep others waiting, or be too many for the listener.
func (t *trial) crowd(ctx context.Context) error {
	healed := t.lastOf(exchange.Healed)
	if t.c.Copies < 2 || !t.crowded() || healed.Response == nil || t.s.Expect.Missed(healed) != "" {
		return nil
	}
	n, err := t.prepareCase(ctx)
	if err != nil {
		return nil // it was good a moment ago: what is wrong now is not what this is about
	}
	requests, err := t.copies(n)
	if err != nil {
		return err
	}
	own, beside := t.together(ctx, requests, exchange.Healed)
	for _, list := range [][]exchange.Exchange{own, beside} {
		for i := range list {
			list[i].Role = check.Crowd
		}
	}
	t.keep(own, beside)
	return ctx.Err()
}

// crowded tells whether something was found that a crowd may do by itself.
func (t *trial) crowded() bool {
	promised, slack := t.s.Declared.Deadline, t.s.Slack()
	odd := func(e exchange.Exchange) bool {
		return promised > 0 && e.Took > promised+slack || e.Failure == exchange.Disconnect || e.Failure == exchange.Refused
	}
	waits := func(e exchange.Exchange) bool { return e.Took > slack || e.Failure != "" }
	return slices.ContainsFunc(t.answered, odd) || slices.ContainsFunc(t.s.Beside(exchange.Faulty, check.Bystander), waits)
}

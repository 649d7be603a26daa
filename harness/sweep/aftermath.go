package sweep

import (
	"context"
	"errors"
	"slices"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/trial"
)

// Aftermath is a request that failed without any fault, though it had succeeded on the same launch before, and succeeds
// every time on a fresh one: the cases in between left the system broken, or what they asked did.
type Aftermath struct {
	Cases  []string // ids of the cases since it succeeded last
	Asked  exchange.Exchange
	Missed string // what was wrong with it
}

// mostSuspects bounds the cases that are played again to learn which of them left the system broken.
const mostSuspects = 20

// aftermaths finds out by intervention which cases left the system broken: played again alone on a fresh launch they do so
// again, while the same requests without the faults do not. A case that did is one that the system did not get over.
func (c confirmation) aftermaths(ctx context.Context) {
	for _, l := range c.labs {
		for _, a := range l.aftermath {
			if ctx.Err() != nil {
				return
			}
			suspects := c.suspects(a)
			if len(suspects) == 0 || !c.leaves(ctx, suspects, a) {
				c.memory.unexplained(a.Asked.Request.Name, a.Missed)
				continue
			}
			guilty := suspects
			if len(suspects) > 1 {
				guilty = slices.DeleteFunc(slices.Clone(suspects), func(i int) bool { return !c.leaves(ctx, []int{i}, a) })
			}
			if len(guilty) == 0 {
				guilty = suspects // none does it alone: it adds up
			}
			for _, i := range guilty {
				c.blame(i, a)
			}
		}
		l.aftermath = nil
	}
}

// suspects are the indices of the cases of an aftermath in which something was broken, in the order in which they ran.
func (c confirmation) suspects(a Aftermath) []int {
	var all []int
	for _, id := range a.Cases {
		i := slices.IndexFunc(c.results, func(r report.Result) bool { return r.ID == id })
		if i >= 0 && c.results[i].Subject != nil && len(check.EvidenceOf(*c.results[i].Subject).Struck()) > 0 {
			all = append(all, i)
		}
	}
	return all[max(0, len(all)-mostSuspects):]
}

// leaves tells whether cases that are played one after the other on a fresh launch let the request of an aftermath fail
// afterwards, and their requests alone, as often as the cases made them, do not: twice, so that chance has no part in it.
func (c confirmation) leaves(ctx context.Context, suspects []int, a Aftermath) bool {
	for range 2 {
		if !c.leavesOnce(ctx, suspects, a) {
			return false
		}
	}
	return true
}

func (c confirmation) leavesOnce(ctx context.Context, suspects []int, a Aftermath) bool {
	play := func(one func(i int) error) (good, ok bool) {
		c.Dirty = true
		if c.Fresh(ctx) != nil {
			return false, false
		}
		for _, i := range suspects {
			if one(i) != nil {
				return false, false
			}
		}
		st := Steadiness{Request: a.Asked.Request.Name}
		err := c.askOnce(ctx, &st)
		return st.IsCalm(), err == nil
	}
	good, ok := play(func(i int) error {
		_, err := trial.Run(ctx, c.Lab.Lab, c.cases[i])
		if err != nil {
			return err
		}
		if _, dead := c.Instance().Exited(); dead {
			return errors.New("it died, which is another finding")
		}
		c.Dirty = false // the very launch is asked
		return nil
	})
	if good || !ok {
		return false
	}
	good, ok = play(func(i int) error {
		for _, e := range c.results[i].Subject.Exchanges {
			if _, known := c.Request(e.Request.Name); !known {
				continue // readiness or liveness
			}
			if err := c.askOnce(ctx, &Steadiness{Request: e.Request.Name}); err != nil {
				return err
			}
		}
		return nil
	})
	return good && ok
}

// blame judges a case again by what came after it.
func (c confirmation) blame(i int, a Aftermath) {
	r := &c.results[i]
	c.judgeWith(c.cases[i], r, func(s *check.Subject) {
		s.Later = append(slices.Clone(s.Later), check.Later{Asked: c.Redactor().Exchange(a.Asked), Missed: a.Missed})
	})
	r.Confirmed = true
}

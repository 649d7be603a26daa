package trial

import (
	"context"
	"slices"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
)

// healed asks again after the fault was lifted, until the answer is good or the bound is over.
func (t *trial) healed(ctx context.Context) error {
	if t.s.Unstruck != "" {
		return nil
	}
	if len(t.in.Edits) > 0 || t.s.Ended {
		t.awaitLine(ctx, exchange.Faulty) // the log goes with the instance
	}
	t.s.Logs = t.linesSoFar()
	t.diedUnderEdit()
	if err := t.back(ctx); err != nil {
		return err
	}
	if err := t.again(ctx); err != nil {
		return err
	}
	if risen, err := t.rise(ctx); err != nil || !risen {
		return err
	}
	if exit, dead := t.Instance().Exited(); dead {
		t.s.Died, t.Dirty = &exit, true
		return nil
	}
	deadline := time.Now().Add(t.Config.HealWithin + t.s.Slack())
	if len(lostNames(t.in)) > 0 {
		deadline = deadline.Add(check.NamesKept)
	}
	pause := 20 * time.Millisecond
	for probes := 1; ; probes++ {
		good, err := t.healedOnce(ctx)
		if err != nil {
			return err
		}
		if good || probes > 1 && time.Now().After(deadline) { // one answer alone does not tell that it goes on
			break
		}
		told := check.ToldToWait(t.lastOf(exchange.Healed))
		deadline = deadline.Add(told)
		if err := lab.Wait(ctx, max(pause, told)); err != nil {
			return err
		}
		pause = min(pause*3/2, 250*time.Millisecond)
	}
	t.strain()
	t.logs(ctx)
	return ctx.Err()
}

// diedUnderEdit notes that a system with a setting wrong had started and has ended while it served. One that ends before it serves
// anybody is judged as a start.
func (t *trial) diedUnderEdit() {
	launch, started := t.s.Launch(exchange.Faulty)
	if len(t.in.Edits) == 0 || t.s.Ended || !started || launch.Exit != nil {
		return
	}
	served := launch.Ready || slices.ContainsFunc(t.s.Judged(exchange.Faulty), func(e exchange.Exchange) bool { return e.Failure == exchange.Disconnect })
	if exit, dead := t.Instance().Exited(); dead && served {
		t.s.Died = &exit
	}
}

// back starts the system without the edits of the case, or anew when an act ended it.
func (t *trial) back(ctx context.Context) error {
	if len(t.in.Edits) == 0 && !t.s.Ended {
		return nil
	}
	if err := t.Replace(ctx); err != nil {
		return err
	}
	healed := t.Running()
	healed.Phase = exchange.Healed
	t.s.Launches = append(t.s.Launches, healed)
	t.logFrom = t.LogEnd()
	return nil
}

// again waits for a system that an act has started again in place.
func (t *trial) again(ctx context.Context) error {
	restarted := slices.ContainsFunc(t.in.Acts, func(a fault.Act) bool { return a.Do == fault.Restart && isSystem(t.Lab, a.On) })
	if !restarted {
		return nil
	}
	launch, err := t.Await(ctx, time.Now(), lab.Watch{})
	if err != nil {
		return err
	}
	launch.Phase = exchange.Healed
	t.s.Launches = append(t.s.Launches, launch)
	if !launch.Ready {
		return nil // what is asked next says so
	}
	return t.Before(ctx, false)
}

func (t *trial) healedOnce(ctx context.Context) (bool, error) {
	n, unready := t.prepareCase(ctx)
	seq, err := t.Mark(ctx)
	if err != nil {
		return false, err
	}
	err = unready
	var before tally
	if err == nil {
		if before, err = t.tally(ctx, n); err != nil {
			return false, err
		}
	}
	var e exchange.Exchange
	if err == nil {
		e, err = t.Lab.Ask(ctx, t.ask, n, exchange.Healed)
	} else {
		e = exchange.Exchange{Phase: exchange.Healed, Request: exchange.Request{Name: t.ask.Name, Method: t.ask.Method, Target: t.ask.Target},
			Failure: exchange.NotSent, Detail: err.Error(), At: time.Since(t.Began)}
		err = nil
	}
	if err != nil {
		return false, err
	}
	isGood := t.s.Expect.Missed(e) == ""
	t.History.Drop()
	if isGood {
		if _, err := t.Quiet(ctx); err != nil {
			return false, err
		}
	}
	hits, err := t.Hits(ctx, seq, 0)
	if err != nil {
		return false, err
	}
	own := []exchange.Exchange{e}
	t.Asked(own, nil).Attribute(hits)
	t.keep(own)
	if isGood {
		t.History.Keep(own[0])
		return true, t.count(ctx, exchange.Healed, before, own)
	}
	return false, nil
}

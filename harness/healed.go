package harness

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
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
	if err := t.back(ctx); err != nil {
		return err
	}
	if err := t.again(ctx); err != nil {
		return err
	}
	if exit, dead := t.instance.Exited(); dead {
		t.s.Died, t.dirty = &exit, true
		return nil
	}
	deadline := time.Now().Add(t.cfg.HealWithin + t.s.Slack())
	if len(lostNames(t.in)) > 0 {
		deadline = deadline.Add(check.NamesKept)
	}
	pause := 20 * time.Millisecond
	for {
		good, err := t.healedOnce(ctx)
		if err != nil {
			return err
		}
		if good || time.Now().After(deadline) {
			break
		}
		if err := wait(ctx, pause); err != nil {
			return err
		}
		pause = min(pause*3/2, 250*time.Millisecond)
	}
	t.logs(ctx)
	return ctx.Err()
}

// back starts the system without the edits of the case, or anew when an act ended it.
func (t *trial) back(ctx context.Context) error {
	if len(t.in.Edits) == 0 && !t.s.Ended {
		return nil
	}
	if err := t.replace(ctx); err != nil {
		return err
	}
	healed := t.running
	healed.Phase = exchange.Healed
	t.s.Launches = append(t.s.Launches, healed)
	t.logFrom = len(t.instance.Logs(0))
	return nil
}

// again waits for a system that an act has started again in place.
func (t *trial) again(ctx context.Context) error {
	restarted := slices.ContainsFunc(t.in.Acts, func(a fault.Act) bool { return a.Do == fault.Restart && t.isSystem(a.On) })
	if !restarted {
		return nil
	}
	launch, err := t.await(ctx, time.Now(), false)
	if err != nil {
		return err
	}
	launch.Phase = exchange.Healed
	t.s.Launches = append(t.s.Launches, launch)
	if !launch.Ready {
		return nil // what is asked next says so
	}
	return t.before(ctx, false)
}

func (t *trial) healedOnce(ctx context.Context) (bool, error) {
	seq, err := t.mark(ctx)
	if err != nil {
		return false, err
	}
	n, err := t.prepareCase(ctx)
	var before tally
	if err == nil {
		if before, err = t.tally(ctx, n); err != nil {
			return false, err
		}
	}
	var e exchange.Exchange
	if err == nil {
		e, err = t.Lab.ask(ctx, t.ask, n, exchange.Healed)
	} else {
		e = exchange.Exchange{Phase: exchange.Healed, Request: exchange.Request{Name: t.ask.Name, Method: t.ask.Method, Target: t.ask.Target},
			Failure: exchange.NotSent, Detail: err.Error(), At: time.Since(t.start)}
		err = nil
	}
	if err != nil {
		return false, err
	}
	isGood := t.s.Expect.Missed(e) == ""
	t.good = good{}
	if isGood {
		if _, err := t.quiet(ctx, seq); err != nil {
			return false, err
		}
	}
	hits, err := t.hits(ctx, seq, 0)
	if err != nil {
		return false, err
	}
	own := []exchange.Exchange{e}
	attribute(own, nil, nil, nil, hits)
	t.keep(own)
	if isGood {
		t.good = good{request: t.ask.Name, launch: t.launches, e: own[0]}
		return true, t.count(ctx, exchange.Healed, before, own)
	}
	return false, nil
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// logPatience is how long the lines of a case are waited for.
const logPatience = 500 * time.Millisecond

// logs cuts the log of the case: at the line of the healed answer, or after a while.
func (t *trial) logs(ctx context.Context) {
	t.awaitLine(ctx, exchange.Healed)
	t.s.Logs = append(t.s.Logs, t.linesSoFar()...)
}

// awaitLine waits for the line of the last answer of a phase, where the lab says that there is one.
func (t *trial) awaitLine(ctx context.Context, phase exchange.Phase) {
	last := t.s.Judged(phase)
	if !t.cfg.Contract.Trace.Logs || len(last) == 0 || last[len(last)-1].Response == nil {
		return
	}
	id := last[len(last)-1].Trace
	bound := time.Now().Add(logPatience)
	for time.Now().Before(bound) {
		if slices.ContainsFunc(t.instance.Logs(t.logFrom), func(l exchange.Line) bool { return strings.Contains(l.Text, id) }) {
			return
		}
		if wait(ctx, 5*time.Millisecond) != nil {
			return
		}
	}
}

// maxLines bounds the log that a subject keeps.
const maxLines = 400

// linesSoFar takes the lines that came since the last time.
func (t *trial) linesSoFar() []exchange.Line {
	lines := t.redact.Lines(t.instance.Logs(t.logFrom))
	if len(lines) > 0 {
		t.logFrom = lines[len(lines)-1].N + 1
	}
	return lines[max(0, len(lines)-maxLines):]
}

// rigNow is the newest time that the hits know.
func (l *Lab) rigNow(hits []fault.Hit) time.Duration {
	var now time.Duration
	for _, h := range hits {
		now = max(now, h.At+h.Took)
	}
	return now
}

package sweep

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/trial"
)

// steadyAsks is how often a safe request is asked to learn whether it is steady, half as often one that takes its time; a write
// is made a few times only, and only when it has failed without a fault.
const (
	steadyAsks   = 12
	steadyWrites = 3
	steadyFor    = 2 * time.Second
)

// tryCalm runs a case; when its calm does not succeed, it finds out why before anything is broken.
//
//	too early for the system's own limit -> again when it says
//	fresh launch, asked several times    -> every time good: the cases before left it broken; the case runs on the new launch
//	                                        now and then:    unstable; the case runs when calm is good
//	                                        not any more:    not calm; nothing is broken on it
func (l *Lab) tryCalm(ctx context.Context, c scenario.Case) (trial.Outcome, error) {
	o, err := trial.Run(ctx, l.Lab, c)
	missed := o.Subject.CalmMissed()
	if err != nil || missed == "" {
		return o, err
	}
	if told := limited(o.Subject); told > 0 {
		if err := lab.Wait(ctx, told); err != nil {
			return o, err
		}
		if o, err = trial.Run(ctx, l.Lab, c); err != nil || o.Subject.CalmMissed() == "" {
			return o, err
		}
	}
	since, before := l.History.Since(c.Request)
	asked := o.Subject.Judged(exchange.Calm)
	st, err := l.steadinessAfter(ctx, c.Request, missed)
	if err != nil {
		return o, err
	}
	switch {
	case !st.IsCalm():
	case before && len(since) > 0 && len(asked) > 0:
		l.aftermath = append(l.aftermath, Aftermath{Cases: since, Asked: asked[0], Missed: missed})
	default:
		st = l.memory.unexplained(c.Request, missed) // no case can have done it
	}
	for range 3 {
		if st.IsHopeless() || o.Subject.CalmMissed() == "" {
			break
		}
		if o, err = trial.Run(ctx, l.Lab, c); err != nil {
			return o, err
		}
	}
	return o, nil
}

// limited is how long a system that limits its own rate asks to wait; 0: it does not, or longer than is waited for here.
func limited(s check.Subject) time.Duration {
	const most = 15 * time.Second
	for _, e := range s.Judged(exchange.Calm) {
		if e.Status() != http.StatusTooManyRequests && e.Status() != http.StatusServiceUnavailable {
			continue
		}
		if n, err := strconv.Atoi(e.Response.Header.Get("Retry-After")); err == nil && n > 0 && time.Duration(n)*time.Second <= most {
			return time.Duration(n) * time.Second
		}
	}
	return 0
}

// learnSteady makes sure that it is known how steady a request is, of which something is to be said: by the running system
// where that is well, else, and when it fails there, by a fresh launch.
func (l *Lab) learnSteady(ctx context.Context, name string) (Steadiness, error) {
	if known, ok := l.memory.of(name); ok {
		return known, nil
	}
	if r, ok := l.Request(name); !ok || !r.IsSafe() {
		return Steadiness{Request: name}, nil // readiness or liveness; or a write, which is not made for this alone
	}
	if !l.Dirty {
		st := Steadiness{Request: name}
		if err := l.askSteadily(ctx, &st); err != nil {
			return st, err
		}
		if st.IsCalm() {
			l.memory.keep(st)
			return st, nil
		}
		if fresh, err := l.steadiness(ctx, name); err != nil || !fresh.IsCalm() {
			return fresh, err
		}
		return l.memory.unexplained(name, st.Why), nil // it was good after the fault, and is not now
	}
	return l.steadiness(ctx, name)
}

// steadinessAfter learns how steady a request is after it has failed without a fault. One that was calm before is asked anew; one
// that fails again and again, and never when it is asked for that, is unstable.
func (l *Lab) steadinessAfter(ctx context.Context, name, missed string) (Steadiness, error) {
	if n := l.memory.missed(name); n > mostMisses {
		l.memory.unexplained(name, missed)
	}
	if known, ok := l.memory.of(name); ok && known.IsCalm() {
		l.memory.forget(name)
	}
	return l.steadiness(ctx, name)
}

// mostMisses is how often a calm may fail for which the cases before may be to blame.
const mostMisses = 3

// steadiness asks a request on a fresh launch several times. When the first time fails already, one more launch decides.
func (l *Lab) steadiness(ctx context.Context, name string) (Steadiness, error) {
	if known, ok := l.memory.of(name); ok {
		l.Dirty = true
		return known, l.Fresh(ctx)
	}
	st := Steadiness{Request: name}
	for range 2 {
		l.Dirty = true
		if err := l.Fresh(ctx); err != nil {
			return st, err
		}
		if err := l.askSteadily(ctx, &st); err != nil {
			return st, err
		}
		if st.Good > 0 {
			break
		}
	}
	l.memory.keep(st)
	return st, nil
}

// askSteadily asks a request several times; once it has failed, until it succeeds again or has failed three times on end.
func (l *Lab) askSteadily(ctx context.Context, st *Steadiness) error {
	r, _ := l.Request(st.Request)
	asks := steadyAsks
	if !r.IsSafe() {
		asks = steadyWrites
	}
	began := time.Now()
	for i := range asks {
		if i >= steadyAsks/2 && time.Since(began) > steadyFor {
			break
		}
		good := st.Good
		if err := l.askOnce(ctx, st); err != nil {
			return err
		}
		failed := st.Of - st.Good
		if failed > 0 && st.Good > good {
			st.Unstable = true
			return nil
		}
		if failed == 3 {
			return nil
		}
	}
	return nil
}

// askOnce asks a request without a fault and counts whether it succeeded.
func (l *Lab) askOnce(ctx context.Context, st *Steadiness) error {
	r, ok := l.Request(st.Request)
	if !ok {
		return fmt.Errorf("unknown request %q", st.Request)
	}
	n := l.Scope()
	st.Of++
	captured, err := l.Steps(ctx, r.Before, n, false)
	if err != nil {
		st.Why = "its `before` did not succeed: " + err.Error()
		return ctx.Err()
	}
	e, err := l.Ask(ctx, r, n.With(captured), exchange.Calm)
	if err != nil {
		return err
	}
	if why := r.Expect.Missed(e); why != "" {
		st.Why = why
		return nil
	}
	st.Good++
	return nil
}

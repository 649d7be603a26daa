package trial

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/client"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/system"
)

// The bounds of counting. A backend may stand still, be away or come back just now, so every question has an end of its own,
// and who does not answer is asked again for a while. Never is the run held up by it, and never is it broken: what cannot be
// counted is an effect that is not known.
const (
	questionBound = 2 * time.Second        // of one question
	afterLift     = 250 * time.Millisecond // for what was held, to go on and end, before it is counted
)

// tally is what was counted before a request was sent; count goes on from it.
//
//	tally    arm  request  lift    count    healed    recount
//	  0                             0                    1       with a name of its own: late, and still its own
type tally struct {
	n       lab.Scope
	since   int64 // the calls that came before it
	before  int
	none    bool   // nothing says how to count, or the backend keeps no state
	unknown string // why there is no count before

	entry    int       // of the subject's effects, once it is counted; 1-based
	want     int       // how many there may be, by the answers
	answered time.Time // when the last answer was there
	until    time.Time // how long what is late is waited for
}

// tally counts before the request of a phase, while nothing is armed.
func (t *trial) tally(ctx context.Context, n lab.Scope) (tally, error) {
	y := tally{n: n, none: t.ask.Effect == nil, since: t.Marked()}
	if y.none {
		return y, nil
	}
	got, why, err := t.counted(ctx, n, 0)
	if err != nil {
		return y, err
	}
	y.before, y.none = got, got < 0 && why == ""
	if why != "" {
		y.unknown = "before the request " + why
	}
	return y, nil
}

// count keeps how often the requests of a phase took effect; the fault is lifted. What is late is waited for where more can
// come by the answers, at most for the patience of the lab file; in the faulty phase not yet, if it can be told from the
// effects of later requests: recount does it. An effect that is there although the answer leaves it open may come once more.
func (t *trial) count(ctx context.Context, phase exchange.Phase, y tally, own []exchange.Exchange) error {
	if y.none {
		return nil
	}
	x := t.ask.Effect
	e := check.Effect{Phase: phase, What: x.On + ": " + x.SQL, Keyed: x.Keyed(), Shared: !x.Keyed() && t.alone(y), Unknown: y.unknown, Field: x.Field}
	if e.Unknown == "" {
		t.letEnd(ctx, y.since)
		got, why, err := t.counted(ctx, y.n, t.Config.HealWithin)
		if err != nil {
			return err
		}
		e.Unknown = why
		if why == "" {
			e.Count = got - y.before
		}
	}
	done, open := t.claims(own, e)
	y.want, y.answered = done+open, t.end(own)
	if open > 0 && e.Count > done {
		y.want++ // it took effect, and the system does not seem to know: it may do it once more
	}
	y.until = time.Now().Add(x.Patience)
	t.s.Effects = append(t.s.Effects, e)
	y.entry = len(t.s.Effects)
	if phase == exchange.Faulty && (e.Keyed || e.Shared) {
		t.faultyTally = y
		return nil
	}
	return t.follow(ctx, y)
}

// recount counts the effect of the faulty phase once more at the end of the case: what took effect since then was late.
func (t *trial) recount(ctx context.Context) error {
	y := t.faultyTally
	if y.entry == 0 || y.unknown != "" {
		return nil
	}
	if err := t.look(ctx, y); err != nil {
		return err
	}
	return t.follow(ctx, y)
}

// follow counts again until there is what the answers let expect, or patience is over.
func (t *trial) follow(ctx context.Context, y tally) error {
	if y.unknown != "" {
		return nil
	}
	pause := 20 * time.Millisecond
	for t.s.Effects[y.entry-1].Count < y.want && time.Now().Before(y.until) {
		if err := lab.Wait(ctx, pause); err != nil {
			return err
		}
		if err := t.look(ctx, y); err != nil {
			return err
		}
		pause = min(pause*3/2, 250*time.Millisecond)
	}
	return nil
}

// look counts once more, and notes what is new as late. An answer that does not come changes nothing.
func (t *trial) look(ctx context.Context, y tally) error {
	got, why, err := t.counted(ctx, y.n, 0)
	if err != nil || why != "" {
		return err
	}
	e := &t.s.Effects[y.entry-1]
	if more := got - y.before - e.Count; e.Unknown == "" && more > 0 {
		e.Late, e.After = e.Late+more, time.Since(y.answered)
	}
	e.Count, e.Unknown = got-y.before, ""
	return nil
}

// claims says of how many requests the answers say that they took effect, and of how many they leave it open. Where each
// request is counted by a key of its own, only the first copy is; what copies share is done once.
func (t *trial) claims(own []exchange.Exchange, x check.Effect) (done, left int) {
	own = slices.DeleteFunc(slices.Clone(own), func(e exchange.Exchange) bool { return e.Role != "" })
	for _, e := range check.Distinct(own, x) {
		switch {
		case x.Keyed && e.Request.Copy > 0:
		case open(e) || !x.Claimed(e) && (e.Response.Errors || len(t.s.Restless) > 0):
			left++
		case x.Claimed(e):
			done++
		}
	}
	if x.Shared || x.Keyed && t.ask.Keyed { // one effect, however often it was asked for
		done = min(done, 1)
		left = min(left, 1-done)
	}
	return done, left
}

// open tells whether an answer leaves open what was done: none, one that broke off, a 202 (RFC 9110, 15.3.3) and a 5xx.
func open(e exchange.Exchange) bool {
	return e.Response == nil || e.Response.BodyErr != "" || e.Status() == 202 || e.Status() >= 500
}

// end is when the last answer was there.
func (t *trial) end(own []exchange.Exchange) time.Time {
	var last time.Duration
	for _, e := range own {
		last = max(last, e.At+e.Took)
	}
	return t.Began.Add(last)
}

// alone tells whether a count is of the requests of its phase alone: by a name that each phase has anew.
func (t *trial) alone(y tally) bool {
	return slices.ContainsFunc(decode.Names(t.ask.Effect.SQL), func(name string) bool {
		return y.n.OfCase(name)
	})
}

// letEnd gives calls that were held until the fault was lifted a moment to go on and end.
func (t *trial) letEnd(ctx context.Context, since int64) {
	for until := time.Now().Add(afterLift); time.Now().Before(until); {
		hits, err := t.Rig.Hits(ctx, since)
		if err != nil || !slices.ContainsFunc(hits, func(h fault.Hit) bool { return h.Open() && h.Call.Op != fault.LinkOp }) {
			return
		}
		if lab.Wait(ctx, 5*time.Millisecond) != nil {
			return
		}
	}
}

// counted asks how often a request took effect, and asks again within the bound who does not answer; why says that, and why,
// there is no count. A count of -1 without a reason: there is nothing to count. An error is failwell's own.
func (t *trial) counted(ctx context.Context, n lab.Scope, within time.Duration) (count int, why string, err error) {
	query, err := decode.Expand(t.ask.Effect.SQL, n.Value)
	if err != nil {
		return -1, "", fmt.Errorf("count the effect of %s: %w", t.ask.Name, err)
	}
	for until := time.Now().Add(within); ; {
		count, err = t.effects(ctx, *t.ask.Effect, query)
		if err == nil || ctx.Err() != nil {
			return count, "", ctx.Err()
		}
		if time.Now().After(until) {
			return -1, t.Redactor().Text(t.ask.Effect.On + " " + refusal(err)), nil
		}
		if err := lab.Wait(ctx, 50*time.Millisecond); err != nil {
			return -1, "", err
		}
	}
}

// refusal says in words how a question was not answered.
func refusal(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Sprintf("did not answer within %s", questionBound)
	}
	return "gave no count: " + client.Words(err)
}

// effects counts how often a request took effect, -1 when the backend keeps no state to count. The question is bounded.
func (t *trial) effects(ctx context.Context, x scenario.Effect, query string) (int, error) {
	backend, ok := system.As[fakes.Scripted](t.Backend(x.On))
	if !ok {
		return -1, nil
	}
	bounded, cancel := context.WithTimeout(ctx, questionBound)
	defer cancel()
	text, err := backend.Query(bounded, query)
	if err != nil {
		if !t.Backend(x.On).Stateful() {
			return -1, nil // a stub that does not know the question
		}
		if bounded.Err() != nil {
			err = bounded.Err()
		}
		return -1, err
	}
	count, err := strconv.Atoi(text)
	if err != nil {
		return -1, fmt.Errorf("%q is no count", text)
	}
	return count, nil
}

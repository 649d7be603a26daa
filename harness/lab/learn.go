package lab

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/observe"
	"github.com/failwell/failwell/harness/redact"
	"github.com/failwell/failwell/harness/scenario"
)

// Seen is what calm showed of one request.
type Seen struct {
	Request  scenario.Request
	Exchange exchange.Exchange
	OK       bool
	Why      string // why it is not calm
}

// Calm sends every request once without a fault and learns: which succeed, what they call, how errors look.
func (l *Lab) Calm(ctx context.Context) ([]Seen, error) {
	if err := l.discover(ctx); err != nil {
		return nil, err
	}
	var all []Seen
	for _, r := range l.Config.Requests {
		if err := l.Learn(ctx, r.Name); err != nil {
			return all, err
		}
		k := l.Learnt(r.Name)
		all = append(all, Seen{Request: r, Exchange: l.Redactor().Exchange(k.Last), OK: k.OK, Why: l.Redactor().Text(k.Why)})
	}
	l.errorShape()
	all = l.withdraw(all)
	return redact.Of(l.Redactor(), all), nil // what came up with the last request may stand in the first
}

// polledSends is how many times more a request is sent at most, to learn whether it makes a call that the system makes of its own accord.
const polledSends = 4

// Learn sends one request and keeps what it calls. It is sent twice, so that what only the first one does (warm-up, prepared
// statements) is seen as well as what every one does; and once more when the second made a call that the first did not, since
// that may be somebody else's: a call that comes but once is not taken for one that the request makes. It is sent a few times more
// while it seems to make a call that is known as the background's: such a one comes beside many requests, but not beside all.
func (l *Lab) Learn(ctx context.Context, name string) (err error) {
	defer func() { err = l.Veiled(err) }()
	r, _ := l.Request(name)
	k := Learnt{}
	var before []fault.Call
	for n := range 3 {
		calls, err := l.learnPatiently(ctx, r, &k)
		if err != nil {
			return err
		}
		k.Calls = both(calls, before)
		if n == 0 {
			k.Calls = calls
		}
		if n > 0 && (!k.OK || len(k.Calls) == len(calls)) {
			break
		}
		before = calls
	}
	for n := 0; n < polledSends && k.OK && l.polled(k.Calls); n++ {
		calls, err := l.learnOnce(ctx, r, &k)
		if err != nil {
			return err
		}
		k.Calls = both(k.Calls, calls)
	}
	k.Reaches = append(k.Reaches, observe.Reaches(k.Calls)...)
	slices.Sort(k.Reaches)
	k.Reaches = slices.Compact(k.Reaches)
	if k.OK {
		err = l.learnFields(ctx, r, &k)
	}
	l.lore.keep(name, k)
	return err
}

// learnFields asks for each field of a query by itself, and keeps what it calls; what does not succeed alone teaches nothing.
func (l *Lab) learnFields(ctx context.Context, r scenario.Request, k *Learnt) error {
	for _, key := range slices.Sorted(maps.Keys(r.Fields)) {
		field, alone := r.Fields[key], Learnt{}
		field.Name, field.Header, field.Before = r.Name+"."+key, r.Header, r.Before
		calls, err := l.learnOnce(ctx, field, &alone)
		if err != nil {
			return err
		}
		if !alone.OK {
			continue
		}
		if k.Fields == nil {
			k.Fields = map[string][]string{}
		}
		k.Fields[key] = observe.Reaches(calls)
	}
	return nil
}

// withoutPolls leaves out the calls that the system is known to make of its own accord and that came when the request was not in
// flight. Only a rig in this process goes by the same clock.
func (l *Lab) withoutPolls(hits []fault.Hit, e exchange.Exchange) []fault.Hit {
	if _, here := l.Rig.(*fakes.LocalRig); !here {
		return hits
	}
	known := l.lore.known()
	return slices.DeleteFunc(slices.Clone(hits), func(h fault.Hit) bool {
		return (h.At < e.At || h.At > e.At+e.Took) && h.Call.Trace != e.Trace && known.Has(observe.Signature(h.Call))
	})
}

// polled tells whether some calls are such as the system makes of its own accord.
func (l *Lab) polled(calls []fault.Call) bool {
	known := l.lore.known()
	return slices.ContainsFunc(calls, func(c fault.Call) bool { return known.Has(observe.Signature(c)) })
}

// both are the calls of which there are some alike among others.
func both(calls, others []fault.Call) []fault.Call {
	return slices.DeleteFunc(slices.Clone(calls), func(c fault.Call) bool {
		return !slices.ContainsFunc(others, func(o fault.Call) bool { return observe.Signature(o) == observe.Signature(c) })
	})
}

// unstubbed says what stubs knew no answer to.
func unstubbed(hits []fault.Hit) string {
	text := ""
	for _, h := range fakes.Unstubbed(hits) {
		text += fmt.Sprintf("; %s says: %s", h.Call.On, h.Answer)
	}
	return text
}

// learnPatiently is learnOnce for a machine on which a good request may be late: then it is sent again, after a while.
func (l *Lab) learnPatiently(ctx context.Context, r scenario.Request, k *Learnt) (calls []fault.Call, err error) {
	for pause := 250 * time.Millisecond; ; pause *= 2 {
		l.Lag.Take()
		calls, err = l.learnOnce(ctx, r, k)
		if err != nil || k.OK || !l.Lag.Take().busy() || pause > patience {
			return calls, err
		}
		if err := Wait(ctx, pause); err != nil {
			return nil, err
		}
	}
}

// patience bounds the pause before a request that failed on a busy machine is sent again.
const patience = 2 * time.Second

// learnOnce sends a request and gives the calls that it makes.
func (l *Lab) learnOnce(ctx context.Context, r scenario.Request, k *Learnt) ([]fault.Call, error) {
	n := l.Scope()
	captured, err := l.Steps(ctx, r.Before, n, false)
	if err != nil {
		k.OK, k.Why = false, l.Redactor().Text(err.Error())
		return nil, nil
	}
	seq, err := l.Mark(ctx)
	if err != nil {
		return nil, err
	}
	e, err := l.Ask(ctx, r, n.With(captured), exchange.Calm)
	if err != nil {
		return nil, fmt.Errorf("calm: %w", err)
	}
	if _, err := l.Quiet(ctx); err != nil {
		return nil, err
	}
	hits, err := l.Hits(ctx, seq, 0)
	if err != nil {
		return nil, err
	}
	l.trace(e, hits)
	hits = l.withoutPolls(hits, e)
	own := []exchange.Exchange{e}
	a := l.Asked(own, nil)
	a.Reach, a.Makes, a.Good = nil, nil, nil // this is what is being learnt
	a.Attribute(hits)
	k.Last, k.Why = own[0], l.Redactor().Text(r.Expect.Missed(own[0]))
	if k.OK = k.Why == ""; !k.OK {
		k.Why += l.Redactor().Text(unstubbed(own[0].Hits))
	} else {
		l.seen(k.Last)
		l.History.WentWell(r.Name)
		l.Compare(k.Last)
	}
	calls := observe.Calls(own[0].Hits)
	if len(k.Calls) == 0 {
		k.Reaches = append(k.Reaches, observe.Reaches(calls)...) // a call that only the first one makes may be answered from a cache later
	}
	return calls, nil
}

// Adopt takes over what the calm phase of another lab of the same system showed.
func (l *Lab) Adopt(o *Lab) {
	for _, r := range o.Config.Requests {
		if k := o.Learnt(r.Name); k.OK {
			l.seen(k.Last)
		}
	}
	o.lore.add(l.lore.known()) // what this one's own silence has shown
	l.lore, l.shape = o.lore, o.shape
	l.Config.Requests, l.Config.Discover = slices.Clone(o.Config.Requests), nil
}

// BaselineError says that there is no baseline to compare with: most requests do not succeed even without a fault.
type BaselineError struct{ Seen []Seen }

func (c *BaselineError) Error() string {
	text := "fix the lab first: fewer than half of the requests succeed without any fault"
	for _, s := range c.Seen {
		if !s.OK {
			text += fmt.Sprintf("\n    %s: %s", s.Request.Name, s.Why)
		}
	}
	return text
}

// MostlyCalm is nil when at least half of the requests are calm.
func MostlyCalm(seen []Seen) error {
	ok := 0
	for _, s := range seen {
		if s.OK {
			ok++
		}
	}
	if 2*ok < len(seen) {
		return &BaselineError{seen}
	}
	return nil
}

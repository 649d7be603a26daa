package lab

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sort"

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
	var all []Seen
	for _, r := range l.Config.Requests {
		if err := l.Learn(ctx, r.Name); err != nil {
			return all, err
		}
		k := l.Learnt(r.Name)
		all = append(all, Seen{Request: r, Exchange: l.Redactor().Exchange(k.Last), OK: k.OK, Why: l.Redactor().Text(k.Why)})
	}
	l.errorShape()
	return redact.Of(l.Redactor(), all), nil // what came up with the last request may stand in the first
}

// Learn sends one request and keeps what it calls. It is sent twice, so that what only the first one does (warm-up, prepared
// statements) is seen as well as what every one does; and once more when the second made a call that the first did not, since
// that may be somebody else's: a call that comes but once is not taken for one that the request makes.
func (l *Lab) Learn(ctx context.Context, name string) (err error) {
	defer func() { err = l.Veiled(err) }()
	r, _ := l.Request(name)
	k := Learnt{}
	var before []fault.Call
	for n := range 3 {
		calls, err := l.learnOnce(ctx, r, &k)
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
	k.Reaches = append(k.Reaches, observe.Reaches(k.Calls)...)
	slices.Sort(k.Reaches)
	k.Reaches = slices.Compact(k.Reaches)
	l.lore.keep(name, k)
	return nil
}

// both are the calls of which there are some alike among others.
func both(calls, others []fault.Call) []fault.Call {
	return slices.DeleteFunc(slices.Clone(calls), func(c fault.Call) bool {
		return !slices.ContainsFunc(others, func(o fault.Call) bool { return observe.Signature(o) == observe.Signature(c) })
	})
}

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
	own := []exchange.Exchange{e}
	a := l.Asked(own, nil)
	a.Reach, a.Makes, a.Good = nil, nil, nil // this is what is being learnt
	a.Attribute(hits)
	k.Last, k.Why = own[0], l.Redactor().Text(r.Expect.Missed(own[0]))
	if k.OK = k.Why == ""; k.OK {
		l.seen(k.Last)
		l.History.WentWell(r.Name)
	}
	calls := observe.Calls(own[0].Hits)
	if len(k.Calls) == 0 {
		k.Reaches = append(k.Reaches, observe.Reaches(calls)...) // a call that only the first one makes may be answered from a cache later
	}
	return calls, nil
}

// errorShape learns what the service's error answers have in common from the calm 4xx ones.
func (l *Lab) errorShape() {
	types := map[string]int{}
	var members []string
	for _, r := range l.Config.Requests {
		e := l.Learnt(r.Name).Last
		if e.Status()/100 != 4 || e.Response == nil {
			continue
		}
		l.shape.Samples++
		types[e.Response.MediaType()]++
		var body map[string]any
		if json.Unmarshal([]byte(e.Response.Body), &body) != nil {
			continue
		}
		var have []string
		for m := range body {
			have = append(have, m)
		}
		if members == nil {
			members = have
		}
		members = slices.DeleteFunc(members, func(m string) bool { return !slices.Contains(have, m) })
	}
	for t, n := range types {
		if n > types[l.shape.ErrorType] || l.shape.ErrorType == "" {
			l.shape.ErrorType = t
		}
	}
	sort.Strings(members)
	l.shape.ErrorMembers = members
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

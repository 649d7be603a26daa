package lab

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
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

// Learnt is what calm showed of one request.
type Learnt struct {
	Calls []fault.Call
	Last  exchange.Exchange
	OK    bool
	Why   string // why it is not calm
}

// Calm sends every request once without a fault and learns: which succeed, what they call, how errors look.
func (l *Lab) Calm(ctx context.Context) ([]Seen, error) {
	var all []Seen
	for _, r := range l.Config.Requests {
		if err := l.Learn(ctx, r.Name); err != nil {
			return all, err
		}
		k := l.learnt[r.Name]
		all = append(all, Seen{Request: r, Exchange: l.Redactor().Exchange(k.Last), OK: k.OK, Why: l.Redactor().Text(k.Why)})
	}
	l.errorShape()
	return redact.Of(l.Redactor(), all), nil // what came up with the last request may stand in the first
}

// Learn sends one request and keeps what it calls. It is sent twice, so that what only the first one does (warm-up,
// prepared statements) is seen as well as what every one does.
func (l *Lab) Learn(ctx context.Context, name string) (err error) {
	defer func() { err = l.Veiled(err) }()
	r, _ := l.Request(name)
	k := Learnt{}
	for range 2 {
		n := l.Scope()
		captured, err := l.Steps(ctx, r.Before, n, false)
		if err != nil {
			k.Why = l.Redactor().Text(err.Error())
			break
		}
		seq, err := l.Mark(ctx)
		if err != nil {
			return err
		}
		e, err := l.Ask(ctx, r, n.With(captured), exchange.Calm)
		if err != nil {
			return fmt.Errorf("calm: %w", err)
		}
		if _, err := l.Quiet(ctx, seq); err != nil {
			return err
		}
		hits, err := l.Hits(ctx, seq, 0)
		if err != nil {
			return err
		}
		e.Hits = hits
		k.Last, k.Why = e, l.Redactor().Text(r.Expect.Missed(e))
		if k.OK = k.Why == ""; k.OK {
			l.seen(e)
			l.History.WentWell(name)
		}
		k.Calls = observe.Calls(hits)
	}
	l.learnt[name] = k
	return nil
}

// errorShape learns what the service's error answers have in common from the calm 4xx ones.
func (l *Lab) errorShape() {
	types := map[string]int{}
	var members []string
	for _, name := range slices.Sorted(maps.Keys(l.learnt)) {
		e := l.learnt[name].Last
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
	for _, k := range o.learnt {
		if k.OK {
			l.seen(k.Last)
		}
	}
	l.learnt, l.shape = o.learnt, o.shape
	for k := range o.background {
		l.background[k] = true
	}
}

// Calmer says that most requests do not succeed even without a fault.
type Calmer struct{ Seen []Seen }

func (c *Calmer) Error() string {
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
		return &Calmer{seen}
	}
	return nil
}

package check

import (
	"fmt"
	"slices"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// rulePart finds the call that the n-th rule of a stage struck.
func (s Subject) rulePart(stage, n int, r fault.Rule) Part {
	p := Part{On: r.On, What: fmt.Sprintf("%s on %s %s", r.Effect.Verb, r.On, or(r.Op, string(r.Effect.At)))}
	if r.Start && s.feltAtStart() {
		p.What, p.Struck = p.What+" at start", true
		return p
	}
	impossible, left, untold := false, false, false
	for _, e := range slices.Concat(s.Beside(exchange.Settling, Own), s.Beside(exchange.Faulty, Settlement), s.during(stage)) {
		for _, h := range e.Hits {
			if h.Background && !h.Untold || h.Rule != n && h.Rule != 0 || r.On != "" && h.Call.On != r.On || !h.Effect.Bites() {
				continue
			}
			switch {
			case h.Background:
				untold = true
			case h.Struck() && (h.Rule == n || s.bitingRules() == 1):
				p.What, p.Before = fmt.Sprintf("%s on %s %s", h.Effect.Verb, h.Call.On, h.Call.Op), true
				if p.Struck = e.Phase == exchange.Faulty && e.Role != Settlement; p.Struck {
					return p
				}
			case h.Done == fault.Impossible:
				impossible = true
			case h.Done == fault.ClientLeft:
				left = true
			}
		}
	}
	if r.Start && !p.Before && s.keptAway(r) {
		p.What, p.Struck = p.What+" at start", true
		return p
	}
	if !p.Before && r.Effect.At.Early() && s.letGo(r.On) {
		p.What, p.Before = "the open connections to "+r.On+" were closed", true
	}
	switch {
	case impossible:
		p.Why, p.Unfit = "it met a call that it could not be carried out on", true
	case left:
		p.Why = "the system had left before it could show"
	case !s.Serving():
		p.Why = "the system did not start"
	case untold:
		p.Why = "a call was struck that the system makes of its own accord too, and the answer is as in calm: whose call it was cannot be told"
	default:
		p.Why = "no matching call came from this request"
	}
	if s.bitingRules() > 1 {
		p.Why = p.What + ": " + p.Why
	}
	return p
}

// letGo tells whether a connection to a dependency was open in calm and closed before the request, so that a new one would meet
// the fault: a pool that does not make one is broken by that alone.
func (s Subject) letGo(on string) bool {
	open := func(e exchange.Exchange) bool {
		early := func(h fault.Hit) bool { return h.Call.On == on && fault.Point(h.Call.Op).Early() }
		return calls(e, on) && !slices.ContainsFunc(e.Hits, early)
	}
	return len(s.Beside(exchange.Settling, Own))+len(s.Beside(exchange.Faulty, Settlement)) > 0 && slices.ContainsFunc(s.Judged(exchange.Calm), open)
}

// bitingRules counts the rules that change anything. Where there is one, a hit without the number of its rule is of this one.
func (s Subject) bitingRules() int {
	n := 0
	for _, st := range s.stages() {
		for _, r := range st.Rules {
			if r.Effect.Bites() {
				n++
			}
		}
	}
	return n
}

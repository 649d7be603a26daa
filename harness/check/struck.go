package check

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Struck asks whether everything that was given took place. Without that, nothing passes, whatever the answer was.
type Struck struct{}

// Kind describes the check.
func (Struck) Kind() Kind {
	return Kind{
		Rank:    2,
		Doc:     "Everything that was given took place while the request was in flight. Without that nothing passes, whatever the answer was: the case is inconclusive. It blames nobody.",
		Example: "db was refused, but the request was answered over a connection that was open before",
	}
}

// Judge judges.
func (Struck) Judge(_ Subject, e Evidence) Verdict {
	if missed := e.Missed(); missed != "" {
		return unclear("the fault did not strike: %s", missed)
	}
	if len(e.Parts) == 0 {
		return pass("no fault was asked for")
	}
	return pass("%s", e.strikes())
}

// strikes says in words what struck.
func (e Evidence) strikes() string { return strings.Join(e.Struck(), ", ") }

// linkPart: a link that is away leaves no hit, so calm of this case must have reached the dependency, the link must have been
// away while the request was in flight, and nothing may have passed meanwhile.
func (s Subject) linkPart(stage int, l fault.Link) Part {
	p := Part{On: l.On, What: fmt.Sprintf("%s was %s", l.On, l.State)}
	if l.State == fault.Open {
		p.Why = fmt.Sprintf("no connection to %s was open that could be cut", l.On)
		if h, ok := s.linkHit(l.On); ok {
			p.What, p.Struck = fmt.Sprintf("%s on %s %s", h.Effect.Verb, l.On, fault.LinkOp), true
		}
		return p
	}
	calm := s.Judged(exchange.Calm)
	switch {
	case l.Start && s.feltAtStart():
		p.What += " at start"
	case !slices.Contains(s.Learnt.Reaches, l.On):
		p.Why = "calm did not reach " + l.On
	case len(calm) > 0 && !slices.ContainsFunc(calm, func(e exchange.Exchange) bool { return calls(e, l.On) }):
		p.Why = fmt.Sprintf("calm of this case did not reach %s: a cache?", l.On)
	default:
		p.Why = s.notAway(stage, l)
	}
	p.Struck = p.Why == ""
	return p
}

// notAway says how a link was not away while the request was in flight; "" when it was.
func (s Subject) notAway(stage int, l fault.Link) string {
	asked := s.during(stage)
	from, until := s.away(stage, l)
	met := slices.ContainsFunc(asked, func(e exchange.Exchange) bool {
		return !s.servedBefore(e, l.On, from) && slices.ContainsFunc(s.usuallyAfter(l.On), func(after time.Duration) bool {
			margin := time.Duration(0)
			if s.servedBefore(e, l.On, forever) {
				margin = callJitter + after/4 // it had all that calm has: it must have called well before the link was back
			}
			return e.At+after+margin < until && e.At+max(after, e.Took) > from
		})
	})
	if l.Windowed() && len(asked) > 0 && !met {
		if slices.ContainsFunc(asked, func(e exchange.Exchange) bool { return e.At+e.Took <= from || s.servedBefore(e, l.On, from) }) {
			return fmt.Sprintf("the request had all of %s before that was %s", l.On, l.State)
		}
		return fmt.Sprintf("%s was back before the request called it", l.On)
	}
	for _, e := range asked {
		for _, h := range e.Hits {
			within := !l.Windowed() || h.At < until && h.At+h.Took > from
			if h.Call.On == l.On && !h.Background && h.Call.Op != fault.LinkOp && h.Answer != "" && within && !h.Struck() {
				return fmt.Sprintf("%s %s still passed over an old connection", h.Call.Op, l.On)
			}
		}
	}
	return ""
}

// servedBefore tells whether an exchange had from a dependency all that calm has, before a moment.
func (s Subject) servedBefore(e exchange.Exchange, on string, moment time.Duration) bool {
	served := func(e exchange.Exchange) int {
		n := 0
		for _, h := range e.Hits {
			if h.Call.On == on && !h.Background && h.Answer != "" && h.Call.Op != fault.LinkOp && (e.Phase == exchange.Calm || h.At+h.Took <= moment) {
				n++
			}
		}
		return n
	}
	return slices.ContainsFunc(s.Judged(exchange.Calm), func(c exchange.Exchange) bool { return served(c) > 0 && served(e) >= served(c) })
}

// usuallyAfter is how long after the request was sent calm called a dependency, each time.
func (s Subject) usuallyAfter(on string) []time.Duration {
	var all []time.Duration
	for _, e := range s.Judged(exchange.Calm) {
		for _, h := range e.Hits {
			if after := h.At - e.At; h.Call.On == on && !h.Background && after >= 0 && after <= e.Took {
				all = append(all, after)
			}
		}
	}
	if len(all) == 0 {
		return []time.Duration{0} // the clocks of the two cannot be compared
	}
	return all
}

// forever is longer than any lab.
const forever = time.Duration(1 << 62)

// callJitter is by how much one call of a request may come later than that of another.
const callJitter = 5 * time.Millisecond

// away is when a link was away, since the start of the lab.
func (s Subject) away(stage int, l fault.Link) (from, until time.Duration) {
	from, until = 0, forever
	if stage < len(s.Stages) {
		from = s.Stages[stage].At + l.After
		if l.For > 0 {
			until = from + l.For
		}
	}
	return from, until
}

// calls tells whether an exchange called a dependency.
func calls(e exchange.Exchange, on string) bool {
	return slices.ContainsFunc(e.Hits, func(h fault.Hit) bool { return h.Call.On == on && !h.Background })
}

// linkHit is what a link did to a connection that was open.
func (s Subject) linkHit(on string) (fault.Hit, bool) {
	for _, e := range s.Exchanges {
		if e.Phase != exchange.Faulty && e.Phase != exchange.Settling {
			continue
		}
		for _, h := range e.Hits {
			if h.Call.On == on && h.Call.Op == fault.LinkOp && h.Done == fault.Carried {
				return h, true
			}
		}
	}
	return fault.Hit{}, false
}

// editPart: what was edited holds for the launch that was made with it, or for the running system.
func (s Subject) editPart(e fault.Edit) Part {
	p := Part{On: e.Setting, What: fmt.Sprintf("%s was %s", e.Setting, e.Op), Struck: true}
	if _, launched := s.Launch(exchange.Faulty); !launched && !e.Live {
		p.Struck, p.Why = false, "the system was not started with it"
	}
	return p
}

// actPart: what was done must have met the request, or a call to what it was done to.
func (s Subject) actPart(a fault.Act, nth int) Part {
	p := Part{On: a.On, What: fmt.Sprintf("%s %s", a.Do, a.On)}
	if d, ok := s.deed(a, nth); ok && d.Felt != "" {
		p.What += " (" + d.Felt + ")"
	}
	p.Why = s.missed(a, nth)
	p.Struck = p.Why == ""
	return p
}

// changeSent tells whether the changed request went out.
func (s Subject) changeSent() (string, bool) {
	for _, e := range s.Judged(exchange.Faulty) {
		if e.Failure == exchange.NotSent {
			return "the changed request could not be sent: " + e.Detail, false
		}
	}
	return "nothing was asked under the fault", len(s.Judged(exchange.Faulty)) > 0
}

package check

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Once asks that a request takes effect as its answer says: exactly once when it succeeds, not at all or with an unknown
// outcome when it fails, and never twice. It is judged where the lab declares how to count (`effect:`).
//
// What a request with an unknown outcome does later is its own. Where later requests cannot be told from it (the count has no
// key), the faulty and the healed phase are bounded together: no more effects than requests that were not denied.
type Once struct{}

// Kind describes the check.
func (Once) Kind() Kind { return Kind{} }

const onceCite = "RFC 9110 9.2.2; draft-ietf-httpapi-idempotency-key-header"

// Judge judges.
func (Once) Judge(s Subject, _ Evidence) Verdict {
	if len(s.Effects) == 0 {
		return skip("how to count effects is not declared (`effect:`)")
	}
	for _, x := range s.Effects {
		calm := s.Judged(exchange.Calm)
		if x.Unknown == "" && x.Phase == exchange.Calm && x.Count < 1 && len(calm) > 0 && calm[0].OK() {
			return unclear("calm succeeded, but by this count it took no effect (%s)", x.What)
		}
	}
	judged := pass("never more than once")
	for _, x := range s.Effects {
		if x.Unknown != "" {
			continue
		}
		v := s.once(x)
		if v.Outcome == Fail {
			return v
		}
		if x.Phase == exchange.Faulty {
			judged = v
		}
	}
	for _, x := range s.Effects {
		if x.Unknown != "" && len(s.counted(x)) > 0 {
			return unclear("how often it took effect is not known (%s): %s", x.Phase, x.Unknown)
		}
	}
	return judged
}

// once judges the count of one phase.
func (s Subject) once(x Effect) Verdict {
	sent := s.counted(x)
	requests, done, denied := s.claims(x)
	room, credit := s.across(x)
	faulty := x.Phase == exchange.Faulty
	v := pass("never more than once")
	switch {
	case len(sent) == 0:
		return v
	case x.Count > requests+room:
		v = fail(contract.Critical, Invariant, onceCite, "it took effect %d times (%s)", x.Count, x.What).
			look("a retry without an idempotency key")
	case faulty && x.Count+credit < done:
		return fail(contract.Critical, Invariant, onceCite, "%s, but nothing took effect (%s)", answers(sent, good(sent)), x.What)
	case faulty && x.Count > requests-denied:
		v = fail(contract.Critical, Invariant, onceCite, "%s, which says that nothing was done, but it took effect (%s)", answers(sent, denied), x.What)
	}
	late := x.late(sent)
	switch {
	case v.Outcome == Pass && late != "":
		return pass("%s", late)
	case v.Outcome == Fail && !x.own():
		v = v.byTheClock() // what a case before has left undone may have been counted here
	}
	return v.because(late)
}

// own tells whether a count is of the requests of its phase alone.
func (x Effect) own() bool { return x.Shared || x.keyed() }

// keyed tells whether a count is of one request alone. Runs that were saved before this was kept say it by their query.
func (x Effect) keyed() bool { return x.Keyed || strings.Contains(x.What, "$case.key") }

// counted lists the exchanges of the case's request that a count covers: by a key, those of the first copy; each attempt after
// the fault has names of its own, and the last is counted.
func (s Subject) counted(x Effect) []exchange.Exchange {
	sent := s.Judged(x.Phase)
	switch {
	case !x.own() || len(sent) == 0:
		return sent
	case x.Phase != exchange.Faulty:
		return sent[len(sent)-1:]
	case !x.keyed():
		return sent
	}
	var first []exchange.Exchange
	for _, e := range sent {
		if e.Request.Copy == 0 {
			first = append(first, e)
		}
	}
	return first
}

// told is how many calls were answered in the place of what is counted, as if they had succeeded: then the system was told so,
// and what it says on is true for it.
func (x Effect) told(sent []exchange.Exchange) int {
	on, _, _ := strings.Cut(x.What, ": ")
	n := 0
	for _, e := range sent {
		for _, h := range e.Struck() {
			if h.Call.On == on && h.Effect.Verb == fault.Answer && h.Said != nil && h.Said.Status/100 == 2 {
				n++
			}
		}
	}
	return n
}

// claims says what the answers claim: how many effects there may be, how many there must be, and of how many requests it was
// said that there is none. Requests with one key that the system promises to carry out once count as one; those that share a name
// may ask for one and the same thing, so that one effect is enough for all.
func (s Subject) claims(x Effect) (requests, done, denied int) {
	sent := s.counted(x)
	for _, e := range sent {
		switch {
		case e.OK():
			done++
		case e.Status()/100 == 4 && s.Expect.Missed(e) != "":
			denied++
		}
	}
	done = max(0, done-x.told(sent))
	switch {
	case x.keyed() && s.Keyed && len(sent) > 0:
		return 1, min(done, 1), denied / len(sent)
	case x.Shared:
		return len(sent), min(done, 1), denied
	}
	if x.keyed() || x.Phase != exchange.Faulty || len(sent) == 0 {
		return len(sent), done, denied
	}
	return len(sent) + s.uncounted(sent[0].Request.Name), done, denied
}

// uncounted is how often the request was sent beside those that are judged, while the faulty phase was counted: to drain a
// pool, and as a step after the fault was lifted.
func (s Subject) uncounted(name string) int {
	n := 0
	for _, e := range s.Exchanges {
		settling := e.Phase == exchange.Settling && e.Role == ""
		step := e.Phase == exchange.Healed && e.Role == "step"
		if e.Request.Name == name && (settling || step) {
			n++
		}
	}
	return n
}

// across bounds the faulty and the healed phase together, where their effects cannot be told: room is what may be counted
// after the fault beyond the requests that were sent then, credit is what was, and so may be missing before.
func (s Subject) across(x Effect) (room, credit int) {
	if x.own() {
		return 0, 0
	}
	for _, o := range s.Effects {
		if o.What != x.What || o.Unknown != "" && o.Phase != exchange.Faulty {
			continue
		}
		requests, _, denied := s.claims(o)
		switch {
		case x.Phase == exchange.Healed && o.Phase == exchange.Faulty:
			room = max(0, requests-denied-o.Count)
		case x.Phase == exchange.Faulty && o.Phase == exchange.Healed:
			credit = max(0, o.Count-requests)
		}
	}
	return room, credit
}

// late says in words what came after the first count; "" when nothing did.
func (x Effect) late(sent []exchange.Exchange) string {
	if x.Late <= 0 || len(sent) == 0 {
		return ""
	}
	after := x.After.Round(100 * time.Millisecond).Seconds()
	what := "answer " + strconv.Itoa(sent[0].Status())
	switch {
	case len(sent) > 1:
		what = fmt.Sprintf("last of %d answers", len(sent))
	case sent[0].Response == nil:
		what = "request had failed"
	}
	if x.Count == 1 {
		return fmt.Sprintf("it took effect once, %.3g s after the %s", after, what)
	}
	return fmt.Sprintf("%d of %d effects came late, the last %.3g s after the %s", x.Late, x.Count, after, what)
}

// good is how many answers say that it was done.
func good(sent []exchange.Exchange) int {
	n := 0
	for _, e := range sent {
		if e.OK() {
			n++
		}
	}
	return n
}

// answers says which answers came: the status of one, or how many of several.
func answers(sent []exchange.Exchange, n int) string {
	if len(sent) == 1 {
		return strconv.Itoa(sent[0].Status())
	}
	return fmt.Sprintf("%d of %d answers", n, len(sent))
}

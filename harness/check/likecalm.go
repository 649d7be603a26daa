package check

import (
	"encoding/json"
	"slices"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/observe"
)

// likeCalm tells whether an answer has the status and the shape of the calm one, and its values where nothing says that they change.
func (s Subject) likeCalm(e exchange.Exchange) bool { return s.compares(e, s.ofProcess(), false) }

// alikeWhenReached does so for an answer whose call reached the dependency after all: a number that is another one is a duration, a
// counter or a size then, and after a mere delay the shape alone tells.
func (s Subject) alikeWhenReached(e exchange.Exchange) bool {
	return s.compares(e, true, s.onlyLater())
}

func (s Subject) compares(e exchange.Exchange, numbers, shape bool) bool {
	for _, c := range s.Judged(exchange.Calm) {
		if c.Response == nil || c.Status() != e.Status() || s.Expect.Missed(e) != "" {
			continue
		}
		was, isJSON := Skeleton(bodyOf(c))
		is, stillJSON := Skeleton(bodyOf(e))
		switch {
		case isJSON != stillJSON:
			return false
		case isJSON && was != is, !isJSON && c.Response.MediaType() != e.Response.MediaType():
			return false
		}
		return shape && isJSON || sameValues(s, c, e, numbers)
	}
	return false
}

// sameValues compares values for reads; a write makes new ones each time. Places where good answers disagree are the service's own
// business: times, ids, traces.
func sameValues(s Subject, c, e exchange.Exchange, numbers bool) bool {
	if s.Write || sameBody(c.Response, e.Response) {
		return true
	}
	healed := s.Judged(exchange.Healed)
	if len(healed) == 0 || s.Expect.Missed(healed[len(healed)-1]) != "" {
		return true // nothing tells what is volatile; the shape was the same
	}
	var calm, faulty, again any
	if json.Unmarshal(bodyOf(c), &calm) != nil || json.Unmarshal(bodyOf(e), &faulty) != nil || json.Unmarshal(bodyOf(healed[len(healed)-1]), &again) != nil {
		return !sameBody(c.Response, healed[len(healed)-1].Response)
	}
	return agreement{volatile: s.Learnt.Volatile, numbers: numbers}.holds("", calm, again, faulty)
}

// ofProcess tells whether only the process itself is in want, and nothing that it depends on: a number that is another one then is
// a time, a counter or a size, and no answer made of what is not there.
func (s Subject) ofProcess() bool {
	return len(s.Injection.Acts) > 0 && len(s.Injection.Rules)+len(s.Injection.Links)+len(s.Injection.Edits) == 0 &&
		!slices.ContainsFunc(s.Injection.Acts, func(a fault.Act) bool { return slices.Contains(s.Learnt.Reaches, a.On) })
}

// agreement is what an answer has to have of two good ones.
type agreement struct {
	volatile []string // places that do not count
	numbers  bool     // numbers may be others
}

// holds tells whether got has the values of a and b wherever these two agree. Elements of an array may come in another order.
func (g agreement) holds(at string, a, b, got any) bool {
	if slices.Contains(g.volatile, at) {
		return true
	}
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		z, same := got.(map[string]any)
		if !ok || !same {
			return !ok
		}
		for k := range x {
			if other, ok := y[k]; ok && !g.holds(at+"/"+observe.EscapePointer(k), x[k], other, z[k]) {
				return false
			}
		}
		return true
	case []any:
		y, ok := b.([]any)
		z, same := got.([]any)
		if !ok || len(x) != len(y) {
			return true
		}
		if !same || len(x) != len(z) {
			return false
		}
		return g.each(at+"/*", x, y, z)
	case float64:
		if _, same := got.(float64); same && g.numbers {
			return true
		}
	}
	return a != b || got == a
}

// mostShuffled is how many elements are looked for in another order.
const mostShuffled = 100

// each compares the elements of arrays of one length, each with the one at its place or else with any that is left.
func (g agreement) each(at string, x, y, z []any) bool {
	taken := make([]bool, len(z))
	find := func(i int) int {
		if !taken[i] && g.holds(at, x[i], y[i], z[i]) {
			return i
		}
		if len(z) > mostShuffled {
			return -1
		}
		for j := range z {
			if !taken[j] && g.holds(at, x[i], y[i], z[j]) {
				return j
			}
		}
		return -1
	}
	for i := range x {
		j := find(i)
		if j < 0 {
			return false
		}
		taken[j] = true
	}
	return true
}

package check

import (
	"encoding/json"
	"slices"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// likeCalm tells whether an answer has the status and the shape of the calm one.
func (s Subject) likeCalm(e exchange.Exchange) bool {
	for _, c := range s.Judged(exchange.Calm) {
		if c.Response == nil || c.Status() != e.Status() || s.Expect.Missed(e) != "" {
			continue
		}
		was, isJSON := Skeleton(bodyOf(c))
		is, stillJSON := Skeleton(bodyOf(e))
		if isJSON != stillJSON {
			return false
		}
		if isJSON {
			return was == is && sameValues(s, c, e)
		}
		return c.Response.MediaType() == e.Response.MediaType() && sameValues(s, c, e)
	}
	return false
}

// sameValues compares values for reads; a write makes new ones each time. Places where calm and healed disagree are the
// service's own business: times, ids, traces.
func sameValues(s Subject, c, e exchange.Exchange) bool {
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
	return agree(calm, again, faulty, s.ofProcess())
}

// ofProcess tells whether only the process itself is in want, and nothing that it depends on: a number that is another one then is
// a time, a counter or a size, and no answer made of what is not there.
func (s Subject) ofProcess() bool {
	return len(s.Injection.Acts) > 0 && len(s.Injection.Rules)+len(s.Injection.Links)+len(s.Injection.Edits) == 0 &&
		!slices.ContainsFunc(s.Injection.Acts, func(a fault.Act) bool { return slices.Contains(s.Learnt.Reaches, a.On) })
}

// agree tells whether got has the values of a and b wherever these two agree; numbers may be others where that is said.
func agree(a, b, got any, numbers bool) bool {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		z, same := got.(map[string]any)
		if !ok || !same {
			return !ok
		}
		for k := range x {
			if other, ok := y[k]; ok && !agree(x[k], other, z[k], numbers) {
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
		for i := range x {
			if !agree(x[i], y[i], z[i], numbers) {
				return false
			}
		}
		return true
	case float64:
		if _, same := got.(float64); same && numbers {
			return true
		}
	}
	return a != b || got == a
}

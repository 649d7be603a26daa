package check

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Success looks for success that cannot be true: a 2xx although an essential dependency was gone.
type Success struct{}

// Judge judges.
func (Success) Judge(s Subject) Verdict {
	faulty := s.Judged(exchange.Faulty)
	if len(faulty) == 0 {
		return notAsked(s)
	}
	if len(s.Changed) > 0 {
		return skip("the request itself was wrong; its status is judged")
	}
	why, struck := s.Struck()
	for _, e := range faulty {
		if e.Response == nil || e.Status()/100 != 2 && s.Expect.Missed(e) != "" {
			continue
		}
		if !struck {
			return unclear("%d, but %s", e.Status(), why)
		}
		if v := s.honest(e); v.Outcome != Pass {
			return v
		}
	}
	return pass("no success that cannot be true")
}

// honest judges one 2xx under a struck fault.
func (s Subject) honest(e exchange.Exchange) Verdict {
	never := s.Row != nil && slices.ContainsFunc(s.Row.Never, func(w string) bool { return contract.Means(w, e.Status()) })
	const cite = "ASVS 5.0 16.5.2 and 16.5.3, CWE-636"
	switch {
	case len(s.Injection.Edits) > 0 && !never:
		return pass("the setting has a default")
	case len(s.Injection.Edits) > 0:
		return fail(contract.Critical, Invariant, cite, "%d although %s: it fails open", e.Status(), s.strikes()).
			because(excerpt(bodyOf(e)))
	case s.Role == contract.Optional:
		return pass("%d without an optional dependency", e.Status())
	case s.onlyLater(), s.gotThrough(e):
		if s.likeCalm(e) {
			return pass("%d, the same as in calm, by a later attempt or late", e.Status())
		}
		return fail(contract.Critical, Invariant, cite, "%d with another body than in calm", e.Status()).
			because(excerpt(bodyOf(e))).look("an error that is dropped, so that the answer is built from what was there")
	case s.likeCalm(e):
		return unclear("%d, the same as in calm, answered without %v: a cache?", e.Status(), s.On)
	case s.Role == contract.Unknown && !never:
		return unclear("question: it stayed %d without %v. Is that optional for this request? then declare it under `uses`", e.Status(), s.On)
	}
	return fail(contract.Critical, Invariant, cite, "%d although %s", e.Status(), s.strikes()).
		because(excerpt(bodyOf(e))).look("the place where the error is dropped (a swallowed error gives zero values)")
}

// onlyLater tells whether the fault lets the call itself through: a delay within what the system waits for.
func (s Subject) onlyLater() bool {
	return len(s.Injection.Rules) > 0 && len(s.Injection.Links) == 0 && !slices.ContainsFunc(s.Injection.Rules, func(r fault.Rule) bool {
		return r.Effect.Verb != fault.Pass && r.Effect.Verb != fault.Drip && r.Effect.Verb != fault.Repeat
	})
}

// gotThrough tells whether, after a struck call, a later one reached the dependency: a retry that is owed its success.
func (s Subject) gotThrough(e exchange.Exchange) bool {
	struck := int64(-1)
	for _, h := range e.Hits {
		if h.Background || !slices.Contains(s.On, h.Call.On) {
			continue
		}
		if h.Struck() {
			struck = h.Seq
		} else if h.Answer != "" && h.Call.Op != "link" && h.Done == "" && (struck >= 0 || len(s.Injection.Links) > 0 || s.dies()) {
			return true
		}
	}
	return false
}

// dies tells whether only open connections are struck, so that a new one serves.
func (s Subject) dies() bool {
	return slices.ContainsFunc(s.Injection.Rules, func(r fault.Rule) bool { return r.Connections == "existing" })
}

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
		return bytes.Equal(bodyOf(c), bodyOf(e)) || c.Response.MediaType() == e.Response.MediaType()
	}
	return false
}

// sameValues compares values for reads; a write makes new ones each time. Places where calm and healed disagree are the
// service's own business: times, ids, traces.
func sameValues(s Subject, c, e exchange.Exchange) bool {
	if s.Write || bytes.Equal(bodyOf(c), bodyOf(e)) {
		return true
	}
	healed := s.Judged(exchange.Healed)
	if len(healed) == 0 || s.Expect.Missed(healed[len(healed)-1]) != "" {
		return true // nothing tells what is volatile; the shape was the same
	}
	var calm, faulty, again any
	if json.Unmarshal(bodyOf(c), &calm) != nil || json.Unmarshal(bodyOf(e), &faulty) != nil || json.Unmarshal(bodyOf(healed[len(healed)-1]), &again) != nil {
		return !bytes.Equal(bodyOf(c), bodyOf(healed[len(healed)-1]))
	}
	return agree(calm, again, faulty)
}

// agree tells whether got has the values of a and b wherever these two agree.
func agree(a, b, got any) bool {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		z, same := got.(map[string]any)
		if !ok || !same {
			return !ok
		}
		for k := range x {
			if other, ok := y[k]; ok && !agree(x[k], other, z[k]) {
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
			if !agree(x[i], y[i], z[i]) {
				return false
			}
		}
		return true
	}
	return a != b || got == a
}

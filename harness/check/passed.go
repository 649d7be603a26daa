package check

import (
	"net/http"
	"slices"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// passedOn is a finding on an answer whose status is the one that a broken dependency gave. Its key is that of any other answer, so that
// a service that passes on each status has as many keys as it passes on statuses: the report puts them together (Passed).
func passedOn(class, place string, same ...string) Finding {
	return Finding{Class: class, Headline: "{status:list} from {on} passed on to the caller", Said: true, Place: place, Same: same, Name: "{status}-passed-on",
		One: "get the status that {on} gave"}
}

// Passed is the fact of a failure that its answer has the status of the dependency that it names.
const Passed = "passed"

// passed says of a failure that the status may be the dependency's own. A 500 alone is anybody's, so that only the company of others tells.
func (v Verdict) passed(s Subject, e exchange.Exchange, class string) Verdict {
	if v.Outcome != Fail {
		return v
	}
	on := s.gave(e.Status(), e)
	if on == "" {
		return v
	}
	if v.Class == "" && e.Status() != http.StatusInternalServerError {
		v = v.as(class)
	}
	return v.with(Passed, on)
}

// gave is the broken dependency that gave this status for the request; "" when none did.
func (s Subject) gave(status int, e exchange.Exchange) string {
	for _, h := range e.Hits {
		if status >= 300 && h.Said != nil && h.Said.Status == status && slices.Contains(s.On, h.Call.On) {
			return h.Call.On
		}
	}
	return ""
}

// Gave lists the statuses of errors and redirects that broken dependencies gave for a request under the fault, by dependency, and the status that came of
// each.
func (s Subject) Gave() map[string][][2]int {
	all := map[string][][2]int{}
	for _, e := range s.Judged(exchange.Faulty) {
		for _, h := range e.Hits {
			if h.Said != nil && h.Said.Status >= 300 && h.Effect.Verb == fault.Answer && slices.Contains(s.On, h.Call.On) && e.Response != nil {
				all[h.Call.On] = append(all[h.Call.On], [2]int{h.Said.Status, e.Status()})
			}
		}
	}
	return all
}

package check

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Deed is an act of a case as it was carried out. Its times count from the start of the lab.
type Deed struct {
	On     string         `json:"on"`
	Do     string         `json:"do"`
	At     time.Duration  `json:"at"`
	Until  time.Duration  `json:"until,omitempty"`  // when it was undone; 0: it was not
	Failed string         `json:"failed,omitempty"` // why it could not be carried out, or not be undone
	Missed string         `json:"missed,omitempty"` // how its owner knows that nobody felt it
	Felt   string         `json:"felt,omitempty"`   // how its owner knows that it was felt
	Exit   *exchange.Exit `json:"exit,omitempty"`   // how it ended the system
}

// missed says why an act met nothing.
func (s Subject) missed(a fault.Act, nth int) string {
	d, done := s.deed(a, nth)
	switch {
	case len(s.Deeds) == 0:
		return "" // a run that was saved before deeds were noted
	case !done:
		return fmt.Sprintf("%s %s was not carried out", a.Do, a.On)
	case d.Failed != "":
		return fmt.Sprintf("%s %s: %s", a.Do, a.On, d.Failed)
	case d.Missed != "":
		return fmt.Sprintf("%s %s was not felt: %s", a.Do, a.On, d.Missed)
	case slices.Contains(s.Learnt.Reaches, a.On):
		return s.servedMeanwhile(d)
	case slices.ContainsFunc(s.sent(), func(e exchange.Exchange) bool { return s.met(a, d, e) }):
		return ""
	}
	return s.unmoved(a)
}

// deed is what became of an act, the n-th of several alike.
func (s Subject) deed(a fault.Act, nth int) (Deed, bool) {
	for _, d := range s.Deeds {
		if d.On != a.On || d.Do != a.Do {
			continue
		}
		if nth == 0 {
			return d, true
		}
		nth--
	}
	return Deed{}, false
}

func (s Subject) unmoved(a fault.Act) string {
	return fmt.Sprintf("the request was answered as in calm in spite of %s: it may not need what that takes", a.Do)
}

// met tells whether a request met what was done to the system: it was under way at the moment, was held up until the end, or
// did not end as in calm.
func (s Subject) met(a fault.Act, d Deed, e exchange.Exchange) bool {
	began, ended := e.At, e.At+e.Took
	switch {
	case d.At >= ended || d.Until > 0 && d.Until < began:
		return false
	case d.Felt != "":
		return true
	case a.Momentary():
		return began <= d.At || !s.likeCalm(e)
	case d.Until > 0 && d.Until <= ended && d.At < d.Until:
		return true
	}
	return !s.likeCalm(e)
}

// servedMeanwhile says how a dependency still served while something was done to it; "" when a call to it was open or
// failed. A connection is made by a gate, or a kernel, whatever the server does; one over which nothing was answered met a
// server that did not serve.
func (s Subject) servedMeanwhile(d Deed) string {
	served, met := "", map[int64]bool{}
	for _, e := range s.sent() {
		for _, h := range e.Hits {
			ended := h.At + h.Took
			if h.Call.On != d.On || h.Background || h.Took > 0 && ended < d.At || d.Until > 0 && h.At > d.Until {
				continue
			}
			if unserved(h) || d.Until > 0 && ended >= d.Until {
				return ""
			}
			if h.Call.Op == string(fault.Connect) {
				met[h.Call.Conn] = true
				continue
			}
			delete(met, h.Call.Conn)
			served = fmt.Sprintf("%s %s was answered in spite of %s", h.Call.Op, d.On, d.Do)
		}
	}
	switch {
	case len(met) > 0:
		return ""
	case served == "" && s.endedWith(d):
		return ""
	case served == "":
		return fmt.Sprintf("no call to %s came while it held: %s", d.On, d.Do)
	}
	return served
}

// endedWith tells whether a request that calls a dependency in calm failed without a call to it after that was ended: a connection that
// ends with its server is noticed without one.
func (s Subject) endedWith(d Deed) bool {
	calls := func(e exchange.Exchange) bool {
		return slices.ContainsFunc(e.Hits, func(h fault.Hit) bool { return h.Call.On == d.On && !h.Background })
	}
	noticed := func(e exchange.Exchange) bool { return d.At < e.At+e.Took && !calls(e) && !s.likeCalm(e) }
	return (fault.Act{Do: d.Do}).Ends() && slices.ContainsFunc(s.Judged(exchange.Calm), calls) && slices.ContainsFunc(s.sent(), noticed)
}

// unserved tells whether a call got no answer from the dependency: it is open, or its connection ended.
func unserved(h fault.Hit) bool {
	ended := h.Answer == "closed" || h.Answer == "reset" || strings.HasPrefix(h.Answer, "nothing")
	return ended || h.Answer == "" && h.Call.Op != string(fault.Connect)
}

// Met tells whether the system missed what an act took from it. Not every request needs everything: a disk, descriptors,
// the network. Where only such acts are asked for, an answer as in calm says that, and no more.
func (s Subject) Met() (string, bool) {
	faulty := s.Judged(exchange.Faulty)
	if s.Plain && s.Serving() && len(faulty) > 0 && !slices.ContainsFunc(faulty, func(e exchange.Exchange) bool { return !s.likeCalm(e) }) {
		return "nothing observable changed: the system has a default for it, or does not use it here", false
	}
	if s.keptElsewhere() && s.Serving() {
		return "nothing observable changed: what callers show is taken with another value in its place, too, as of a first password that the system has stored", false
	}
	if s.conditioned() && len(faulty) > 0 && !slices.ContainsFunc(faulty, func(e exchange.Exchange) bool { return !s.likeCalm(e) }) {
		return "the request was answered as in calm: it may not need what was taken", false
	}
	bites := func(r fault.Rule) bool { return r.Effect.Verb != fault.Pass } // a delay only gives the time in which something is taken
	if len(s.Injection.Acts) == 0 || s.Unstruck != "" || len(s.Injection.Links)+len(s.Injection.Edits) > 0 || slices.ContainsFunc(s.Injection.Rules, bites) {
		return "", true
	}
	for _, a := range s.Injection.Acts {
		if a.Momentary() || slices.Contains(s.Learnt.Reaches, a.On) {
			continue
		}
		if why := s.missed(a, 0); why != "" && why == s.unmoved(a) {
			return why, false
		}
	}
	return "", true
}

// Another is the role of the request of a case that wants for a secret, sent once more on a launch that has another value in its place.
const Another = "another"

// keptElsewhere tells whether callers showed a secret and got the same when it was absent and when it was another one: it is not what is
// set that they are held against.
func (s Subject) keptElsewhere() bool {
	unlike := func(e exchange.Exchange) bool { return s.Expect.Missed(e) != "" }
	others := s.Beside(exchange.Healed, Another)
	return len(others) > 0 && !slices.ContainsFunc(append(others, s.Judged(exchange.Faulty)...), unlike)
}

// Hindered says that calls which were to take longer were not made, since what was taken from the system came first; "" where
// anything else is missing. There is nothing to judge then, neither that it was slow nor that it was not.
func (s Subject) Hindered() string {
	if len(s.stages()) > 1 || !slices.ContainsFunc(s.Injection.Acts, func(a fault.Act) bool { return !a.Momentary() && s.missed(a, 0) == "" }) {
		return ""
	}
	why := ""
	for i, r := range s.Injection.Rules {
		switch {
		case !r.Effect.Bites() || s.rulePart(0, i+1, r).Struck:
		case r.Effect.Verb != fault.Pass:
			return ""
		default:
			why = fmt.Sprintf("no call to %s was made that could have been slow: what was taken came first", r.On)
		}
	}
	return why
}

// disturbed tells whether something was done to the system itself, and not to its dependencies alone.
func (s Subject) disturbed() bool {
	return s.Ended || slices.ContainsFunc(s.Injection.Acts, func(a fault.Act) bool { return !slices.Contains(s.Learnt.Reaches, a.On) })
}

// held is how long acts that ended before the answer kept the system itself from its work. Nobody can be punctual who is not
// let.
func (s Subject) held(e exchange.Exchange) time.Duration {
	var longest time.Duration
	for _, d := range s.Deeds {
		other := slices.Contains(s.Learnt.Reaches, d.On) || fault.Act{Do: d.Do}.Momentary()
		if !other && d.Until <= e.At+e.Took && d.Until > e.At {
			longest = max(longest, d.Until-max(d.At, e.At))
		}
	}
	return longest
}

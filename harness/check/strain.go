package check

import (
	"fmt"
	"slices"
	"time"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// How busy a machine may be. On two processors a sweep of eight labs has some 2 tasks a processor, and timers wake up to 60 ms late.
const (
	crowded = 2.0 // tasks a processor, from which on computing takes a multiple of its time

	strainedLate, strainedCrowd = 100 * time.Millisecond, 4.0 // what came then is asked for once more, with nothing else running
	tooLate, tooCrowded         = time.Second, 12.0           // no clock tells anything then
)

// Slack is how much later than promised an answer may come: 250 ms, what this machine was measured to lag, and where others
// want its processors too, what the request takes in calm.
func (s Subject) Slack() time.Duration {
	slack := 250*time.Millisecond + s.Lag
	if s.Crowd < crowded {
		return slack
	}
	return slack + s.calmTook()
}

// calmTook is what the request takes without a fault.
func (s Subject) calmTook() time.Duration {
	took := time.Duration(0)
	for _, e := range s.Judged(exchange.Calm) {
		took = max(took, e.Took)
	}
	return took
}

// Strained tells whether this machine was so busy that what came may be its doing.
func (s Subject) Strained() bool { return s.Late() || s.Crowd > strainedCrowd }

// Late tells whether this machine could not keep up with what was asked of it at once.
func (s Subject) Late() bool { return s.Lag > strainedLate }

// TooBusy says that no clock tells anything about this case; "": it does.
func (s Subject) TooBusy() string {
	if s.Lag <= tooLate && s.Crowd <= tooCrowded {
		return ""
	}
	return fmt.Sprintf("this machine is too busy to tell: timers woke up %s late, and %.0f tasks wanted each processor", round(s.Lag), s.Crowd)
}

// Untimely tells whether something that was to come at a time of its own met nothing: it may another time.
func (s Subject) Untimely() bool {
	for _, st := range s.stages() {
		timed := slices.ContainsFunc(st.Acts, func(a fault.Act) bool { return a.At.After > 0 }) ||
			slices.ContainsFunc(st.Links, func(l fault.Link) bool { return l.Windowed() }) ||
			slices.ContainsFunc(st.Rules, func(r fault.Rule) bool { return r.After > 0 || r.For > 0 })
		if timed && !EvidenceOf(s).Whole() {
			return true
		}
	}
	return false
}

// crowd is what the slowest answer to a request took beside as many copies without the fault, where they were sent so.
func (s Subject) crowd(request string) time.Duration {
	slowest := time.Duration(0)
	for _, e := range s.Beside(exchange.Healed, Crowd) {
		if e.Response != nil && e.Request.Name == request {
			slowest = max(slowest, e.Took)
		}
	}
	return slowest
}

// Crowd is the role of copies of the case's request, and of bystanders beside them, that are sent without the fault, to learn what a crowd
// costs by itself.
const Crowd = "crowd"

package observe

import (
	"regexp"
	"slices"

	"github.com/failwell/failwell/harness/fault"
)

// Signature is what is equal of calls that are alike: their dependency, their op and their text without its values, which are
// UUIDs, quoted strings and numbers.
func Signature(c fault.Call) string {
	return c.On + " " + c.Op + " " + values.ReplaceAllString(fault.Fold(c.Text), "0")
}

var values = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|'[^']*'|[0-9]+`)

// IsApplications tells whether a hit is a call that the application makes: it neither opens a connection, nor is it a link, nor a
// driver's own housekeeping.
func IsApplications(h fault.Hit) bool {
	return h.Call.Op != fault.LinkOp && !fault.Point(h.Call.Op).Early() && !h.Call.Housekeeping
}

// Reaches lists the dependencies of calls, in order of their names.
func Reaches(calls []fault.Call) []string {
	var on []string
	for _, c := range calls {
		if !slices.Contains(on, c.On) {
			on = append(on, c.On)
		}
	}
	slices.Sort(on)
	return on
}

// Calls are the calls of the application among hits, without its background.
func Calls(hits []fault.Hit) []fault.Call {
	var calls []fault.Call
	for _, h := range hits {
		if !h.Background && IsApplications(h) {
			calls = append(calls, h.Call)
		}
	}
	return calls
}

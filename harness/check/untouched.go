package check

import (
	"slices"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// untouched tells whether one of several copies is known to have reached the dependencies without being struck: whatever it
// got says nothing about the fault.
func (s Subject) untouched(e exchange.Exchange) bool {
	if len(s.Judged(exchange.Faulty)) < 2 || len(e.Struck()) > 0 {
		return false
	}
	return slices.ContainsFunc(e.Hits, func(h fault.Hit) bool {
		return slices.Contains(s.On, h.Call.On) && h.Call.Trace == e.Trace && h.Answer != ""
	})
}

// Package observe says what a list of hits tells: whose call each was, which are background, what a request reaches, what
// goes on after the answer. Its functions are pure and know no lab.
package observe

import (
	"slices"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Attribute gives each exchange of one phase its calls: those that carry its trace id; else, for an exchange beside the
// case's own, those of dependencies that only it uses; all others are the case's own, of the first copy.
func Attribute(own []exchange.Exchange, beside []exchange.Exchange, besideReach map[string][]string, ownReach []string, hits []fault.Hit) {
	traces := map[string]*exchange.Exchange{}
	for i := range own {
		traces[own[i].Trace] = &own[i]
	}
	for i := range beside {
		traces[beside[i].Trace] = &beside[i]
	}
	for _, h := range hits {
		if e, ok := traces[h.Call.Trace]; ok && h.Call.Trace != "" {
			e.Hits = append(e.Hits, h)
			continue
		}
		if e := onlyBeside(beside, besideReach, ownReach, h); e != nil {
			e.Hits = append(e.Hits, h)
			continue
		}
		if len(own) > 0 {
			own[0].Hits = append(own[0].Hits, h)
		}
	}
}

func onlyBeside(beside []exchange.Exchange, reach map[string][]string, ownReach []string, h fault.Hit) *exchange.Exchange {
	if slices.Contains(ownReach, h.Call.On) {
		return nil
	}
	for i := range beside {
		if slices.Contains(reach[beside[i].Request.Name], h.Call.On) {
			return &beside[i]
		}
	}
	return nil
}

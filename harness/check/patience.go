package check

import (
	"slices"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// gaveUp says on whom, and after what time, the system itself hung up a call that was only to take longer, before it had taken that
// long: its own time-out is shorter than the delay, and how long it waits for an upstream is nobody else's to say. "" where it did not.
func (s Subject) gaveUp(e exchange.Exchange) (on string, after time.Duration) {
	if !strings.HasPrefix(s.Cause, "upstream/") || len(s.Injection.Links)+len(s.Injection.Edits)+len(s.Injection.Acts) > 0 ||
		slices.ContainsFunc(s.Injection.Rules, func(r fault.Rule) bool { return r.Effect.Verb != fault.Pass }) {
		return "", 0
	}
	for _, h := range e.Struck() {
		if h.Answer == "client left" && h.Took < h.Effect.Delay.D && h.Took > after {
			on, after = h.Call.On, h.Took
		}
	}
	return on, after
}

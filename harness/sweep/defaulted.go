package sweep

import (
	"slices"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/report"
)

// defaulted judges anew what starts without a secret, where another case shows what another secret does to the same request:
//
//	another secret lets the caller in as well        -> it guards nothing here: that it is missing lets nobody in
//	... and the start says in the log that it is missing -> a default that is announced, such as a generated key: what is owed for
//	                                                        another secret is owed for it
//	another secret keeps the caller out              -> nothing changes: who is let in without it is let in by a mistake
func (c confirmation) defaulted(i int) {
	r := &c.results[i]
	if r.Outcome != check.Fail || r.Subject == nil || !takenAway(r.Subject.Injection) {
		return
	}
	ready, announced := r.Subject.Started()
	other := c.withAnother(*r)
	if !ready || other == nil || other.Outcome != check.Pass {
		return
	}
	unguarded := other.Subject.Admits() && !c.letsItselfIn(r.Request)
	if !unguarded && (!announced || r.Subject.Admits()) {
		return
	}
	c.judgeWith(c.cases[i], r, func(s *check.Subject) {
		s.Unguarded = unguarded
		if announced {
			s.Row = other.Subject.Row
		}
	})
}

// letsItselfIn tells whether something is asked for before the request, such as a token: whoever gets it from the very launch that was
// given another secret is let in by that, too.
func (c confirmation) letsItselfIn(name string) bool {
	r, ok := c.Request(name)
	return !ok || len(c.Config.Before)+len(r.Before) > 0
}

// withAnother is the case in which the same request met another value of the secret that a case takes away; nil: there is none.
func (c confirmation) withAnother(of report.Result) *report.Result {
	i := slices.IndexFunc(c.results, func(r report.Result) bool {
		return r.Subject != nil && r.Request == of.Request && slices.Equal(r.On, of.On) && len(r.Subject.Injection.Edits) == 1 && r.Subject.Injection.Edits[0].Op == fault.Wrong
	})
	if i < 0 {
		return nil
	}
	return &c.results[i]
}

// takenAway tells whether an injection only takes a setting away, or empties it.
func takenAway(in fault.Injection) bool {
	return len(in.Edits) == 1 && (in.Edits[0].Op == fault.Missing || in.Edits[0].Op == fault.Empty)
}

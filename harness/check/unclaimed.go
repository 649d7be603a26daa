package check

import (
	"slices"
	"strconv"
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// unclaims tells whether a write took effect although every one of its answers is 5xx, or none came.
func (s Subject) unclaims(x Effect, sent []exchange.Exchange) bool {
	unknown := func(e exchange.Exchange) bool { return !x.Claimed(e) && (e.Response == nil || e.Status() >= 500) }
	other := func(e exchange.Exchange) bool { return !unknown(e) }
	return s.Write && len(sent) > 0 && x.Count > s.uncounted(sent[0].Request) && !slices.ContainsFunc(sent, other)
}

// unclaimed judges what took effect although no answer says so: 5xx, or none. Its caller cannot know, and does it again. Where the reply
// to the very call was lost nobody knows, and with a key nobody has to; anywhere else the system knew what it had done.
func (s Subject) unclaimed(x Effect, sent []exchange.Exchange) Verdict {
	said := "no answer"
	if failed := slices.IndexFunc(sent, func(e exchange.Exchange) bool { return e.Status() > 0 }); failed >= 0 {
		said = strconv.Itoa(sent[failed].Status())
	}
	switch {
	case s.Keyed || slices.ContainsFunc(sent, func(e exchange.Exchange) bool { return e.Request.Header.Has(keyField) }):
		return pass("%s, and it took effect all the same: the caller may ask again with its key", said)
	case s.inDoubt(x, sent):
		return pass("%s, and it took effect all the same, since the reply to the call was lost: without an Idempotency-Key nobody can ask again safely", said)
	}
	return fail(contract.Minor, Invariant, onceCite, "%s, but it took effect (%s)", said, x.What).
		because("a caller that sends it again does it twice: it carries no Idempotency-Key").as("ambiguous").with("answers", said).with("what", x.What)
}

// inDoubt tells whether the system may not know that the effect took place: the dependency where it is counted was struck so that a call
// may have reached it whose reply did not come back.
func (s Subject) inDoubt(x Effect, sent []exchange.Exchange) bool {
	on, _, _ := strings.Cut(x.What, ": ")
	switch {
	case len(s.Injection.Acts) > 0 || s.Died != nil:
		return true
	case !slices.Contains(s.On, on):
		return false
	}
	if slices.ContainsFunc(s.Injection.Links, func(l fault.Link) bool { return l.On == on && l.State != fault.Refused }) {
		return true
	}
	return slices.ContainsFunc(sent, func(e exchange.Exchange) bool {
		return e.Response == nil || slices.ContainsFunc(e.Struck(), func(h fault.Hit) bool { return h.Call.On == on && mayHaveArrived(h) })
	})
}

// mayHaveArrived tells whether the backend may have carried out a struck call that is not known to be safe.
func mayHaveArrived(h fault.Hit) bool {
	safe := exchange.Request{Method: strings.ToUpper(h.Call.Op)}.Safe()
	before := h.Effect.At == fault.Request || h.Effect.At.Early()
	ends := slices.Contains([]fault.Verb{fault.Answer, fault.Close, fault.Reset, fault.Garble}, h.Effect.Verb)
	return !safe && !(before && ends)
}

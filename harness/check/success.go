package check

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/observe"
)

// Success looks for success that cannot be true: a 2xx although an essential dependency was gone.
type Success struct{}

// Kind describes the check.
func (Success) Kind() Kind {
	return Kind{
		Needs: NeedsCalm | NeedsStruck, Rank: 40,
		Doc:      "No success that cannot be true. A 2xx although an essential dependency was gone is a lie: an error was dropped, and the answer was made of what was there. Callers store it, show it, and act on it.",
		Example:  "the query of GET /orders/1001 fails, and it gives 200 with {\"id\": 0, \"total\": 0}",
		Expected: "{statuses}",
		Look:     "where the setting is read: without it refuse to start, or refuse the request",
		Findings: []Finding{
			untrue("false", "success ({status}) although {event}"),
			untrue("other-content", "success ({status}) with other content than without the fault {when}"),
			untrue("fails-open", "fails open: {status} although {event}"),
		},
	}
}

func untrue(class, headline string) Finding {
	return Finding{Class: class, Headline: headline, Said: true, Place: "{on}", Name: "{status}[-when-{on}-fails]", Same: []string{"status", "media", "hollow"}, One: "get the same answer[: {hollow:short}]"}
}

// Judge judges.
func (Success) Judge(s Subject, ev Evidence) Verdict {
	faulty := s.Judged(exchange.Faulty)
	if len(faulty) == 0 {
		return notAsked(s)
	}
	switch {
	case len(s.Changed) > 0:
		return skip("the request itself was wrong; its status is judged")
	case s.policy() != contract.Undeclared:
		return s.byPolicy()
	}
	why := ev.unstruck()
	worst := pass("no success that cannot be true")
	for _, e := range faulty {
		if !s.succeeds(e) || s.untouched(e) {
			continue
		}
		if why != "" {
			return unclear("%d, but %s", e.Status(), why)
		}
		if unseen := partial(e.Response); unseen != "" && e.Request.Protocol == exchange.GraphQL {
			return unclear("%d; whether it lists errors is not known: %s", e.Status(), unseen)
		}
		if v := s.honest(e, ev).about(e); worst.Outcome == Pass && v.Outcome != Pass || worst.Outcome != Fail && v.Outcome == Fail {
			worst = v
		}
	}
	return worst
}

// succeeds tells whether an answer claims success: a whole 2xx, or what calm is expected to give, if that is no failure of the server's
// own. What breaks off, or says at its end that it is not whole, claims
// nothing, nor does an error that a gateway was told and hands on.
func (s Subject) succeeds(e exchange.Exchange) bool {
	if s.endsInError(e) || e.Status() >= 400 && s.passesOn(e) {
		return false
	}
	return e.OK() || e.Status() < 500 && s.Expect.Missed(e) == ""
}

// honest judges one success under a struck fault.
func (s Subject) honest(e exchange.Exchange, ev Evidence) Verdict {
	never := s.Row != nil && slices.ContainsFunc(s.Row.Never, func(w string) bool { return contract.Means(w, e.Status()) })
	const cite = "ASVS 5.0 16.5.2 and 16.5.3, CWE-636"
	switch {
	case s.passedOn(e):
		return pass("%d, with null where there was a value", e.Status())
	case s.conditioned() && s.likeCalm(e):
		return pass("%d, the same as in calm", e.Status())
	case s.conditioned():
		return fail(contract.Critical, Invariant, cite, "%d with another body than in calm", e.Status()).
			because(excerpt(bodyOf(e))).look("an error that is dropped, so that the answer is built from what was there").as("other-content")
	case len(s.Injection.Edits) > 0 && !never:
		return pass("the setting has a default")
	case len(s.Injection.Edits) > 0 && s.Unguarded:
		return pass("the secret has a default, and another one lets callers in as well: it keeps nobody out")
	case len(s.Injection.Edits) > 0:
		return fail(contract.Critical, Invariant, cite, "%d although %s: it fails open", e.Status(), ev.strikes()).
			because(excerpt(bodyOf(e))).as("fails-open")
	case s.Role == contract.Optional:
		return pass("%d without an optional dependency", e.Status())
	case !s.lost() || s.onlyLater() || s.gotThrough(e):
		switch {
		case s.alikeWhenReached(e):
			return pass("%d, the same as in calm, by a later attempt or late", e.Status())
		case s.ofProcess() && s.didWithout(e):
			return pass("%d without an optional dependency, which it could not call", e.Status())
		case s.onHousekeeping(e):
			return unclear("%d with another body than in calm, though only a driver's housekeeping on %v was struck", e.Status(), s.On)
		case s.lost() && s.Role == contract.Unknown:
			return s.question(e)
		}
		return fail(contract.Critical, Invariant, cite, "%d with another body than in calm", e.Status()).
			because(excerpt(bodyOf(e))).look("an error that is dropped, so that the answer is built from what was there").as("other-content")
	case s.likeCalm(e) && s.tookEffect():
		return pass("%d, and it took effect", e.Status())
	case s.likeCalm(e) && s.Write && s.Role == contract.Essential && s.turnedDown(e):
		return fail(contract.Critical, Invariant, cite, "%d although %s", e.Status(), ev.strikes()).
			because(excerpt(bodyOf(e))).look("where the status of the call is read: what was turned down did not take place")
	case s.likeCalm(e) && s.Write:
		return unclear("%d, the same as in calm, without %v: kept for later, or dropped? declare `effect:` to have it counted", e.Status(), s.On)
	case s.likeCalm(e) && onWrites(e):
		return pass("%d, the same as in calm: only what it writes beside was lost", e.Status())
	case s.likeCalm(e):
		return s.askAboutCache(e)
	case s.Role == contract.Unknown:
		return s.question(e)
	}
	return fail(contract.Critical, Invariant, cite, "%d although %s", e.Status(), ev.strikes()).
		because(excerpt(bodyOf(e))).look("the place where the error is dropped (a swallowed error gives zero values)")
}

// turnedDown tells whether an upstream answered each struck call with an error, and one of them at least was a write: nothing was kept for
// later by it. A part of the calls is not enough: what is not struck may be what matters.
func (s Subject) turnedDown(e exchange.Exchange) bool {
	errored := func(f fault.Effect) bool {
		status, err := strconv.Atoi(f.Say.Status)
		return f.Verb == fault.Answer && err == nil && status >= 400 && len(f.Say.Status) == 3
	}
	some := func(r fault.Rule) bool { return r.Which != (fault.Which{}) || r.Effect.Bites() && !errored(r.Effect) }
	if len(s.Injection.Links)+len(s.Injection.Acts) > 0 || slices.ContainsFunc(s.Injection.Rules, some) {
		return false
	}
	return slices.ContainsFunc(e.Struck(), func(h fault.Hit) bool {
		return errored(h.Effect) && slices.Contains(writing, h.Call.Op)
	})
}

// writing are the methods that change something (RFC 9110, 9.2.1), and the statements.
var writing = []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, "insert", "update", "delete", "merge"}

// onWrites tells whether all that was struck are writes, such as when a user was seen last: a safe request does not answer with them.
func onWrites(e exchange.Exchange) bool {
	hits := e.Struck()
	return len(hits) > 0 && !slices.ContainsFunc(hits, func(h fault.Hit) bool { return !h.Call.Housekeeping && !slices.Contains(writing, h.Call.Op) })
}

// lost tells whether the faults take something of a dependency away. A fault of the process itself does not.
func (s Subject) lost() bool {
	return len(s.Injection.Links) > 0 ||
		slices.ContainsFunc(s.Injection.Rules, func(r fault.Rule) bool { return r.Effect.Bites() }) ||
		slices.ContainsFunc(s.Injection.Acts, func(a fault.Act) bool { return slices.Contains(s.Learnt.Reaches, a.On) })
}

// didWithout tells whether an answer was made without an answer of a dependency that the request can do without.
func (s Subject) didWithout(e exchange.Exchange) bool {
	return slices.ContainsFunc(s.Declared.Optional, func(on string) bool {
		return !slices.ContainsFunc(e.Hits, func(h fault.Hit) bool { return h.Call.On == on && h.Answer != "" && observe.IsApplications(h) })
	})
}

// tookEffect tells whether the effect was counted behind the system, as it was in calm.
func (s Subject) tookEffect() bool {
	counted := func(p exchange.Phase) bool {
		return slices.ContainsFunc(s.Effects, func(x Effect) bool { return x.Phase == p && x.Count > 0 })
	}
	return counted(exchange.Calm) && counted(exchange.Faulty)
}

// onlyLater tells whether the fault lets the call itself through: a delay within what the system waits for.
func (s Subject) onlyLater() bool {
	return len(s.Injection.Rules) > 0 && len(s.Injection.Links) == 0 && !slices.ContainsFunc(s.Injection.Rules, func(r fault.Rule) bool {
		return r.Effect.Verb != fault.Pass && r.Effect.Verb != fault.Drip && r.Effect.Verb != fault.Repeat
	})
}

// gotThrough tells whether each call that was struck was made again later and then reached the dependency: a retry that is
// owed its success. That some other call reached it proves nothing: the struck one may have been dropped.
func (s Subject) gotThrough(e exchange.Exchange) bool {
	hits, shared := e.Hits, false
	if len(hits) == 0 {
		for _, copied := range s.Judged(exchange.Faulty) {
			hits, shared = append(hits, copied.Hits...), true // without traces, the calls of all copies stand with one
		}
	}
	open, usual := map[string]bool{}, s.usual()
	reached, again := false, false
	for _, h := range hits {
		if h.Background || !slices.Contains(s.On, h.Call.On) {
			continue
		}
		early := h.Call.On + " early"
		switch {
		case h.Struck() && (fault.Point(h.Call.Op).Early() || h.Call.Housekeeping || h.Call.Op != fault.LinkOp && len(usual) > 0 && !usual[observe.Signature(h.Call)]):
			open[early] = true // a driver's own call, such as a ping of the pool, is not made again as it was
		case h.Struck() && h.Call.Op != fault.LinkOp:
			open[observe.Signature(h.Call)] = true
		case h.Answer != "" && h.Call.Op != fault.LinkOp && h.Done == "" && !fault.Point(h.Call.Op).Early():
			reached = true
			again = again || open[early] || open[observe.Signature(h.Call)]
			delete(open, early)
			delete(open, observe.Signature(h.Call))
		}
	}
	switch {
	case !reached || shared:
		return reached
	case len(open) > 0:
		return false
	}
	return again || len(s.Injection.Links) > 0 || s.dies() || len(e.Struck()) == 0
}

// usual are the calls that calm makes.
func (s Subject) usual() map[string]bool {
	all := map[string]bool{}
	for _, e := range s.Judged(exchange.Calm) {
		for _, h := range e.Hits {
			all[observe.Signature(h.Call)] = true
		}
	}
	return all
}

// dies tells whether only open connections are struck, so that a new one serves.
func (s Subject) dies() bool {
	return slices.ContainsFunc(s.Injection.Rules, func(r fault.Rule) bool { return r.Connections == "existing" })
}

package check

import (
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Status compares the status of the answer with what the contract owes for the cause. With OneOf only those will do.
type Status struct {
	OneOf []string `json:"one-of,omitempty" decode:"short,one"`
}

// Kind describes the check.
func (Status) Kind() Kind {
	return Kind{
		Needs: NeedsCalm | NeedsStruck, Rank: 200,
		Doc:      "The status is what the contract owes for the cause. Callers, caches and gateways act on it alone: they retry a 503, give up on a 400, and wake somebody up for a 500. `failwell explain CAUSE` says what is owed and by which standard.",
		Example:  "db refuses connections, and GET /orders/1001 gives 500 where 503 is owed\nthen: [{status: [504, 503]}]",
		Expected: "{statuses}",
		Findings: []Finding{
			{Class: "wrong", Headline: "{status} where {owed} is owed {when}", Said: true, Place: "{status}", Same: []string{"owes", "media", "shape", "frame", "mends"},
				One: "get the same answer[: {shape:short}]", Follows: []string{"start/well"}},
			{Class: "accepted", Headline: "{status} where {owed} is owed {when}", Said: true, Place: "2xx", Same: []string{"class", "cause"}},
			{Class: "lacks-header", Headline: "{status} without {header} {when}", Said: true, Place: "{status}", Same: []string{"owes", "media", "shape", "frame", "mends"},
				One: "get the same answer[: {shape:short}]"},
			passedOn("wrong-passed", "{status}", "owes", "media", "shape", "frame", "mends"),
		},
	}
}

// Judge judges.
func (c Status) Judge(s Subject, ev Evidence) Verdict {
	faulty := s.Judged(exchange.Faulty)
	if len(faulty) == 0 {
		return notAsked(s)
	}
	row := s.Row
	if len(c.OneOf) > 0 {
		row = &contract.Row{Prefer: c.OneOf, Source: "the scenario"}
	}
	switch {
	case row == nil:
		return Verdict{Outcome: Broken, Reason: "the contract has no row for " + s.Cause}
	case len(c.OneOf) == 0 && (s.policy() == contract.Open || s.policy() == contract.Degraded):
		return s.byPolicy()
	}
	if why := ev.unstruck(); why != "" {
		return unclear("nothing to judge: %s", why)
	}
	worst := pass("")
	for _, e := range faulty {
		if e.Response == nil || s.untouched(e) {
			continue
		}
		v := c.one(s, *row, e).about(e).passed(s, e, "wrong-passed")
		if v.Outcome == Fail && (worst.Outcome != Fail || v.Impact.Rank() > worst.Impact.Rank()) || worst.Reason == "" {
			worst = v
		}
	}
	if worst.Reason == "" {
		return skip("there was no answer to judge")
	}
	return worst
}

// one judges one answer. Success under a fault of a dependency is not its matter.
func (c Status) one(s Subject, row contract.Row, e exchange.Exchange) Verdict {
	status := e.Status()
	for _, list := range [][]string{row.Prefer, row.Accept} {
		if _, ok := contract.Any(list, status); ok {
			return lacks(row, e)
		}
		for _, w := range list {
			switch {
			case (w == "calm" || w == "recovered") && s.Expect.Missed(e) == "":
				return pass("%d, as in calm", status)
			case w == "broken-stream" && e.Response.BodyErr != "":
				return pass("%d that broke off, as owed", status)
			}
		}
	}
	if brokeOffWith(e) {
		return pass("%d that broke off with the body that it handed on", status)
	}
	if s.neverRan(row, e) {
		return pass("%d by %s: what is behind it did not start, as owed", status, e.Hop)
	}
	if s.limited(e) {
		return unclear("%d with Retry-After and without a call to %v: the system may limit its own rate", status, s.On)
	}
	owed := "owed " + strings.Join(append(append([]string(nil), row.Prefer...), row.Accept...), " or ")
	look := "where errors become answers; the class of the error in the log"
	switch {
	case len(c.OneOf) > 0:
		return fail(contract.Major, Declare, row.Source, "%d, %s", status, owed)
	case s.policy() != contract.Undeclared && status/100 != 5:
		return s.byPolicy()
	}
	if why := s.undeclared(); status/100 == 4 && why != "" && (s.Profile != contract.Strict || !s.absent()) {
		return skip("%d: %s", status, why).wants(credentialOwn(), !s.absent())
	}
	if on, after := s.gaveUp(e); on != "" && status/100 == 5 && status != 500 && s.Profile != contract.Strict {
		return skip("%d: it waits for %s no longer than %s, which is its own to say", status, on, round(after))
	}
	if s.succeeds(e) && len(s.Changed) == 0 && s.lost() {
		return skip("%d is a success; whether it can be true is judged by itself", status)
	}
	if status/100 == 5 && s.Role == contract.Optional && s.lost() && !s.Injection.Starts() {
		return fail(contract.Major, Declare, row.Source, "%d, though %v is declared optional; %s", status, s.On, owed).look(look)
	}
	if w, ok := contract.Any(row.Never, status); ok {
		impact := contract.Major
		if status == 500 {
			impact = contract.Minor
		}
		return fail(impact, Standard, row.Source, "%d, which is never right here (%s); %s", status, w, owed).look(look).accepts(s, e)
	}
	temporary := status == 502 || status == 503 || status == 504
	switch {
	case status/100 == 5 && temporary && row.Temp && s.Profile != contract.Strict:
		return pass("%d, as good as %s", status, strings.Join(row.Prefer, " or "))
	case status/100 == 5 && (temporary || s.Profile == contract.Floor && strings.HasPrefix(s.Cause, "data/")):
		return fail(contract.Note, Policy, row.Source, "%d, %s", status, owed).look(look)
	case status/100 == 5:
		return fail(contract.Minor, Policy, row.Source, "%d, %s", status, owed).look(look)
	}
	if len(s.Changed) > 0 && s.succeeds(e) { // what a server may well take is its own matter
		if s.Profile != contract.Strict {
			return pass("%d: that it is taken is a policy, which strict judges", status)
		}
		return fail(contract.Minor, Policy, row.Source, "%d, %s", status, owed).look(look).accepts(s, e)
	}
	return fail(contract.Major, Policy, row.Source, "%d, %s", status, owed).look(look).accepts(s, e)
}

// neverRan tells whether a gateway says that the part behind it is not there, which ended at the start or did not get ready, as is owed.
func (s Subject) neverRan(row contract.Row, e exchange.Exchange) bool {
	l, _ := s.Launch(exchange.Faulty)
	owed := slices.Concat(row.Prefer, row.Accept)
	away := l.Exit != nil && slices.Contains(owed, "exit") || l.Readying > 0 && slices.Contains(owed, "not-ready")
	return away && !l.Ready && slices.Contains([]int{502, 503, 504}, e.Status()) && s.byGateway(e)
}

// accepts says of a failure that bad input got a success: what it shows is of no matter, only what was bad.
func (v Verdict) accepts(s Subject, e exchange.Exchange) Verdict {
	if e.Status()/100 != 2 || len(s.Changed) == 0 {
		return v
	}
	return v.as("accepted").with("cause", s.Cause).look("where requests are read: what is not allowed is refused there, for all routes")
}

// lacks looks for the header fields that a status as owed must come with (RFC 9110: 405 with Allow, 401 with a challenge).
func lacks(row contract.Row, e exchange.Exchange) Verdict {
	if _, ok := contract.Any(row.Prefer, e.Status()); ok {
		for _, name := range row.Header {
			if !e.Response.Header.Has(name) {
				return fail(contract.Note, Standard, row.Source, "%d without %s", e.Status(), name).as("lacks-header").with("header", name)
			}
		}
	}
	return pass("%d, as owed", e.Status())
}

package check

import (
	"fmt"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Unaffected asks that routes which do not use the broken dependency answer as in calm.
type Unaffected struct{}

// Kind describes the check.
func (Unaffected) Kind() Kind {
	return Kind{
		Needs: NeedsCalm | NeedsStruck, Of: []string{Bystander}, Rank: 110, Beside: true,
		Doc:      "Routes that do not use the broken dependency answer as in calm. A fault should take away what needs it, and nothing else; a pool, a lock or a thread that all routes share spreads it. Where many callers ask at once, slower within the deadline is no finding.",
		Example:  "payments hangs, all workers wait for it, and GET /version takes 9 s",
		Expected: "other routes answer as if nothing had happened",
		Findings: []Finding{
			{Class: "answers", Headline: "routes that do not use {on} {gets:first}[ when {happens}]", Place: "{answer}", Follows: []string{"alive/died"}, One: "make other routes suffer in the same way: {place}"},
			{Class: "waits", Headline: "routes that do not use {on} wait too[ when {happens}]", Place: "wait", Follows: []string{"unaffected/answers", "alive/died"}, Same: []string{"class"}, Mark: "took",
				One: "make other routes suffer in the same way: {place}"},
		},
	}
}

// Judge judges.
func (Unaffected) Judge(s Subject, _ Evidence) Verdict {
	calm := map[string]exchange.Exchange{}
	for _, e := range s.Beside(exchange.Calm, "unaffected") {
		calm[e.Request.Name] = e
	}
	beside := s.Beside(exchange.Faulty, "unaffected")
	if len(beside) == 0 {
		return skip("no other route is known not to use it")
	}
	compared := 0
	const cite = "ASVS 5.0 16.5.2: the blast radius of a fault"
	for _, e := range beside {
		was, ok := calm[e.Request.Name]
		if !ok {
			continue
		}
		compared++
		if e.Status() != was.Status() || e.Response != nil && (e.Response.BodyErr != "" || e.Response.Errors != was.Response.Errors) {
			return fail(contract.Major, Invariant, cite, "%s, which does not use %v, gave %s instead of %d", e.Request.Name, s.On, cameWhole(e), was.Status()).
				because(excerpt(bodyOf(e))).as("answers").with("answer", strings.Fields(came(e))[0]).with("gets", gets(e)).look("a pool, lock or thread that all routes share").
				byTheClock() // it called nothing that was struck: only that it comes again tells that the fault did it
		}
		if s.crowded() && e.Took <= s.Declared.Deadline+s.Lag {
			continue // many callers at once cost time, and this is in time
		}
		if e.Took > 3*was.Took && e.Took > 250*time.Millisecond+s.Lag+was.Took+s.crowd(e.Request.Name) {
			return fail(contract.Major, Invariant, cite, "%s, which does not use %v, took %s instead of %s", e.Request.Name, s.On, round(e.Took), round(was.Took)).
				look("a pool, lock or thread that all routes share").byTheClock().as("waits")
		}
	}
	if compared == 0 {
		return unclear("no calm answer of another route to compare with")
	}
	return pass("%d answers as in calm", compared)
}

// crowded tells whether the case's own request was sent several times.
func (s Subject) crowded() bool { return len(s.Beside(exchange.Faulty, Own)) > 1 }

// gets says in the words of a headline what callers of other routes get.
func gets(e exchange.Exchange) string {
	switch {
	case e.Failure == exchange.NoAnswer:
		return "get no answer"
	case e.Failure != "":
		return "lose their connection"
	case e.Response != nil && e.Response.BodyErr != "":
		return fmt.Sprintf("answer %d and break off", e.Status())
	}
	return fmt.Sprintf("answer %d", e.Status())
}

// cameWhole says in a few words what came, and that it broke off if it did.
func cameWhole(e exchange.Exchange) string {
	if e.Response != nil && e.Response.BodyErr != "" {
		return came(e) + " that broke off"
	}
	return came(e)
}

package check

import (
	"net/http"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Blame looks for a 4xx that blames the caller for what is the system's own trouble.
type Blame struct{}

// Kind describes the check.
func (Blame) Kind() Kind {
	return Kind{
		Needs: NeedsCalm | NeedsStruck, Rank: 100,
		Doc:      "A caller is not told that it erred when the system or its dependencies did. After a 4xx callers give up, or drop what they wanted to store, though the same request would succeed a minute later.",
		Example:  "payments says 429 to the system, and POST /orders passes the 429 on to its own caller",
		Expected: "{statuses}",
		Findings: []Finding{
			{Class: "blames", Headline: "{status} (a client error) although {event}", Said: true, Place: "{on}", Name: "{status}[-when-{on}-fails]", Same: []string{"status", "media", "shape"},
				One: "get the same answer[: {shape:short}]"},
			passedOn("blames-passed", "{on}", "status", "media", "shape"),
		},
	}
}

// Judge judges.
func (Blame) Judge(s Subject, ev Evidence) Verdict {
	faulty := s.Judged(exchange.Faulty)
	class, _, _ := strings.Cut(s.Cause, "/")
	switch {
	case len(faulty) == 0:
		return notAsked(s)
	case class == "input" || class == "data" || class == "graphql" || class == "gateway":
		return skip("a 4xx may be right for %s", s.Cause)
	case s.policy() != contract.Undeclared:
		return s.byPolicy()
	}
	if why := s.undeclared(); why != "" {
		return skip("%s", why).wants(credentialOwn(), s.refusedCaller() && !s.absent())
	}
	if why := ev.unstruck(); why != "" {
		return unclear("nothing to judge: %s", why)
	}
	for _, e := range faulty {
		if e.Status()/100 != 4 || s.Expect.Missed(e) == "" {
			continue // a 4xx that calm expects too is the answer itself, by whatever way it came
		}
		if s.Row != nil {
			if _, ok := contract.Any(append(slices.Clone(s.Row.Prefer), s.Row.Accept...), e.Status()); ok {
				continue
			}
		}
		if s.limited(e) {
			return unclear("%d with Retry-After and without a call to %v: the system may limit its own rate", e.Status(), s.On)
		}
		cite := "RFC 9110 15.5: 4xx says that the client erred"
		if e.Status() == 401 {
			cite = "RFC 9110 15.5.2: 401 is about the caller's credentials"
		}
		return fail(contract.Major, Standard, cite, "%d blames the caller, though %s", e.Status(), ev.strikes()).
			look("whether the status of a dependency is passed on as one's own").about(e).passed(s, e, "blames-passed")
	}
	return pass("the caller is not blamed")
}

// limited tells whether an answer is the system's own refusal, before it called anything of what is broken: 429 with a time to
// come back (RFC 6585, 4).
func (s Subject) limited(e exchange.Exchange) bool {
	return e.Status() == http.StatusTooManyRequests && e.Response.Header.Has("Retry-After") &&
		!slices.ContainsFunc(s.On, func(on string) bool { return calls(e, on) })
}

// undeclared says why a 4xx is not judged: nobody said whether it is the caller's matter or the system's own.
func (s Subject) undeclared() string {
	switch s.Cause {
	case "upstream/credential", "upstream/rate-limited":
		if !slices.ContainsFunc(s.On, func(d string) bool { return slices.Contains(s.Declared.Own, d) }) {
			return "whose credential it is was not declared (`credential: own`)"
		}
	}
	if s.absent() {
		return "what an upstream's refusal means is declared by each operation"
	}
	return ""
}

// credentialOwn is what says whose matter a refusal is.
func credentialOwn() Want {
	return Want{Key: "credential: own", Of: "dependency", What: "refusals by an upstream"}
}

// refusedCaller tells whether the caller got a 4xx that calm does not expect.
func (s Subject) refusedCaller() bool {
	return slices.ContainsFunc(s.Judged(exchange.Faulty), func(e exchange.Exchange) bool { return e.Status()/100 == 4 && s.Expect.Missed(e) != "" })
}

// absent tells whether an upstream refused what it was asked, which may be an answer about the caller's own request.
func (s Subject) absent() bool {
	return s.Cause == "upstream/absent" || s.Cause == "upstream/rejects-us" || s.Cause == "upstream/not-found"
}

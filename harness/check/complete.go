package check

import (
	"encoding/json"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Complete asks that a body comes to its end, and is what its Content-Type says.
type Complete struct{}

// Kind describes the check.
func (Complete) Kind() Kind {
	return Kind{
		Needs: NeedsCalm | NeedsStruck, Rank: 160,
		Doc:      "A body comes to its end, and is what its Content-Type says. A caller that reads half a document, or JSON that is none, fails in a place of its own, far from the cause.",
		Example:  "db breaks off while GET /orders is streamed: a 200 whose body ends after 4096 of 18211 bytes",
		Expected: "a whole body of the kind that Content-Type says",
		Look:     "a Content-Length that is computed by hand, or a handler that panics while it writes",
		Findings: []Finding{
			{Class: "broke-off", Headline: "broken body: {reason}", Place: "{media}", Same: []string{"class"}, Mark: "the body of the # broke off: {why}"},
			{Class: "no-json", Headline: "broken body: {reason}", Place: "{media}", Same: []string{"class"}, Mark: "the body of the # is called {media} and is no JSON"},
		},
	}
}

// Judge judges.
func (Complete) Judge(s Subject, _ Evidence) Verdict {
	judged := 0
	for _, e := range s.Judged(exchange.Faulty) {
		if e.Response == nil {
			continue
		}
		judged++
		if e.Response.BodyErr != "" && !s.accepts("broken-stream") {
			return fail(contract.Major, Standard, "RFC 9112 8", "the body of the %d broke off: %s", e.Status(), e.Response.BodyErr).
				as("broke-off").about(e).with("why", e.Response.BodyErr)
		}
		body := bodyOf(e)
		if e.Response.BodyErr != "" || e.Response.Size != len(body) || len(body) == 0 || e.Request.Method == "HEAD" {
			continue
		}
		if isJSONType(e.Response.MediaType()) && !json.Valid(body) {
			return fail(contract.Major, Standard, "ASVS 5.0 4.1.1", "the body of the %d is called %s and is no JSON", e.Status(), e.Response.MediaType()).
				because(excerpt(body)).as("no-json").about(e)
		}
	}
	if judged == 0 {
		return skip("there was no answer")
	}
	return pass("%d bodies whole", judged)
}

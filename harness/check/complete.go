package check

import (
	"encoding/json"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Complete asks that a body comes to its end, and is what its Content-Type says.
type Complete struct{}

// Kind describes the check.
func (Complete) Kind() Kind { return Kind{Needs: NeedsCalm | NeedsStruck} }

// Judge judges.
func (Complete) Judge(s Subject, _ Evidence) Verdict {
	judged := 0
	for _, e := range s.Judged(exchange.Faulty) {
		if e.Response == nil {
			continue
		}
		judged++
		if e.Response.BodyErr != "" && !s.accepts("broken-stream") {
			return fail(contract.Major, Standard, "RFC 9112 8", "the body of the %d broke off: %s", e.Status(), e.Response.BodyErr)
		}
		body := bodyOf(e)
		if e.Response.BodyErr != "" || e.Response.Size != len(body) || len(body) == 0 || e.Request.Method == "HEAD" {
			continue
		}
		if isJSONType(e.Response.MediaType()) && !json.Valid(body) {
			return fail(contract.Major, Standard, "ASVS 5.0 4.1.1", "the body of the %d is called %s and is no JSON", e.Status(), e.Response.MediaType()).
				because(excerpt(body))
		}
	}
	if judged == 0 {
		return skip("there was no answer")
	}
	return pass("%d bodies whole", judged)
}

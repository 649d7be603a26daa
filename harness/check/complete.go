package check

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/failwell/failwell/harness/capture"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Complete asks that a body comes to its end, and is what its Content-Type says.
type Complete struct{}

// Kind describes the check.
func (Complete) Kind() Kind { return Kind{Needs: NeedsCalm | NeedsStruck} }

// Judge judges.
func (Complete) Judge(s Subject, _ Evidence) Verdict {
	judged, unknown := 0, ""
	for _, e := range s.Judged(exchange.Faulty) {
		if e.Response == nil {
			continue
		}
		judged++
		r := decoded(e.Response)
		switch {
		case r.BodyErr != "" && s.accepts("broken-stream"):
			continue
		case r.BodyErr != "" && r.Coding != "":
			return fail(contract.Major, Standard, "RFC 9110 8.4", "the body of the %d is broken: %s", e.Status(), r.BodyErr)
		case r.BodyErr != "":
			return fail(contract.Major, Standard, "RFC 9112 8", "the body of the %d broke off: %s", e.Status(), r.BodyErr)
		case e.Request.Method == "HEAD":
			continue
		}
		switch why, unseen := notJSON(r); {
		case why != "":
			return fail(contract.Major, Standard, "ASVS 5.0 4.1.1", "the body of the %d is called %s and is no JSON", e.Status(), r.MediaType()).because(why)
		case unseen != "":
			unknown = fmt.Sprintf("it is not known whether the body of the %d is whole: %s", e.Status(), unseen)
		}
	}
	switch {
	case judged == 0:
		return skip("there was no answer")
	case unknown != "":
		return unclear("%s", unknown)
	}
	return pass("%d bodies whole", judged)
}

// notJSON says why a body that is called JSON is none; or why that cannot be told.
func notJSON(r *exchange.Response) (why, unseen string) {
	body := capture.Body(r)
	isJSON := isJSONType(r.MediaType())
	switch {
	case len(body) == 0 || r.Sum == 0 && r.Size > len(body) && r.Unseen != "" || isJSON && r.Coding == "" && r.Header.Has("Content-Encoding") && r.Unseen != "":
		return "", r.Unseen
	case !isJSON:
		return "", ""
	case r.Size == len(body) && !json.Valid(body):
		return excerpt(body), ""
	case r.Size > len(body) && (r.Sum == 0 || r.Size > capture.MostRead):
		return "", cmp.Or(r.Unseen, "only its beginning was kept")
	}
	return r.Invalid, ""
}

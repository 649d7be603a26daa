package check

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/failwell/failwell/harness/capture"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
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
			{Class: "malformed", Headline: "what comes is no HTTP answer {when}", Place: "{on}", Same: []string{"class"}, Mark: "what came is no HTTP response"},
			{Class: "broke-off", Headline: "broken body: {reason}", Place: "{media}", Same: []string{"class"}, Mark: "the body of the # broke off: {why}"},
			{Class: "undecodable", Headline: "broken body: {reason}", Place: "{media}", Same: []string{"class"}, Mark: "the body of the # is broken: {why}"},
			{Class: "no-json", Headline: "broken body: {reason}", Place: "{media}", Same: []string{"class"}, Mark: "the body of the # is called {media} and is no JSON"},
		},
	}
}

// Judge judges.
func (Complete) Judge(s Subject, _ Evidence) Verdict {
	judged, unknown := 0, ""
	for _, e := range s.Judged(exchange.Faulty) {
		if e.Failure == exchange.Malformed {
			return fail(contract.Major, Standard, "RFC 9112 2.1", "what came is no HTTP response").because(e.Detail).as("malformed").about(e).
				look("who writes the status line and the header by hand")
		}
		if e.Response == nil {
			continue
		}
		judged++
		r := decoded(e.Response)
		switch {
		case r.BodyErr != "" && (s.accepts("broken-stream") || brokeOffWith(e)):
			continue
		case r.BodyErr != "" && r.Coding != "":
			return fail(contract.Major, Standard, "RFC 9110 8.4", "the body of the %d is broken: %s", e.Status(), r.BodyErr).
				as("undecodable").about(e).with("why", r.BodyErr)
		case r.BodyErr != "":
			return fail(contract.Major, Standard, "RFC 9112 8", "the body of the %d broke off: %s", e.Status(), r.BodyErr).
				as("broke-off").about(e).with("why", r.BodyErr)
		case e.Request.Method == "HEAD":
			continue
		}
		switch why, unseen := notJSON(r); {
		case why != "":
			return fail(contract.Major, Standard, "ASVS 5.0 4.1.1", "the body of the %d is called %s and is no JSON", e.Status(), r.MediaType()).
				because(why).as("no-json").about(e)
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

// brokeOffWith tells whether an answer that had begun well broke off, for the caller to see, when the body that it was made of did: whoever
// hands on what comes has no other honest end left (RFC 9112, 8).
func brokeOffWith(e exchange.Exchange) bool {
	return e.Response != nil && e.Status()/100 == 2 && e.Response.BodyErr != "" && e.Response.Coding == "" &&
		slices.ContainsFunc(e.Struck(), func(h fault.Hit) bool { return h.Effect.At == fault.Body })
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

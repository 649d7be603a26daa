package check

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Shape asks for one shape of all errors: problem details (RFC 9457) when declared, else what the calm error answers had.
type Shape struct{}

// Kind describes the check.
func (Shape) Kind() Kind { return Kind{Needs: NeedsStruck} }

// Judge judges.
func (Shape) Judge(s Subject, _ Evidence) Verdict {
	judged, unseen := 0, ""
	for _, e := range s.Judged(exchange.Faulty) {
		if e.Response == nil || e.Status() < 400 || e.Request.Method == "HEAD" || s.byServer() {
			continue
		}
		judged++
		if why := partial(e.Response); why != "" && e.Response.MediaType() == s.wantType() {
			unseen = why
			continue
		}
		var why, cite string
		impact := contract.Minor
		if s.Declared.Errors == "problem+json" {
			why, cite = problemFault(e), "RFC 9457 3"
		} else {
			why, cite, impact = s.unlike(e), "one shape for all errors; OWASP API8:2023", contract.Minor
		}
		if why == "" {
			continue
		}
		if !isJSONType(e.Response.MediaType()) && isJSONType(s.wantType()) {
			impact = contract.Major
		}
		return fail(impact, Standard, cite, "%s", why).because(excerpt(bodyOf(e))).look("the handler that makes this answer is not the one that makes the others")
	}
	switch {
	case judged == 0 && len(s.Judged(exchange.Faulty)) == 0:
		return notAsked(s)
	case judged == 0:
		return skip("there was no error answer")
	case s.Declared.Errors != "problem+json" && !s.taught():
		return skip("no calm error answer taught a shape; declare `errors:`")
	}
	if unseen != "" {
		return unclear("the shape of an error is not known: %s", unseen)
	}
	return pass("%d error answers of one shape", judged)
}

// byServer tells whether the HTTP server itself may have answered, before the application saw anything.
func (s Subject) byServer() bool { return s.Row != nil && s.Row.Server }

// taught tells whether calm error answers showed a media type; those without a body (HEAD) teach nothing.
func (s Subject) taught() bool { return s.Learnt.Samples > 0 && s.Learnt.ErrorType != "" }

func (s Subject) wantType() string {
	if s.Declared.Errors == "problem+json" {
		return "application/problem+json"
	}
	return s.Learnt.ErrorType
}

func isJSONType(t string) bool { return t == "application/json" || strings.HasSuffix(t, "+json") }

// unlike says how an error answer differs from the learnt shape.
func (s Subject) unlike(e exchange.Exchange) string {
	if !s.taught() {
		return ""
	}
	if t := e.Response.MediaType(); t != s.Learnt.ErrorType {
		return "an error of type " + orNone(t) + ", the service's own are " + orNone(s.Learnt.ErrorType)
	}
	var body map[string]any
	if len(s.Learnt.ErrorMembers) == 0 || !isJSONType(s.Learnt.ErrorType) {
		return ""
	}
	if json.Unmarshal(bodyOf(e), &body) != nil {
		return "the error is no JSON object"
	}
	for _, m := range s.Learnt.ErrorMembers {
		if _, ok := body[m]; !ok {
			return "the error has no member " + m + ", which the service's other errors have"
		}
	}
	return ""
}

// problemFault says what is wrong with a problem details body (RFC 9457, 3.1).
func problemFault(e exchange.Exchange) string {
	if t := e.Response.MediaType(); t != "application/problem+json" {
		return "Content-Type is " + orNone(t) + ", promised application/problem+json"
	}
	var body map[string]any
	if json.Unmarshal(bodyOf(e), &body) != nil {
		return "the problem is no JSON object"
	}
	for _, m := range []string{"type", "title", "detail", "instance"} {
		if v, ok := body[m]; ok {
			if _, isText := v.(string); !isText {
				return "member " + m + " is no string"
			}
		}
	}
	if v, ok := body["status"]; ok {
		n, isNumber := v.(float64)
		if !isNumber || int(n) != e.Status() {
			return "member status is " + text(v) + ", the real status is " + text(float64(e.Status()))
		}
	}
	if !slices.ContainsFunc([]string{"type", "title", "status"}, func(m string) bool { _, ok := body[m]; return ok }) {
		return "the problem has neither type nor title nor status"
	}
	return ""
}

func orNone(t string) string {
	if t == "" {
		return "none"
	}
	return t
}

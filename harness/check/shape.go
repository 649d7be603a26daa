package check

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/graphql"
)

// Shape asks for one shape of all errors: problem details (RFC 9457) when declared, else what the calm error answers had.
type Shape struct{}

// Kind describes the check.
func (Shape) Kind() Kind {
	return Kind{
		Needs: NeedsStruck, Speaks: []exchange.Protocol{exchange.HTTP}, Rank: 180,
		Doc:      "All errors of the service have one shape. Problem details (RFC 9457) where that is declared, else what its error answers in calm had. A client that knows one shape fails on the other, just when it matters.",
		Example:  "404 is application/json in calm; while db is refused GET /orders/1001 gives 500 text/html",
		Expected: "the one shape that all errors of the service have",
		Findings: []Finding{
			alien("type", "an error of type {got}, the service's own are {want}"),
			alien("no-object", "the error is no JSON object"),
			alien("member", "the error has no member {member}, which the service's other errors have"),
			alien("problem-type", "Content-Type is {got}, promised application/problem+json"),
			alien("no-problem", "the problem is no JSON object"),
			alien("member-type", "member {member} is no string"),
			alien("member-status", "member status is {got}, the real status is #"),
			alien("problem-empty", "the problem has neither type nor title nor status"),
		},
	}
}

func alien(class, mark string) Finding {
	return Finding{Class: class, Headline: "error body differs from the API's other errors: {reason}", Said: true, Place: "{media}", Same: []string{"class"}, Mark: mark}
}

// Judge judges.
func (Shape) Judge(s Subject, _ Evidence) Verdict {
	judged, unseen := 0, ""
	for _, e := range s.Judged(exchange.Faulty) {
		if e.Response == nil || e.Status() < 400 || e.Request.Method == "HEAD" || s.byServer() {
			continue
		}
		if e.Response.BodyErr != "" || s.passesOn(e) || s.byRouter(e) || s.byGateway(e) && !s.promisesShape() {
			continue // half of a body has no shape; what stands behind a gateway has its own, and so has the gateway, or a router
		}
		if s.Operation != nil && graphql.HasErrors(bodyOf(e)) {
			continue // where GraphQL is served errors may have its form, whatever was sent
		}
		judged++
		if why := partial(e.Response); why != "" && e.Response.MediaType() == s.wantType() {
			unseen = why
			continue
		}
		wrong, cite, impact := s.unlike(e), "one shape for all errors; OWASP API8:2023", contract.Minor
		if s.Declared.Errors == "problem+json" {
			wrong, cite = problemFault(e), "RFC 9457 3"
		}
		if wrong.Reason == "" || wrong.Class == "problem-empty" && s.Profile != contract.Strict {
			continue // each member of a problem has a default (RFC 9457, 3.1)
		}
		if !isJSONType(e.Response.MediaType()) && isJSONType(s.wantType()) {
			impact = contract.Major
		}
		v := fail(impact, Standard, cite, "%s", wrong.Reason).because(excerpt(bodyOf(e))).look("the handler that makes this answer is not the one that makes the others")
		v.Class, v.Facts = wrong.Class, wrong.Facts
		return v.about(e)
	}
	switch {
	case judged == 0 && len(s.Judged(exchange.Faulty)) == 0:
		return notAsked(s)
	case judged == 0:
		return skip("there was no error answer")
	case s.Declared.Errors != "problem+json" && !s.taught():
		return skip("no calm error answer taught a shape; declare `errors:`").wants(Want{Key: "errors", What: "the shape of errors"}, true)
	}
	if unseen != "" {
		return unclear("the shape of an error is not known: %s", unseen)
	}
	return pass("%d error answers of one shape", judged)
}

// passesOn tells whether an error is one that a gateway was told, handed on as it was told.
func (s Subject) passesOn(e exchange.Exchange) bool {
	return strings.HasPrefix(s.Cause, "gateway/") && slices.ContainsFunc(e.Hits, func(h fault.Hit) bool {
		return h.Said != nil && h.Said.Status == e.Status() && saidThis(h, e.Response)
	})
}

// byServer tells whether the HTTP server itself may have answered, before the application saw anything.
func (s Subject) byServer() bool { return s.Row != nil && s.Row.Server }

// Unrouted tells whether an answer may be what an HTTP library says by itself of what no route of the service knows, in words of its
// own: 404 or 405 in plain text or HTML, as those of Go, Python, Ruby, Node and Java do.
func Unrouted(e exchange.Exchange) bool {
	if e.Status() != http.StatusNotFound && e.Status() != http.StatusMethodNotAllowed {
		return false
	}
	return slices.Contains([]string{"", "text/plain", "text/html"}, e.Response.MediaType())
}

// byRouter tells whether a router answered by itself what no route of the service knows.
func (s Subject) byRouter(e exchange.Exchange) bool {
	return s.Row != nil && s.Row.Routes && Unrouted(e) && !s.promisesShape()
}

// byGateway tells whether the part that callers reach answered by itself, where in calm it hands on what a part behind it says.
func (s Subject) byGateway(e exchange.Exchange) bool {
	return e.Hop != "" && e.Hop == s.Declared.Entry && slices.ContainsFunc(s.Judged(exchange.Calm), func(c exchange.Exchange) bool {
		return c.Response != nil && c.Hop != e.Hop && slices.Contains(slices.Collect(maps.Values(s.Declared.Taps)), c.Hop)
	})
}

// promisesShape tells whether all that callers get has one shape, whoever makes it: where that is declared, and by the strict profile.
func (s Subject) promisesShape() bool {
	return s.Declared.Errors == "problem+json" || s.Profile == contract.Strict
}

// taught tells whether calm error answers showed a media type; those without a body (HEAD) teach nothing, nor do those that an HTTP
// library may have written.
func (s Subject) taught() bool {
	return s.Learnt.Samples > 0 && s.Learnt.ErrorType != "" && !s.Learnt.Unrouted
}

// pageBeside tells whether an error is an HTML page where even what no route knows is answered in another form: no part of the service
// speaks so.
func (s Subject) pageBeside(media string) bool {
	return s.Learnt.Unrouted && media == "text/html" && s.Learnt.ErrorType != "" && s.Learnt.ErrorType != media
}

func (s Subject) wantType() string {
	if s.Declared.Errors == "problem+json" {
		return "application/problem+json"
	}
	return s.Learnt.ErrorType
}

func isJSONType(t string) bool { return t == "application/json" || strings.HasSuffix(t, "+json") }

// unlike says how an error answer differs from the learnt shape: class, reason and facts of the finding, none when it does not.
func (s Subject) unlike(e exchange.Exchange) Verdict {
	if !s.taught() && !s.pageBeside(e.Response.MediaType()) {
		return Verdict{}
	}
	if t := e.Response.MediaType(); t != s.Learnt.ErrorType {
		return odd("type", "an error of type %s, the service's own are %s", orNone(t), orNone(s.Learnt.ErrorType)).
			with("got", orNone(t)).with("want", orNone(s.Learnt.ErrorType))
	}
	var body map[string]any
	if len(s.Learnt.ErrorMembers) == 0 || !isJSONType(s.Learnt.ErrorType) {
		return Verdict{}
	}
	if json.Unmarshal(bodyOf(e), &body) != nil {
		return odd("no-object", "the error is no JSON object")
	}
	for _, m := range s.Learnt.ErrorMembers {
		if _, ok := body[m]; !ok {
			return odd("member", "the error has no member %s, which the service's other errors have", m).with("member", m)
		}
	}
	return Verdict{}
}

// problemFault says what is wrong with a problem details body (RFC 9457, 3.1).
func problemFault(e exchange.Exchange) Verdict {
	if t := e.Response.MediaType(); t != "application/problem+json" {
		return odd("problem-type", "Content-Type is %s, promised application/problem+json", orNone(t)).with("got", orNone(t))
	}
	var body map[string]any
	if json.Unmarshal(bodyOf(e), &body) != nil {
		return odd("no-problem", "the problem is no JSON object")
	}
	for _, m := range []string{"type", "title", "detail", "instance"} {
		if v := body[m]; v != nil { // null is as good as the default
			if _, isText := v.(string); !isText {
				return odd("member-type", "member %s is no string", m).with("member", m)
			}
		}
	}
	if v := body["status"]; v != nil {
		n, isNumber := v.(float64)
		if !isNumber || int(n) != e.Status() {
			return odd("member-status", "member status is %s, the real status is %d", text(v), e.Status()).with("got", text(v))
		}
	}
	if !slices.ContainsFunc([]string{"type", "title", "status"}, func(m string) bool { _, ok := body[m]; return ok }) {
		return odd("problem-empty", "the problem has neither type nor title nor status")
	}
	return Verdict{}
}

func odd(class, format string, args ...any) Verdict {
	return Verdict{Class: class, Reason: fmt.Sprintf(format, args...)}
}

func orNone(t string) string {
	if t == "" {
		return "none"
	}
	return t
}

package check

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Agrees asks that an error answer says something in its body, and no other status there than in its status line.
type Agrees struct{}

// Kind describes the check.
func (Agrees) Kind() Kind {
	return Kind{
		Needs: NeedsStruck, Speaks: []exchange.Protocol{exchange.HTTP}, Rank: 178,
		Doc:      "The body of an error agrees with its status line. One that is empty tells a caller nothing, and one that says another status is believed by half of its callers: some read the status line, others the body.",
		Example:  "payments is refused, and POST /orders gives 502 with {\"statusCode\": 500}",
		Expected: "a body for every error, with the status of the status line wherever it says one",
		Look:     "the handler of last resort: what it writes when an error is one that nobody has thought of",
		Findings: []Finding{
			{Class: "empty", Headline: "error with an empty body: {status}", Said: true, Place: "{status}", Same: []string{"class"}, Mark: "# without a body"},
			{Class: "another-status", Headline: "the body of an error says another status than its status line", Place: "{member}", Same: []string{"class"},
				Mark: "the body of # says another status at {member}"},
		},
	}
}

// Judge judges.
func (Agrees) Judge(s Subject, _ Evidence) Verdict {
	judged := 0
	for _, e := range s.Judged(exchange.Faulty) {
		r := e.Response
		if r == nil || e.Status() < 400 || e.Request.Method == "HEAD" || r.BodyErr != "" || s.byServer() || s.passesOn(e) {
			continue
		}
		judged++
		if e.Status() >= 500 && r.Size == 0 && r.Sent == 0 {
			return fail(contract.Minor, Policy, "RFC 9110 15.6, RFC 9457 1", "%d without a body", e.Status()).as("empty").about(e)
		}
		if s.Declared.Errors == "problem+json" {
			continue // RFC 9457 says what its member status is; shape judges it
		}
		if member, got := s.otherStatus(e); member != "" {
			return fail(contract.Minor, Standard, "RFC 9457 3.1.2", "%d, but %s in its body is %d", e.Status(), member, got).
				because(excerpt(bodyOf(e))).as("another-status").with("member", member).about(e)
		}
	}
	switch {
	case judged == 0 && len(s.Judged(exchange.Faulty)) == 0:
		return notAsked(s)
	case judged == 0:
		return skip("there was no error answer")
	}
	return pass("%d bodies agree with their status", judged)
}

// statusNames are the members in which errors say their HTTP status: RFC 9457, and the error handlers of Express, NestJS, Fastify, Spring
// and ASP.NET. A code is one only where calm shows that it is.
var statusNames = []string{"status", "statusCode", "status_code", "httpStatus", "http_status"}

// otherStatus finds a member of an error, or of its member error, that says another HTTP status than the status line; "": none does.
func (s Subject) otherStatus(e exchange.Exchange) (member string, got int) {
	var body map[string]any
	if json.Unmarshal(bodyOf(e), &body) != nil {
		return "", 0
	}
	inner, _ := body["error"].(map[string]any)
	for prefix, members := range map[string]map[string]any{"/": body, "/error/": inner} {
		for _, name := range append(slices.Clone(statusNames), "code") {
			got, is := httpStatus(members[name])
			if is && got != e.Status() && s.meansStatus(prefix+name, name == "code") {
				return prefix + name, got
			}
		}
	}
	return "", 0
}

// meansStatus tells whether a member is the HTTP status: by its name, unless an error in calm shows that it means something else there; by
// what calm shows, where the name may be that of the service's own codes.
func (s Subject) meansStatus(at string, shown bool) bool {
	same, other := slices.Contains(s.Learnt.SameStatus, at), slices.Contains(s.Learnt.OtherStatus, at)
	return !other && (same || !shown)
}

// httpStatus reads a status of an error: a number, or its three digits.
func httpStatus(v any) (int, bool) {
	n, err := strconv.Atoi(text(v))
	return n, err == nil && n >= 400 && n < 600
}

// StatusMembers lists the members of an error that are its own status, and those that look like one and are another.
func StatusMembers(e exchange.Exchange) (same, other []string) {
	var body map[string]any
	if json.Unmarshal(bodyOf(e), &body) != nil {
		return nil, nil
	}
	inner, _ := body["error"].(map[string]any)
	for prefix, members := range map[string]map[string]any{"/": body, "/error/": inner} {
		for name, v := range members {
			switch n, is := httpStatus(v); {
			case is && n == e.Status():
				same = append(same, prefix+name)
			case v != nil && slices.Contains(append(slices.Clone(statusNames), "code"), name):
				other = append(other, prefix+name)
			}
		}
	}
	return same, other
}

package check

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/failwell/failwell/harness/capture"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/leak"
)

// detector is built once: its tables are large and never change.
var detector = sync.OnceValue(leak.New)

// Detector is the detector of the checks.
func Detector() *leak.Detector { return detector() }

// Warm builds what the checks share, so that the first case need not wait for it.
func Warm() { detector() }

// Leak looks for anything internal in an answer: canaries, traces, driver text, SQL, paths, hosts, secrets.
type Leak struct{}

// Kind describes the check.
func (Leak) Kind() Kind {
	return Kind{
		Of: []string{Own, Live, Ready, Bystander, Settlement}, Rank: 80,
		Doc:      "Nothing internal stands in an answer. Traces, SQL, texts of drivers, paths, hosts and secrets tell an attacker how the system is built, and tell a caller nothing. Every error text, host and secret that failwell hands out carries a token, so that a leak of it is certain.",
		Example:  "503 with {\"detail\": \"pq: relation orders does not exist\"}",
		Expected: "an answer in words of your own; internals belong in the log",
		Findings: []Finding{
			{Class: "answer", Headline: "leak: {what:list} in the answer, at {at:first}", Shows: "{what:count}", Place: "{at:alike}", Same: []string{"within"},
				One: "show it at the same place of the answer: {place}"},
		},
	}
}

// Judge judges.
func (Leak) Judge(s Subject, _ Evidence) Verdict {
	scanned, possible, unseen := 0, "", ""
	worst := Verdict{}
	for _, e := range slices.Concat(s.calmErrors(), s.settling(), s.Judged(exchange.Faulty), s.Judged(exchange.Healed)) {
		if e.Response == nil {
			continue
		}
		scanned++
		found, skipped := detector().Examine(s.input(e))
		if skipped = cmp.Or(e.Response.Unseen, skipped); skipped != "" && unseen == "" {
			unseen = fmt.Sprintf("not all of the %d was looked through: %s", e.Status(), skipped)
		}
		for _, f := range found {
			v := leaked(f).with("what", s.inWords(f)).with("at", placeOf(f)).with("within", within(f, e))
			if v.Outcome == Fail && v.Impact.Rank() > worst.Impact.Rank() {
				worst = v
			}
			if v.Outcome != Fail {
				possible = f.Rule
			}
		}
	}
	switch {
	case worst.Outcome == Fail:
		return worst
	case scanned == 0:
		return skip("there was no answer to look through")
	case unseen != "":
		return unclear("%s", unseen)
	case possible != "":
		return pass("%d answers; possibly %s, not judged", scanned, possible)
	}
	return pass("%d answers looked through", scanned)
}

// calmErrors are the errors that calm is expected to give, such as the 404 of one route: what they tell is told without any fault.
func (s Subject) calmErrors() []exchange.Exchange {
	return slices.DeleteFunc(s.Judged(exchange.Calm), func(e exchange.Exchange) bool { return e.Status() < 400 })
}

// input is what the detectors get for one exchange, with what the same request was answered in calm.
func (s Subject) input(e exchange.Exchange) leak.Input {
	in := Input(s, e)
	if e.Phase == exchange.Calm {
		return in // it is no product data that it would be compared with
	}
	for _, c := range s.Beside(exchange.Calm, e.Role) {
		if c.Request.Name == e.Request.Name && c.Response != nil {
			in.Calm, in.CalmRest, in.CalmHeader = bodyOf(c), parts(c.Response), fieldsOf(decoded(c.Response))
		}
	}
	return in
}

// Input is what the detectors get for one exchange.
func Input(s Subject, e exchange.Exchange) leak.Input {
	r := decoded(e.Response)
	in := leak.Input{Status: e.Status(), Reason: r.Reason, Header: fieldsOf(r), Body: capture.Body(r), Rest: parts(r), Canaries: s.Canaries}
	if e.Origin != "" {
		in.Own = append(in.Own, e.Origin)
	}
	in.Request = append(in.Request, e.Request.Target, e.Request.Body)
	for _, f := range e.Request.Header {
		in.Request = append(in.Request, f.Value)
		if f.Name == "Host" {
			in.Own = append(in.Own, f.Value)
		}
	}
	return in
}

// fieldsOf are the fields of an answer, as they stand for its decoded body.
func fieldsOf(r *exchange.Response) [][2]string {
	fields := [][2]string{}
	for _, f := range slices.Concat(r.Header, r.Trailer) {
		if r.Coding == "" || !strings.EqualFold(f.Name, "Content-Encoding") {
			fields = append(fields, [2]string{f.Name, f.Value})
		}
	}
	return fields
}

// parts are the pieces that were kept from behind a body.
func parts(r *exchange.Response) []leak.Part {
	var all []leak.Part
	for _, p := range r.Rest {
		all = append(all, leak.Part{At: p.At, Text: p.Text, JSON: p.JSON, Errors: p.Errors})
	}
	return all
}

// farBehind is how the detector says where in a long body a part begins: that differs from answer to answer.
var farBehind = regexp.MustCompile(`^body from byte \d+`)

func placeOf(f leak.Finding) string {
	return farBehind.ReplaceAllString(f.Where, "body behind its first MiB")
}

// within is the media type of the body that a finding is in; a header field is one place, whatever body comes with it.
func within(f leak.Finding, e exchange.Exchange) string {
	if strings.HasPrefix(f.Where, "header ") || strings.HasPrefix(f.Where, "trailer ") {
		return ""
	}
	return e.Response.MediaType()
}

func leaked(f leak.Finding) Verdict {
	impact := contract.Major
	switch {
	case f.Certainty == "possible":
		return pass("")
	case f.Family == "secret" || f.Canary != nil && f.Canary.Kind == "secret":
		impact = contract.Critical
	case f.Certainty != "certain":
		impact = contract.Minor
	}
	what := f.Rule
	if f.Canary != nil {
		what = f.Canary.Where
	}
	v := fail(impact, Standard, f.CWE+", RFC 9457 5", "%s in the answer, at %s", what, placeOf(f)).
		because(fmt.Sprintf("%s: %s", f.Rule, f.Text)).look("where errors become answers: only texts of one's own")
	v.Certainty = string(f.Certainty)
	return v
}

// inWords says what leaks: what a dependency said, a kind of text, or what failwell handed out.
func (s Subject) inWords(f leak.Finding) string {
	if f.Canary != nil {
		if on, _, more := strings.Cut(f.Canary.Where, " "); more && slices.Contains(s.On, on) {
			return "what " + on + " said"
		}
		return f.Canary.Where
	}
	if strings.HasPrefix(f.Rule, "service/") {
		return "another service's error text"
	}
	return or(familyWords[f.Family], f.Rule)
}

// familyWords are the families of the detector as a person would call them; a test holds them together.
var familyWords = map[string]string{
	"trace": "a stack trace", "engine": "an error text of the language", "database": "a database error", "sql": "SQL",
	"network": "a network error", "path": "a file path", "host": "the name of an internal host", "secret": "a secret",
	"env": "environment variables", "version": "a version banner", "debug-page": "a debug page", "type-name": "the name of a class",
	"source": "source code",
}

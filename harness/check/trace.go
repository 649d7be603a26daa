package check

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/graphql"
)

// Traced asks that an error answer carries an id that leads to the log.
type Traced struct{}

// Kind describes the check.
func (Traced) Kind() Kind {
	return Kind{
		Needs: NeedsStruck, Rank: 210,
		Doc:      "An error answer carries an id that leads to the log. With it a caller can say which failure it means. It is judged where the lab says where the id stands (trace:).",
		Example:  "POST /orders gives 503 without X-Request-Id",
		Expected: "the trace id in every error answer",
		Look:     "where error answers are written: the id belongs to all of them",
		Findings: []Finding{
			{Class: "no-header", Headline: "error answers without the trace id in {header}", Place: "{media}", Same: []string{"class"}, Mark: "# without the trace id in {header}"},
			{Class: "no-member", Headline: "error answers without the trace id at {pointer}", Place: "{media}", Same: []string{"class"}, Mark: "# without the trace id at {pointer}"},
			{Class: "two", Headline: "two trace ids in one answer", Place: "{media}", Same: []string{"class"}, Mark: "two trace ids in one answer: {ids}"},
		},
	}
}

// Judge judges.
func (Traced) Judge(s Subject, _ Evidence) Verdict {
	d := s.Declared.Trace
	if d.Header == "" && d.Body == "" {
		return skip("no trace id is declared (`trace:`)").wants(Want{Key: "trace", What: "trace ids of error answers"}, d.Sent == "" && s.erred(400))
	}
	judged := 0
	for _, e := range s.Judged(exchange.Faulty) {
		if !e.Failed() || s.byServer() {
			continue
		}
		judged++
		header, body := d.ids(e)
		const cite = "ASVS 4.0 7.4.1, W3C Trace Context"
		switch {
		case d.Header != "" && header == "":
			return fail(contract.Minor, Declare, cite, "%d without the trace id in %s", e.Status(), d.Header).as("no-header").about(e).with("header", d.Header)
		case d.Body != "" && body == "" && partial(e.Response) != "":
			return unclear("whether the %d has a trace id at %s is not known: %s", e.Status(), d.Body, partial(e.Response))
		case d.Body != "" && body == "" && e.Request.Method != "HEAD":
			return fail(contract.Minor, Declare, cite, "%d without the trace id at %s", e.Status(), d.Body).because(excerpt(bodyOf(e))).
				as("no-member").about(e).with("pointer", d.Body)
		case header != "" && body != "" && !sameID(header, body):
			return fail(contract.Minor, Declare, cite, "two trace ids in one answer: %s and %s", header, body).as("two").about(e).with("ids", header+" and "+body)
		}
	}
	if judged == 0 {
		return skip("there was no error answer")
	}
	return pass("%d error answers carry an id", judged)
}

// erred tells whether the application answered with an error of at least this status.
func (s Subject) erred(least int) bool {
	return !s.byServer() && slices.ContainsFunc(s.Judged(exchange.Faulty), func(e exchange.Exchange) bool { return e.Response != nil && (e.Status() >= least || s.failsInside(e)) })
}

// failsInside tells whether an answer says by its body that something on the system's side failed, whatever its status.
func (s Subject) failsInside(e exchange.Exchange) bool {
	return e.Response != nil && e.Response.Errors && len(s.Changed) == 0
}

// sameID tells whether two texts say one id: as it is, or within a field that says more (traceparent, Server-Timing).
func sameID(a, b string) bool {
	a, b = plainID(a), plainID(b)
	return strings.Contains(a, b) || strings.Contains(b, a)
}

func plainID(id string) string { return strings.ToLower(strings.ReplaceAll(id, "-", "")) }

// traceparent is the form of W3C Trace Context: version, trace id, parent id, flags.
var traceparent = regexp.MustCompile(`^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$`)

// traceOf gives the trace id alone, as a log has it.
func traceOf(field string) string {
	if m := traceparent.FindStringSubmatch(field); m != nil {
		return m[1]
	}
	return field
}

// Of gives the ids by which an answer is found in the log: those that it says itself, else the one that was sent.
func (d Trace) Of(e exchange.Exchange) []string {
	header, body := d.ids(e)
	var ids []string
	for _, id := range []string{traceOf(header), traceOf(body)} {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 && e.Trace != "" {
		ids = append(ids, e.Trace)
	}
	return ids
}

// ids gives the trace ids that an answer says, in the header and in the body.
func (d Trace) ids(e exchange.Exchange) (header, body string) {
	if e.Response == nil {
		return "", ""
	}
	if d.Header != "" {
		header = strings.TrimSpace(e.Response.Header.Get(d.Header))
	}
	if d.Body != "" {
		if v, ok := pointer(bodyOf(e), d.Body); ok {
			body = text(v)
		} else if graphql.HasErrors(bodyOf(e)) {
			body = extended(bodyOf(e), d.Body[strings.LastIndex(d.Body, "/")+1:])
		}
	}
	return header, body
}

// extended is the member of a name, however it is written, in the extensions of a GraphQL answer or of its first error: trace_id, traceId.
func extended(body []byte, name string) string {
	plain := func(s string) string { return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(s)) }
	for _, at := range []string{"/errors/0/extensions", "/extensions"} {
		v, _ := pointer(body, at)
		members, _ := v.(map[string]any)
		for _, m := range slices.Sorted(maps.Keys(members)) {
			if plain(m) == plain(name) {
				return text(members[m])
			}
		}
	}
	return ""
}

package standard_test

import (
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/graphql"
)

// mixed is a query of an order from db, and of the version, which needs nothing.
func mixed() *graphql.Operation {
	return &graphql.Operation{Kind: graphql.Query, Name: "Mixed", Root: graphql.Selection{{Types: []string{"Query"}, Fields: []graphql.Field{
		{Key: "first", Name: "order", Type: "Order", Of: graphql.Selection{{Types: []string{"Order"}, Fields: []graphql.Field{
			{Key: "id", Name: "id", Type: "ID!", Scalar: true},
			{Key: "status", Name: "status", Type: "Status!", Values: []string{"OPEN", "PAID"}},
		}}}},
		{Key: "version", Name: "version", Type: "String!", Scalar: true},
		{Key: "rates", Name: "rates", Type: "Float", Scalar: true},
	}}}}
}

const (
	typeOf  = "application/graphql-response+json"
	whole   = `{"data":{"first":{"id":"1","status":"OPEN"},"version":"1.2","rates":1.5}}`
	sorryOf = `{"message":"The store is not available.","path":["first"],"extensions":{"code":"STORE_UNAVAILABLE"}}`
	left    = `"data":{"first":null,"version":"1.2","rates":1.5}`
	partial = `{"errors":[` + sorryOf + `],` + left + `}`
)

// operation makes the subject of a case of an operation, of which the order is lost under the fault.
func operation(edits ...edit) check.Subject {
	return of(append([]edit{func(s *check.Subject) {
		s.ID, s.Operation, s.Profile = "database/refused@db:Mixed", mixed(), "standard"
		s.Learnt.Fields = map[string][]string{"first": {"db"}, "version": nil, "rates": {"payments"}}
		for i, body := range []string{whole, partial, whole} {
			e := &s.Exchanges[i]
			e.Request = exchange.Request{Name: "Mixed", Method: "POST", Target: "/graphql", Safety: exchange.IsSafe, Protocol: exchange.GraphQL}
			e.Response = responded(200, typeOf, body)
		}
	}}, edits...)...)
}

func responded(status int, media, body string) *exchange.Response {
	return &exchange.Response{Status: status, Body: body, Size: len(body), Errors: graphql.HasErrors([]byte(body)),
		Header: exchange.Header{{Name: "Content-Type", Value: media}}}
}

// tells sets the answer under the fault.
func tells(status int, media, body string) edit {
	return func(s *check.Subject) { s.Exchanges[1].Response = responded(status, media, body) }
}

// data sets what is left, and the errors beside it.
func data(left, errors string) edit {
	return tells(200, typeOf, `{"errors":[`+errors+`],"data":`+left+`}`)
}

// change makes it a mutation, whose second field is drawn after the first.
func change(s *check.Subject) {
	s.Operation.Kind, s.Write = graphql.Mutation, true
	s.Learnt.Fields = nil
}

// calls sets how many queries calm made, and how many the lab allows.
func calls(n, bound int) edit {
	return func(s *check.Subject) {
		s.Operation.Calls, s.Exchanges[0].Hits = bound, nil
		for i := range n {
			s.Exchanges[0].Hits = append(s.Exchanges[0].Hits, passed(int64(i+1), "db", "query", "SELECT 1 FROM orders"))
		}
		s.Exchanges[2].Hits = s.Exchanges[0].Hits
		s.Exchanges[0].Hits = append(s.Exchanges[0].Hits, fault.Hit{Seq: 99, Call: fault.Call{On: "db", Op: "query", Text: "SET x = 1", Housekeeping: true}})
	}
}

// longer makes the faulty answer one of which only the beginning is kept.
func longer(s *check.Subject) { s.Exchanges[1].Response.Size = 5_000_000 }

func graphqls() []row {
	const lost = `{"first":null,"version":"1.2","rates":1.5}`
	input := func(s *check.Subject) {
		s.Cause, s.Injection, s.On, s.Changed = "graphql/validation", fault.Injection{}, nil, []string{"set /query { a }"}
	}
	return []row{
		{"graphql-shape", "pass-partial", none, "1 answer of GraphQL", operation(), ""},
		{"graphql-shape", "fail-own-member", minor, "status: an answer has data, errors and extensions, and no other member", operation(tells(200, typeOf, `{"status":500,"errors":[`+sorryOf+`],`+left+`}`)), ""},
		{"graphql-shape", "fail-no-errors", minor, "errors: it is empty: without an error it is left out", operation(data(lost, "")), ""},
		{"graphql-shape", "fail-own-form", major, "it has neither data nor errors", operation(tells(200, typeOf, `{}`)), ""},
		{"graphql-shape", "fail-null", major, "data: it is null, and there are no errors", operation(tells(200, typeOf, `{"data":null}`)), ""},
		{"graphql-shape", "fail-data-of-a-request-error", minor, "data: it is there, though nothing was carried out", operation(input, tells(400, typeOf, `{"errors":[{"message":"no such field"}],"data":null}`)), ""},
		{"graphql-shape", "pass-request-error", none, "1 answer of GraphQL", operation(input, tells(400, typeOf, `{"errors":[{"message":"no such field"}]}`)), ""},
		{"graphql-shape", "skipped-gateway", none, "there was no GraphQL answer", operation(tells(502, "text/html", "<html>")), ""},
		{"graphql-shape", "inconclusive-long", none, "an answer is not known in full: only its beginning is kept", operation(longer), ""},

		{"graphql-status", "pass-partial", none, "1 answer with media type and status of GraphQL over HTTP", operation(), ""},
		{"graphql-status", "pass-294", none, "1 answer with media type and status of GraphQL over HTTP", operation(tells(294, typeOf, partial)), ""},
		{"graphql-status", "pass-gateway", none, "1 answer with media type and status of GraphQL over HTTP", operation(tells(502, "text/html", "<html>")), ""},
		{"graphql-status", "pass-legacy", none, "1 answer with media type and status of GraphQL over HTTP", operation(input, tells(200, "application/json", `{"errors":[{"message":"no such field"}]}`)), ""},
		{"graphql-status", "fail-legacy-2026", minor, "200, though nothing was carried out", operation(input, set(func(s *check.Subject) { s.Operation.Draft = graphql.Draft2026 }), tells(200, "application/json", `{"errors":[{"message":"no such field"}]}`)), ""},
		{"graphql-status", "inconclusive-long", none, "an answer is not known in full: only its beginning is kept", operation(longer), ""},
		{"graphql-debug", "inconclusive-long", none, "an answer is not known in full: only its beginning is kept", operation(longer), ""},
		{"graphql-code", "inconclusive-long", none, "an answer is not known in full: only its beginning is kept", operation(longer), ""},
		{"graphql-types", "inconclusive-one-of-two", none, "an answer is not known in full: only its beginning is kept", operation(longer, set(func(s *check.Subject) {
			whole := s.Exchanges[1]
			whole.Response = responded(200, typeOf, partial)
			s.Exchanges = append(s.Exchanges, whole)
		})), ""},
		{"success", "inconclusive-long-graphql", none, "200; whether it lists errors is not known: only its beginning is kept", operation(tells(200, typeOf, whole), longer), ""},
		{"success", "fail-open-graphql", critical, "200 although jwt-key was missing: it fails open", operation(tells(200, typeOf, whole), set(func(s *check.Subject) {
			s.Cause, s.On, s.Role = "secret/missing", []string{"jwt-key"}, ""
			s.Injection = fault.Injection{Edits: []fault.Edit{{Setting: "jwt-key", Op: "missing"}}}
			s.Launches = []exchange.Launch{{Phase: exchange.Faulty, Ready: true}}
		})), ""},
		{"graphql-status", "fail-success", major, "200, though nothing was carried out", operation(input, tells(200, typeOf, `{"errors":[{"message":"no such field"}]}`)), ""},
		{"graphql-status", "fail-page", major, "500 of type text/html: what no GraphQL client can read hides the answer", operation(tells(500, "text/html", "<html>")), ""},
		{"graphql-status", "fail-label", minor, "a GraphQL answer of type text/plain", operation(tells(200, "text/plain", partial)), ""},
		{"graphql-status", "fail-failure", major, "500, though the answer has data", operation(tells(500, typeOf, partial)), ""},
		{"graphql-status", "fail-legacy-failure", minor, "500, though the answer has data", operation(tells(500, "application/json", partial)), ""},
		{"graphql-status", "fail-crash", minor, "500 of type application/graphql-response+json that is no GraphQL answer", operation(tells(500, typeOf, "")), ""},

		{"graphql-path", "pass-partial", none, "1 answer of GraphQL", operation(), ""},
		{"graphql-path", "pass-request-error", none, "1 answer of GraphQL", operation(tells(400, typeOf, `{"errors":[{"message":"no"}]}`)), ""},
		{"graphql-path", "fail-none", minor, "an error beside data has no path", operation(data(lost, `{"message":"no"}`)), ""},
		{"graphql-path", "fail-by-name", minor, "its path leads nowhere: order: the operation selects no such field; the answer calls it first", operation(data(lost, `{"message":"no","path":["order"]}`)), ""},
		{"graphql-path", "fail-twice", minor, "first: two errors for one place", operation(data(lost, sorryOf+","+sorryOf)), ""},
		{"graphql-path", "skipped-changed", none, "the request itself was wrong; what it selects is not known", operation(input), ""},

		{"graphql-nulls", "pass-partial", none, "1 answer of GraphQL", operation(), ""},
		{"graphql-nulls", "pass-to-the-root", none, "1 answer of GraphQL", operation(data("null", `{"message":"no","path":["version"]}`)), ""},
		{"graphql-nulls", "fail-too-much", major, "data: it is null although only first is to be: first failed", operation(data("null", sorryOf)), ""},
		{"graphql-nulls", "fail-not-null", major, "first: it is not null although first.status failed, and nothing between may be null",
			operation(data(`{"first":{"id":"1","status":"OPEN"},"version":"1.2","rates":1.5}`, `{"message":"no","path":["first","status"]}`)), ""},

		{"graphql-types", "pass-partial", none, "1 answer of GraphQL", operation(), ""},
		{"graphql-types", "fail-null", major, "version: it is null, and its type is String!", operation(data(`{"first":null,"version":null,"rates":1.5}`, sorryOf)), ""},
		{"graphql-types", "fail-enum", major, `first.status: "" is no value of Status`, operation(tells(200, typeOf, `{"data":{"first":{"id":"","status":""},"version":"1.2","rates":1.5}}`)), ""},
		{"graphql-types", "fail-missing", major, "rates: it was selected, and is not there", operation(data(`{"first":null,"version":"1.2"}`, sorryOf)), ""},

		{"graphql-debug", "pass-partial", none, "1 answer of GraphQL", operation(), ""},
		{"graphql-debug", "pass-trace-id", none, "1 answer of GraphQL", operation(data(lost, `{"message":"no","path":["first"],"extensions":{"trace":"4f1c","debug":false,"stacktrace":null}}`)), ""},
		{"graphql-debug", "fail-exception", major, "errors[*].extensions.exception holds what only a developer has use for",
			operation(data(lost, `{"message":"no","path":["first"],"extensions":{"exception":{"stacktrace":["Error: no","at b"]}}}`)), ""},
		{"graphql-debug", "fail-tracing", minor, "extensions.tracing holds what only a developer has use for",
			operation(tells(200, typeOf, `{"errors":[`+sorryOf+`],`+left+`,"extensions":{"cost":3,"tracing":{"version":1}}}`)), ""},

		{"graphql-code", "pass-one", none, "the code STORE_UNAVAILABLE", operation(), ""},
		{"graphql-code", "pass-asked", none, "the code STORE_UNAVAILABLE or STORE_TIMEOUT", operation(), "[STORE_UNAVAILABLE, STORE_TIMEOUT]"},
		{"graphql-code", "fail-blames", major, "the code unauthenticated blames the caller, though db was refused",
			operation(data(lost, `{"message":"no","path":["first"],"extensions":{"code":"unauthenticated"}}`)), ""},
		{"graphql-code", "fail-differs", minor, "errors of one cause have the codes OOPS and STORE_UNAVAILABLE",
			operation(data(`{"first":null,"version":"1.2","rates":null}`, sorryOf+`,{"message":"no","path":["rates"],"extensions":{"code":"OOPS"}}`)), ""},
		{"graphql-code", "pass-of-the-process", none, "the code OOPS, STORE_UNAVAILABLE",
			operation(data(`{"first":null,"version":"1.2","rates":null}`, sorryOf+`,{"message":"no","path":["rates"],"extensions":{"code":"OOPS"}}`), set(func(s *check.Subject) {
				s.Cause, s.On, s.Injection = "process/overload", []string{"system"}, fault.Injection{Acts: []fault.Act{{On: "system", Do: "starve"}}}
				s.Deeds = []check.Deed{{On: "system", Do: "starve", At: 0, Until: time.Hour}}
			})), ""},
		{"graphql-code", "fail-other", major, "the code STORE_UNAVAILABLE, owed STORE_TIMEOUT", operation(), "STORE_TIMEOUT"},
		{"graphql-code", "fail-missing", note, "an error without extensions.code", operation(data(lost, `{"message":"no","path":["first"]}`)), ""},
		{"graphql-code", "inconclusive-none", none, "there were no errors in a GraphQL answer", operation(tells(200, typeOf, whole)), "STORE_TIMEOUT"},
		{"graphql-code", "skipped-input", none, "the caller may be to blame for graphql/validation", operation(input), ""},

		{"graphql-partial", "pass-partial", none, "what is left is as without the fault", operation(), ""},
		{"graphql-partial", "pass-volatile", none, "what is left is as without the fault", operation(set(func(s *check.Subject) {
			s.Exchanges[2].Response = responded(200, typeOf, `{"data":{"first":{"id":"1","status":"OPEN"},"version":"1.3","rates":1.5}}`)
			s.Exchanges[1].Response = responded(200, typeOf, `{"errors":[`+sorryOf+`],"data":{"first":null,"version":"9","rates":1.75}}`)
		})), ""},
		{"graphql-partial", "pass-by-the-schema", none, "what is left is as without the fault", operation(data("null", `{"message":"no","path":["version"]}`)), ""},
		{"graphql-partial", "fail-by-the-schema", major, "rates is null, though it calls nothing of db", operation(profile("strict"), set(func(s *check.Subject) { s.Learnt.Fields["version"] = []string{"db"} }), data("null", `{"message":"no","path":["version"]}`)), ""},
		{"graphql-partial", "pass-by-a-cache", none, "what is left is as without the fault", operation(set(func(s *check.Subject) { s.Learnt.Fields["first"] = nil })), ""},
		{"graphql-partial", "fail-spread", major, "rates is null, though it calls nothing of db", operation(data(`{"first":null,"version":"1.2","rates":null}`, sorryOf+`,{"message":"no","path":["rates"]}`)), ""},
		{"graphql-partial", "fail-silent", critical, `version: "" in place of "1.2", and no error says so`, operation(data(`{"first":null,"version":"","rates":1.5}`, sorryOf)), ""},
		{"graphql-partial", "fail-silent-null", critical, "first: null in place of {\"id\":\"1\",\"status\":\"OPEN\"}, and no error says so", operation(data(`{"first":null,"version":"1.2","rates":null}`, `{"message":"no","path":["rates"]}`), set(func(s *check.Subject) { s.Learnt.Fields = nil })), ""},
		{"graphql-partial", "skipped-no-errors", none, "there was no GraphQL answer with data and errors", operation(tells(200, typeOf, whole)), ""},

		{"graphql-mutation", "pass-told", none, "every field has a value or an error", operation(change), ""},
		{"graphql-mutation", "fail-stopped", major, "rates has neither a value nor an error, after another field failed", operation(change, data(`{"first":null,"version":"1.2","rates":null}`, sorryOf)), ""},
		{"graphql-mutation", "skipped-query", none, "it is a query", operation(), ""},

		{"graphql-calls", "pass-told", none, "1 call in calm: db 1", operation(), ""},
		{"graphql-calls", "pass-within", none, "3 calls in calm: db 3", operation(calls(3, 3)), ""},
		{"graphql-calls", "pass-once-more", none, "3 calls in calm: db 3", operation(calls(3, 3), set(func(s *check.Subject) {
			s.Exchanges[0].Hits = append(s.Exchanges[0].Hits, passed(9, "db", "query", "SELECT 1 FROM orders"))
		})), ""},
		{"graphql-calls", "fail-many", minor, "4 calls: db 4", operation(calls(4, 3)), ""},
	}
}

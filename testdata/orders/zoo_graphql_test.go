package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Each bug of /graphql is seen to change an answer that is good without it.
func TestGraphQLBugs(t *testing.T) {
	pg := startPostgres(t)
	closes := func(w http.ResponseWriter, r *http.Request) { raw(w, "") }
	const code, errors = "errors.0.extensions.code", "errors"
	for bug, c := range map[string]struct {
		down string // db, payments, or nothing
		ask  func(l *lab) answer
		path string // what the bug changes, with what is there without it and with it
		good string
		bad  string
	}{
		"gql-field-errors-500":   {"payments", do("mixed"), "status", "200", "500"},
		"gql-text-plain":         {"payments", do("mixed"), "Content-Type", graphqlJSON + "; charset=utf-8", "text/plain; charset=utf-8"},
		"gql-empty-errors":       {"", do("report"), errors, "<nil>", "[]"},
		"gql-status-member":      {"payments", do("mixed"), "body.status", "<nil>", "failure"},
		"gql-no-path":            {"payments", do("mixed"), "errors.0.path", "[bought payment]", "<nil>"},
		"gql-path-by-name":       {"payments", do("mixed"), "errors.1.path", "[exchange]", "[rates]"},
		"gql-path-from-one":      {"payments", do("orders"), "errors.0.path", "[orders 0 payment]", "[orders 1 payment]"},
		"gql-null-parent":        {"payments", do("mixed"), "data.bought.id", "1001", "<nil>"},
		"gql-error-twice":        {"payments", do("rates"), "errors.1.path", "<nil>", "[rates]"},
		"gql-null-kept":          {"db", do("report"), "data", "<nil>", "map[report:<nil>]"},
		"gql-empty-object":       {"payments", do("rates"), "data.rates", "<nil>", "map[]"},
		"gql-all-or-nothing":     {"payments", do("mixed"), "data.version", "orders", "<nil>"},
		"gql-null-unsaid":        {"payments", do("mixed"), "errors.1.path", "[exchange]", "<nil>"},
		"gql-mutation-stops":     {"payments", do("create-and-cancel"), "data.cancelled.status", "CANCELLED", "<nil>"},
		"gql-no-code":            {"db", do("mixed"), code, "STORE_UNAVAILABLE", "<nil>"},
		"gql-code-by-field":      {"payments", do("mixed"), code, "UPSTREAM_UNAVAILABLE", "PAYMENT_FAILED"},
		"gql-blames-caller":      {"db", do("mixed"), code, "STORE_UNAVAILABLE", "BAD_USER_INPUT"},
		"gql-exception":          {"db", do("mixed"), "errors.0.extensions.exception.stacktrace.0", "<nil>", "at resolve (resolve.go:41)"},
		"gql-swallowed":          {"db", do("mixed"), "data.bought.id", "<nil>", "0"},
		"gql-no-trace":           {"db", do("mixed"), "X-Request-Id is there", "true", "false"},
		"gql-driver-text":        {"db", do("mixed"), "message of ours", "true", "false"},
		"gql-one-by-one":         {"", do("orders"), "calls", "1", "3"},
		"gql-request-errors-200": {"", func(l *lab) answer { return l.ask(query("{ nothing }")) }, "status", "400", "200"},
		"gql-null-data":          {"", func(l *lab) answer { return l.ask(query("{ nothing }")) }, "data is there", "false", "true"},
	} {
		t.Run(bug, func(t *testing.T) {
			for _, on := range []string{"", bug} {
				upstream, store := newUpstream(t), "127.0.0.1:"+pg.port
				switch c.down {
				case "db":
					store = "127.0.0.1:9"
				case "payments":
					upstream.set(closes)
				}
				l := newLab(t, dsn(store), upstream.url, "ORDERS_BUGS="+on)
				a := c.ask(l)
				want := c.good
				if on != "" {
					want = c.bad
				}
				if got := observed(a, c.path, upstream); got != want {
					t.Errorf("with %q: %s is %s, want %s: %d %v %v", on, c.path, got, want, a.status, a.header, a.body)
				}
			}
		})
	}
}

func do(name string) func(l *lab) answer { return func(l *lab) answer { return l.execute(name) } }

// observed is one thing of an answer, as text.
func observed(a answer, what string, upstream *switchedUpstream) string {
	switch what {
	case "status":
		return fmt.Sprint(a.status)
	case "Content-Type":
		return a.header.Get(what)
	case "X-Request-Id is there":
		return fmt.Sprint(a.header.Get("X-Request-Id") != "" && at(a, "errors.0.extensions.traceId") != nil)
	case "message of ours":
		return fmt.Sprint(!strings.Contains(fmt.Sprint(a.body), "dial"))
	case "data is there":
		_, there := a.body["data"]
		return fmt.Sprint(there)
	case "calls":
		return fmt.Sprint(upstream.calls.Load())
	}
	return fmt.Sprint(at(a, strings.TrimPrefix(what, "body.")))
}

func TestAResolverThatWaits(t *testing.T) {
	for bug, bad := range map[string]bool{"": false, "gql-waits": true} {
		upstream := newUpstream(t)
		upstream.set(func(w http.ResponseWriter, r *http.Request) { raw(w, "") })
		timer := time.AfterFunc(1500*time.Millisecond, func() { upstream.set(goodGraph) })
		a := newLab(t, dsn("127.0.0.1:9"), upstream.url, "ORDERS_BUGS="+bug).execute("rates")
		timer.Stop()
		if waited := a.took >= 1500*time.Millisecond; waited != bad {
			t.Errorf("with %q: answered after %v", bug, a.took)
		}
	}
}

// A panic of a resolver costs one field, and stays in the log.
func TestPanicOfAResolver(t *testing.T) {
	l := alone(t)
	l.s.payments = nil
	l.says(l.ask(query("{ version rates { currency } }")), "data.version", "orders", "data.rates", "<nil>",
		"errors.0.path", "[rates]", "errors.0.extensions.code", "INTERNAL_SERVER_ERROR", "errors.1", "<nil>")
	if line := l.logs.last(); !strings.Contains(line, "nil pointer") || !strings.Contains(line, "resolve.go") || !strings.Contains(line, "ERROR") {
		t.Errorf("logged %s", line)
	}
}

// All bugs of the list are in one of the tables above.
func TestGraphQLBugsAreSeen(t *testing.T) {
	text := read(t, "zoo_graphql_test.go")
	for _, b := range graphqlBugs() {
		if !strings.Contains(text, `"`+b.name+`"`) {
			t.Errorf("%s is not seen at work", b.name)
		}
	}
}

package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// goodGraph answers as stubs/payments.yaml does.
func goodGraph(w http.ResponseWriter, r *http.Request) {
	if r.Method == "GET" && r.URL.Path == "/charges" {
		jsonText(200, `{"charges":[{"id":"ch_1","order":1001,"amount":2000,"currency":"EUR","status":"succeeded"},
			{"id":"re_3","order":1003,"amount":10000,"currency":"EUR","status":"refunded"}]}`)(w, r)
		return
	}
	goodPayments(w, r)
}

// A switchedUpstream is payments that a test can break.
type switchedUpstream struct {
	url   string
	calls atomic.Int32
	serve atomic.Pointer[http.HandlerFunc]
}

func newUpstream(t *testing.T) *switchedUpstream {
	u := &switchedUpstream{}
	u.set(goodGraph)
	u.url = serveFunc(t, func(w http.ResponseWriter, r *http.Request) { u.calls.Add(1); (*u.serve.Load())(w, r) })
	return u
}

func (u *switchedUpstream) set(h http.HandlerFunc) { u.serve.Store(&h) }

// says checks values of an answer with 200: pairs of a path and what is there, as text; <nil>: null or nothing.
func (l *lab) says(a answer, pairs ...string) {
	l.t.Helper()
	l.worked(a, 200)
	l.traced(a, graphqlJSON)
	for i := 0; i+1 < len(pairs); i += 2 {
		if got := fmt.Sprint(at(a, pairs[i])); got != pairs[i+1] {
			l.t.Errorf("%s is %s, want %s in %v", pairs[i], got, pairs[i+1], a.body)
		}
	}
	if a.took > time.Second {
		l.t.Errorf("answered after %v", a.took)
	}
}

// One query that mixes dependencies loses what needs the broken one, and nothing else.
func TestGraphQLWithDatabase(t *testing.T) {
	pg := startPostgres(t)
	way := newTap(t, "127.0.0.1:"+pg.port)
	upstream := newUpstream(t)
	l := newLab(t, dsn(way.addr()), upstream.url)

	t.Run("happy path", func(t *testing.T) {
		l := l.in(t)
		for _, name := range []string{"order", "orders", "mixed", "rates", "report", "two-orders", "create-order", "cancel-order", "create-and-cancel"} {
			l.says(l.execute(name), "errors", "<nil>")
		}
		l.says(l.execute("mixed"), "data.version", "orders", "data.bought.status", "PAID", "data.bought.total.amount", "2000",
			"data.bought.payment.id", "ch_1", "data.exchange.rates.0.rate", "1.08")
		before := upstream.calls.Load()
		l.says(l.execute("orders"), "data.orders.0.payment.__typename", "Charge", "data.orders.1.payment", "<nil>", "data.orders.2.payment.__typename", "Refund")
		if n := upstream.calls.Load() - before; n != 1 {
			t.Errorf("%d calls of payments for one list", n)
		}
		before = upstream.calls.Load()
		l.says(l.execute("create-order"), "data.createOrder.status", "PAID")
		if upstream.calls.Load() != before {
			t.Error("the same key charged again")
		}
		l.says(l.ask(query(`{ order(id: 999999) { id } }`)), "errors", "<nil>", "data.order", "<nil>")
		l.says(l.ask(query(`mutation { cancelOrder(id: 999999) { id } }`)), "errors.0.extensions.code", "NOT_FOUND", "data.cancelOrder", "<nil>")
		l.says(l.ask(`{"query":"query($id: ID!){ order(id: $id) { id } }","variables":{"id":1001},"more":1}`), "data.order.id", "1001")
		l.says(l.ask(query(`{ orders(status: CANCELLED, first: null) { id } }`)), "data.orders.0.id", "1002")
		l.says(l.ask(query(`{ orders(first: 51) { id } }`)), "errors.0.extensions.code", "BAD_USER_INPUT", "data", "<nil>")
		l.says(l.ask(query(`{ __schema { queryType { name } } }`)), "data.__schema.queryType.name", "Query")
		l.says(l.execute("create-order", "Idempotency-Key: "), "errors.0.extensions.code", "BAD_USER_INPUT", "data.createOrder", "<nil>")
		l.says(l.send("GET", "/graphql?query=%7Bversion%7D", "", "Accept: application/json;q=0.5, application/graphql-response+json"), "data.version", "orders")
	})

	for name, c := range map[string]struct {
		serve http.HandlerFunc
		code  string
	}{
		"refuses":  {func(w http.ResponseWriter, r *http.Request) { raw(w, "") }, "UPSTREAM_UNAVAILABLE"},
		"hangs":    {hang, "UPSTREAM_TIMEOUT"},
		"fails":    {jsonText(500, `canary-500`), "UPSTREAM_ERROR"},
		"is null":  {jsonText(200, `{"charges":null,"currency":null,"rates":null}`), "UPSTREAM_INVALID"},
		"is empty": {jsonText(200, `{}`), "UPSTREAM_INVALID"},
		"is busy":  {jsonText(429, `{}`), "UPSTREAM_UNAVAILABLE"},
	} {
		t.Run("payments "+name, func(t *testing.T) {
			l := l.in(t)
			upstream.set(c.serve)
			defer upstream.set(goodGraph)
			a := l.execute("mixed")
			l.says(a, "data.version", "orders", "data.bought.id", "1001", "data.bought.total.amount", "2000", "data.bought.payment", "<nil>", "data.exchange", "<nil>",
				"errors.0.path", "[bought payment]", "errors.1.path", "[exchange]", "errors.2", "<nil>",
				"errors.0.extensions.code", c.code, "errors.1.extensions.code", c.code)
			if a.header.Get("Retry-After") != "" || strings.Contains(fmt.Sprint(a.body), "canary") {
				t.Errorf("says too much: %v %v", a.header, a.body)
			}
			if line := l.logs.last(); !strings.Contains(line, `"ERROR"`) || !strings.Contains(line, `"/graphql"`) || !strings.Contains(line, "payments") {
				t.Errorf("logged %s", line)
			}
			l.says(l.execute("orders"), "data.orders.0.id", "1001", "errors.0.path", "[orders 0 payment]", "errors.2.path", "[orders 2 payment]", "errors.3", "<nil>")
			l.says(l.execute("report"), "errors", "<nil>")
			pg.query("update orders set status = 'pending' where id = 1002")
			l.says(l.execute("create-and-cancel", "Idempotency-Key: "+strings.ReplaceAll(name, " ", "-")), "data.created", "<nil>", "data.cancelled.status", "CANCELLED",
				"errors.0.path", "[created]", "errors.0.extensions.outcome", "unknown", "errors.1", "<nil>")
		})
	}

	broken := map[string]struct {
		mode string
		code string
	}{"closed": {"closed", "STORE_UNAVAILABLE"}, "silent": {"silent", "STORE_TIMEOUT"}}
	for name, c := range broken {
		t.Run("database "+name, func(t *testing.T) {
			l := l.in(t)
			l.says(l.execute("order"), "errors", "<nil>")
			way.set(c.mode)
			if c.mode == "closed" {
				way.cut()
			}
			defer func() { way.set(""); way.cut() }()
			l.says(l.execute("mixed"), "data.version", "orders", "data.bought", "<nil>", "data.exchange.currency", "EUR",
				"errors.0.path", "[bought]", "errors.0.extensions.code", c.code, "errors.1", "<nil>")
			l.says(l.execute("report"), "data", "<nil>", "errors.0.path", "[report]", "errors.0.extensions.code", c.code)
			l.says(l.execute("orders"), "data", "<nil>", "errors.0.path", "[orders]")
			l.says(l.execute("two-orders"), "data.first", "<nil>", "data.second", "<nil>", "errors.0.path", "[first]", "errors.1.path", "[second]",
				"errors.0.extensions.code", c.code, "errors.1.extensions.code", c.code)
			l.says(l.execute("create-and-cancel", "Idempotency-Key: b-"+name), "errors.0.extensions.code", c.code, "errors.1.extensions.code", c.code)
			l.says(l.execute("rates"), "errors", "<nil>")
		})
	}

	t.Run("missing table", func(t *testing.T) {
		l := l.in(t)
		eventually(t, time.Second, func() bool { return l.get("/orders").status == 200 })
		pg.query("alter table orders rename to hidden")
		a := l.execute("mixed")
		pg.query("alter table hidden rename to orders")
		l.says(a, "data.bought", "<nil>", "errors.0.extensions.code", "STORE_ERROR")
		if strings.Contains(fmt.Sprint(a.body), "relation") || !strings.Contains(l.logs.last(), "relation") {
			t.Error("the cause belongs to the log and not to the body")
		}
		l.says(l.execute("mixed"), "errors", "<nil>")
	})
}

package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func dsn(addr string) string { return "postgres://app:hunter22@" + addr + "/postgres" }

func goodPayments(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if r.URL.Path == "/charges" {
		w.WriteHeader(201)
		fmt.Fprint(w, `{"id":"ch_1","status":"succeeded"}`)
		return
	}
	fmt.Fprint(w, `{"currency":"EUR","rates":{"USD":1.08},"internal":"node-7"}`)
}

func TestWithDatabase(t *testing.T) {
	pg := startPostgres(t)
	way := newTap(t, "127.0.0.1:"+pg.port)
	var charges atomic.Int32
	upstream := serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
		charges.Add(1)
		goodPayments(w, r)
	})
	l := newLab(t, dsn(way.addr()), upstream)

	t.Run("happy path", func(t *testing.T) {
		l := l.in(t)
		for _, path := range []string{"/orders", "/orders/1001", "/report", "/rates", "/version", "/livez", "/readyz"} {
			l.worked(l.get(path), 200)
		}
		l.worked(l.create("happy"), 201)
		before := charges.Load()
		again := l.create("happy")
		l.worked(again, 201)
		if charges.Load() != before || again.body["status"] != "paid" {
			t.Errorf("replay charged again or is not paid: %v", again.body)
		}
		l.failed(l.send("POST", "/orders", `{"sku":"A-1","quantity":3}`, "Idempotency-Key: happy"), 422, "key_reused")
		l.worked(l.send("POST", "/orders/1002/cancel", ""), 200)
		l.failed(l.get("/orders/999999"), 404, "not_found")
		l.failed(l.get("/orders/x"), 404, "not_found")
	})

	routes := map[string]func(l *lab) answer{
		"list": func(l *lab) answer { return l.get("/orders") }, "get": func(l *lab) answer { return l.get("/orders/1001") },
		"report": func(l *lab) answer { return l.get("/report") }, "create": func(l *lab) answer { return l.create("silent") },
	}
	for name, ask := range routes {
		t.Run("silent database/"+name, func(t *testing.T) {
			l := l.in(t)
			l.worked(l.get("/orders"), 200)
			way.set("silent")
			l.failed(ask(l), 503, "store_timeout")
			l.worked(l.get("/livez"), 200)
			l.worked(l.get("/rates"), 200)
			a := l.get("/readyz")
			l.failed(a, 503, "not_ready")
			for range 6 { // also with a pool full of connections that hang
				l.worked(l.get("/version"), 200)
				if a := ask(l); a.status != 503 || a.took > time.Second {
					t.Errorf("answered %d after %v", a.status, a.took)
				}
			}
			way.set("")
			way.cut()
			eventually(t, time.Second, func() bool { return l.get("/orders").status == 200 })
		})
	}

	t.Run("cut pool heals by itself", func(t *testing.T) {
		l := l.in(t)
		for range 20 {
			way.cut()
			l.worked(l.get("/orders/1001"), 200)
			way.cut()
			l.worked(l.create("cut"), 201)
		}
	})

	t.Run("accepts and closes", func(t *testing.T) {
		l := l.in(t)
		way.set("closed")
		way.cut()
		l.failed(l.get("/orders/1001"), 503, "store_unavailable")
		l.failed(l.create("closed"), 503, "store_unavailable")
		way.set("")
		l.worked(l.get("/orders/1001"), 200)
	})

	t.Run("lost commit", func(t *testing.T) {
		l := l.in(t)
		way.set("lose")
		a := l.create("lost")
		l.failed(a, 503, "outcome_unknown")
		way.set("")
		l.worked(l.create("lost"), 201)
		if n := strings.TrimSpace(pg.query("select count(*) from orders where idem_key = 'lost'")); n != "1" {
			t.Errorf("%s orders instead of 1", n)
		}
	})

	t.Run("lock and slow statements", func(t *testing.T) {
		l := l.in(t)
		pg.query("insert into orders (id, sku, quantity, status) values (5000, 'L-1', 1, 'pending')")
		locked := make(chan struct{})
		go func() {
			defer close(locked)
			pg.command("psql", "-q", "-h", "127.0.0.1", "-p", pg.port, "-U", "app", "-d", "postgres",
				"-c", "begin; lock table orders in access exclusive mode; select pg_sleep(2); commit").Run()
		}()
		eventually(t, 2*time.Second, func() bool {
			return strings.TrimSpace(pg.query("select count(*) from pg_locks where mode = 'AccessExclusiveLock' and relation = 'orders'::regclass")) == "1"
		})
		l.failed(l.get("/orders/5000"), 503, "store_timeout")
		l.failed(l.send("POST", "/orders/5000/cancel", ""), 503, "outcome_unknown")
		<-locked
		l.worked(l.get("/orders/5000"), 200)
		eventually(t, 2*time.Second, func() bool { // the cancel requests arrived
			return strings.TrimSpace(pg.query("select count(*) from pg_stat_activity where state = 'active' and query like '%orders%' and pid <> pg_backend_pid()")) == "0"
		})
	})

	t.Run("missing table", func(t *testing.T) {
		l := l.in(t)
		pg.query("alter table orders rename to hidden")
		a := l.get("/orders/1001")
		pg.query("alter table hidden rename to orders")
		l.failed(a, 500, "store_error")
		if strings.Contains(fmt.Sprint(a.body), "relation") || !strings.Contains(l.logs.String(), "relation") {
			t.Error("the cause belongs to the log and not to the body")
		}
		l.worked(l.get("/orders/1001"), 200)
	})

	t.Run("null where none is expected", func(t *testing.T) {
		l := l.in(t)
		pg.query("alter table orders alter sku drop not null; insert into orders (id, quantity, status) values (6000, 1, 'paid')")
		l.failed(l.get("/orders/6000"), 500, "store_data_invalid")
		l.failed(l.get("/orders"), 500, "store_data_invalid")
		pg.query("delete from orders where id = 6000")
		l.worked(l.get("/orders"), 200)
	})

	t.Run("stopped and started again", func(t *testing.T) {
		l := l.in(t)
		pg.stop()
		for range 3 {
			l.failed(l.get("/orders/1001"), 503, "store_unavailable")
			l.failed(l.get("/readyz"), 503, "not_ready")
			l.worked(l.get("/livez"), 200)
			l.worked(l.get("/rates"), 200)
		}
		pg.start()
		l.worked(l.get("/orders/1001"), 200)
		l.worked(l.create("restarted"), 201)
	})
}

// in is the same lab for a subtest.
func (l *lab) in(t *testing.T) *lab {
	c := *l
	c.t = t
	return &c
}

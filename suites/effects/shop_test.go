package effects

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/postgres"
	"github.com/failwell/failwell/fakes/servers"
	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/standard"
	"github.com/failwell/failwell/harness/system"
)

// shop takes orders. One that it cannot store in time is answered 504, goes on, and is stored once a little later: by its key,
// or with the bug without one.
type shop struct {
	bug      bool
	database string
	orders   chan string // work that goes on
}

const (
	once  = `insert into orders (key) select $1 where not exists (select from orders where key = $1)`
	twice = `insert into orders (key) values ($1)`
)

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	key := r.Header.Get("Idempotency-Key")
	first, cancel := context.WithTimeout(r.Context(), 300*time.Millisecond)
	defer cancel()
	switch err := s.store(first, key); {
	case err == nil:
		w.WriteHeader(http.StatusCreated)
	default:
		s.orders <- key
		http.Error(w, "not known yet", http.StatusGatewayTimeout)
	}
}

func (s *shop) store(ctx context.Context, key string) error {
	db, err := pgx.Connect(ctx, s.database)
	if err != nil {
		return err
	}
	sql := once
	if s.bug {
		sql = twice
	}
	_, err = db.Exec(ctx, sql, key)
	return errors.Join(err, db.Close(ctx))
}

// work stores what is left, one after the other, each until it is stored.
func (s *shop) work(ctx context.Context) {
	for {
		select {
		case key := <-s.orders:
			for ctx.Err() == nil {
				time.Sleep(400 * time.Millisecond)
				try, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
				err := s.store(try, key)
				cancel()
				if err == nil {
					break
				}
			}
		case <-ctx.Done():
			return
		}
	}
}

// lab has the shop before a real PostgreSQL, with a query that counts its orders.
func lab(t *testing.T, bug bool, effect scenario.Effect) *harness.Lab {
	t.Helper()
	installed(t)
	server := servers.Postgres{Dir: t.TempDir(), User: "app", Password: "app", Database: "app"}
	effect.On = "db"
	l, err := harness.Start(t.Context(), harness.Config{
		Catalog: standard.Catalog(),
		Fakes:   harness.Fakes{"db": fakes.Dependency{Fake: postgres.Fake{}, Server: server, URL: postgres.Before("postgres://app@localhost/app").URL}},
		System: system.Func(func(ctx context.Context, set system.Setup) (http.Handler, error) {
			s := &shop{bug: bug, database: set.URL("db"), orders: make(chan string, 100)}
			go s.work(ctx)
			return s, nil
		}),
		Prepare: []harness.Prepare{{On: "db", Script: "create table orders (id bigserial primary key, key text)"}},
		Requests: []scenario.Request{{Name: "order", Method: "POST", Target: "/orders", Header: map[string]string{"Idempotency-Key": "$case.key"}, Keyed: true,
			Expect: check.Expect{Status: []int{201}}, Effect: &effect}},
		IdleFor: 50 * time.Millisecond, Limit: 3 * time.Second, HealWithin: 5 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := l.Calm(t.Context()); err != nil {
		t.Fatal(err)
	}
	return l
}

const (
	byKey = "select count(*) from orders where key = '${case.key}'"
	all   = "select count(*) from orders"
)

// break breaks the database in one way for an order, and gives what came of it.
func broken(t *testing.T, l *harness.Lab, name string, f fault.Fault) report.Result {
	t.Helper()
	in, err := f.Injection()
	if err != nil {
		t.Fatal(err)
	}
	r, err := l.Run(t.Context(), scenario.Case{ID: t.Name() + "/" + name, Cause: "store/timeout", Faults: in, Request: "order", Copies: 1, Specific: true})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// faults are ways in which an order is answered 504 and its work goes on.
func faults() map[string]fault.Fault {
	insert := fault.Scope{On: "db", Op: "exec"}
	return map[string]fault.Fault{
		"refused": fault.Refuse{On: "db"},
		"hang":    fault.Hangs{Scope: fault.Scope{On: "db"}},
		"reply":   fault.Hangs{Scope: insert, At: fault.Reply},
		"lost":    fault.Loses{Scope: insert},
		"paused":  fault.Acts{On: "db", Do: "pause"},
		"killed":  fault.Acts{On: "db", Do: "kill"},
	}
}

// An order that is stored once after it was answered 504 is no double effect, and is said to be late where that can be told.
// What is left of one fault must not be counted for the next, which only a key keeps apart: so each has a lab of its own.
func TestLateIsNotDouble(t *testing.T) {
	for name, x := range map[string]scenario.Effect{"by key": {SQL: byKey, Patience: 2 * time.Second}, "without": {SQL: all}, "without, patient": {SQL: all, Patience: 2 * time.Second}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := lab(t, false, x)
			late := 0
			for kind, f := range faults() {
				if name == "without" {
					l = lab(t, false, x)
				}
				r := broken(t, l, kind, f)
				v := verdict(r)
				if v.Outcome != check.Pass {
					t.Errorf("%s: %s, %s %s; %+v", kind, v.Outcome, v.Reason, v.Evidence, r.Subject.Effects)
				}
				if said(v, "it took effect once, ", " s after the answer 504") {
					late++
				}
			}
			if late == 0 && x.Patience > 0 {
				t.Error("no effect was late")
			}
		})
	}
}

// One that is stored twice is still caught, however late the second comes; where other requests may have been counted too, it
// is to be repeated.
func TestDoubleIsCaught(t *testing.T) {
	for name, sql := range map[string]string{"by key": byKey, "without": all} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := lab(t, true, scenario.Effect{SQL: sql, Patience: 2 * time.Second})
			for _, kind := range []string{"reply", "lost"} {
				v := verdict(broken(t, l, kind, faults()[kind]))
				if v.Outcome != check.Fail || !said(v, "it took effect ", " times") || v.Timing != (sql == all) {
					t.Errorf("%s: %s, %s", kind, v.Outcome, v.Reason)
				}
			}
		})
	}
}

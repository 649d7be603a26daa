// Package isolate runs cases that write, and asks whether the next one sees what they wrote.
package isolate

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"testing"
	"time"

	_ "github.com/lib/pq"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/postgres"
	"github.com/failwell/failwell/fakes/servers"
	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/standard"
	"github.com/failwell/failwell/harness/system"
)

// lab has a system that makes a row whenever it is asked, tells how many there are, makes its own table when it starts, and
// keeps connections open.
func lab(t *testing.T, isolate ...harness.Isolate) *harness.Lab {
	t.Helper()
	server := servers.Postgres{Dir: t.TempDir(), User: "app", Password: "app", Database: "app"}
	if err := server.Installed(); err != nil {
		t.Skip(err)
	}
	url := postgres.Before("postgres://app@localhost/app").URL
	request := func(method, target string, status int) scenario.Request {
		return scenario.Request{Name: method, Method: method, Target: target, Expect: check.Expect{Status: []int{status}}}
	}
	seeded := request("PUT", "/", 201)
	l, err := harness.Start(t.Context(), harness.Config{
		Catalog:  standard.Catalog(),
		Fakes:    harness.Fakes{"db": fakes.Dependency{Fake: postgres.Fake{}, Server: server, URL: url}},
		System:   system.Func(rows),
		Isolate:  isolate,
		Prepare:  []harness.Prepare{{On: "db", Script: "create table prepared (n int); insert into prepared values (1)", As: "superuser"}, {On: "db", Script: "create table mine (n int)"}},
		Before:   []scenario.Step{{Name: "seed", Request: &seeded}},
		Requests: []scenario.Request{request("GET", "/", 200), request("POST", "/", 201)},
		IdleFor:  50 * time.Millisecond, Limit: 2 * time.Second,
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

func rows(ctx context.Context, s system.Setup) (http.Handler, error) {
	pool, err := sql.Open("postgres", s.URL("db")+"&connect_timeout=2")
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { _ = pool.Close() })
	if _, err := pool.ExecContext(ctx, "create table if not exists rows (n int)"); err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), time.Second)
		defer cancel()
		var n int
		var err error
		if r.Method == http.MethodGet {
			err = pool.QueryRowContext(ctx, "select count(*) from rows").Scan(&n)
		} else if _, err = pool.ExecContext(ctx, "insert into rows values (1)"); err == nil {
			w.WriteHeader(http.StatusCreated)
		}
		if err != nil {
			http.Error(w, "try again", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, n)
	}), nil
}

// count runs a case with a request, and gives how many rows there were in its calm, for a case that reads.
func count(t *testing.T, l *harness.Lab, request string, f fault.Fault) string {
	t.Helper()
	in, err := f.Injection()
	if err != nil {
		t.Fatal(err)
	}
	r, err := l.Run(t.Context(), scenario.Case{ID: t.Name() + request, Cause: "store/unavailable", Faults: in, Request: request, Copies: 1, Specific: true})
	if err != nil {
		t.Fatal(err)
	}
	calm := r.Subject.Judged(exchange.Calm)
	if r.Subject.Unstruck != "" || len(calm) == 0 || calm[0].Status() >= 300 {
		t.Fatalf("%s %s: calm %+v", r.Outcome, r.Subject.Unstruck, calm)
	}
	if healed := r.Subject.Judged(exchange.Healed); len(healed) == 0 || healed[len(healed)-1].Status() >= 300 {
		t.Fatalf("%s: it did not heal: %+v", r.Outcome, healed)
	}
	return calm[0].Response.Body
}

// What a case wrote is there in the next one, unless the lab says that the data are brought back.
func TestRowsOfAnotherCase(t *testing.T) {
	for name, c := range map[string]struct {
		isolate []harness.Isolate
		rows    string
	}{
		"values": {nil, "6"}, // two of `before`, two of Calm, two of the case
		"clone":  {[]harness.Isolate{{On: "db"}}, "1"},
		"script": {[]harness.Isolate{{On: "db", Script: "truncate rows"}}, "1"},
	} {
		t.Run(name, func(t *testing.T) {
			l := lab(t, c.isolate...)
			launches := l.Launches()
			count(t, l, "POST", fault.Refuse{On: "db"})
			if got := count(t, l, "GET", fault.Refuse{On: "db"}); got != c.rows {
				t.Errorf("the next case sees %s rows, want %s", got, c.rows)
			}
			if l.Launches() != launches {
				t.Errorf("the system was started %d times more", l.Launches()-launches)
			}
		})
	}
}

// The tables that the system makes when it starts belong to the data that are brought back, and so does what was prepared.
func TestASystemThatMigratesAtItsStart(t *testing.T) {
	l := lab(t, harness.Isolate{On: "db"})
	if l.Launches() != 2 {
		t.Errorf("%d launches; want one that makes the table, and one on the data that are kept", l.Launches())
	}
	for range 3 {
		count(t, l, "POST", fault.Refuse{On: "db"})
	}
	if got := count(t, l, "GET", fault.Refuse{On: "db"}); got != "1" {
		t.Errorf("%s rows", got)
	}
}

// A case that wrote nothing costs nothing: what the calm of one case showed serves the next.
func TestNothingWrittenNothingBroughtBack(t *testing.T) {
	l := lab(t, harness.Isolate{On: "db"})
	count(t, l, "GET", fault.Refuse{On: "db"})
	in, err := fault.Refuse{On: "db"}.Injection()
	if err != nil {
		t.Fatal(err)
	}
	r, err := l.Run(t.Context(), scenario.Case{ID: t.Name(), Cause: "store/unavailable", Faults: in, Request: "GET", Copies: 1, Specific: true})
	if err != nil {
		t.Fatal(err)
	}
	if calm := r.Subject.Judged(exchange.Calm); len(calm) == 0 || !calm[0].Reused {
		t.Errorf("calm was asked again: %+v", calm)
	}
}

package postgres

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/servers"
	"github.com/failwell/failwell/harness/fault"
)

// lab is a gate before a server.
type lab struct {
	*testing.T
	rig     *fakes.LocalRig
	backend fakes.Backend
	seen    int64
}

var orders = []Statement{
	{SQL: "select id, sku, quantity from orders where id = $1", Columns: []Column{{"id", "int8"}, {"sku", "text"}, {"quantity", "int4"}},
		Rows: [][]Cell{Row("$1", "A-1", 2)}},
	{SQL: "select id, sku from orders order by id", Columns: []Column{{"id", "int8"}, {"sku", "text"}}, Rows: [][]Cell{Row(1, "A-1"), Row(2, "B-2"), Row(3, "C-3")}},
	{SQL: "insert into orders (id, sku, quantity) values ($1, $2, $3)"},
	{SQL: "update orders set quantity = 7 where id = $1"},
	{SQL: "select count(*) from orders", Columns: []Column{{"count", "int8"}}, Rows: [][]Cell{Row(3)}},
}

const schema = `create table orders (id int8 primary key, sku text not null, quantity int4 not null default 1);
insert into orders values (1, 'A-1', 2), (2, 'B-2', 2), (3, 'C-3', 2)`

// both runs a test before a stub, and before a real server if there is one.
func both(t *testing.T, test func(l *lab)) {
	t.Run("stub", func(t *testing.T) {
		test(newLab(t, Stub{Statements: orders, User: "ann", Password: "secret", Database: "shop"}))
	})
	t.Run("real", func(t *testing.T) { test(realLab(t)) })
}

func realLab(t *testing.T) *lab {
	l := newLab(t, servers.Postgres{User: "ann", Password: "secret", Database: "shop"})
	if err := l.scripted().Exec(t.Context(), schema, ""); err != nil {
		t.Fatal(err)
	}
	return l
}

func newLab(t *testing.T, s fakes.Server) *lab {
	t.Helper()
	b, err := s.Start(t.Context())
	var missing *fakes.Unavailable
	if errors.As(err, &missing) {
		t.Skip(missing)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Stop(context.Background()) })
	rig := fakes.NewRig()
	t.Cleanup(func() {
		if err := rig.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := errors.Join(rig.Add(t.Context(), "db", Fake{}, "127.0.0.1:0"), rig.Bind("db", b.Addr())); err != nil {
		t.Fatal(err)
	}
	return &lab{T: t, rig: rig, backend: b}
}

func (l *lab) scripted() fakes.Scripted { return l.backend.(fakes.Scripted) }

func (l *lab) url(settings string) string {
	u, err := url.Parse(address(l.rig.Addr("db"), l.backend.Names()))
	if err != nil {
		l.Fatal(err)
	}
	u.RawQuery += settings
	return u.String()
}

// connect opens a connection; settings such as &default_query_exec_mode=exec.
func (l *lab) connect(settings string) *pgx.Conn {
	l.Helper()
	c, err := pgx.Connect(l.Context(), l.url(settings))
	if err != nil {
		l.Fatal(err)
	}
	l.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = c.Close(ctx)
	})
	return c
}

// arm arms one effect for an op, with a named reply filled in.
func (l *lab) arm(op string, e fault.Effect, more ...func(*fault.Rule)) {
	l.Helper()
	r := fault.Rule{Scope: fault.Scope{On: "db", Op: op}, Effect: e}
	for _, m := range more {
		m(&r)
	}
	n := 0
	r, _ = Fake{}.Describe().Resolve(r, func(string) string { n++; return "canary" + string(rune('a'+n)) })
	if err := l.rig.Arm(l.Context(), fault.Injection{Rules: []fault.Rule{r}}, "seed"); err != nil {
		l.Fatal(err)
	}
	hits := l.hits(0)
	l.seen = int64(len(hits))
}

func (l *lab) heal() {
	l.Helper()
	if err := l.rig.Arm(l.Context(), fault.Injection{}, ""); err != nil {
		l.Fatal(err)
	}
}

func (l *lab) hits(since int64) []fault.Hit {
	l.Helper()
	hits, err := l.rig.Hits(l.Context(), since)
	if err != nil {
		l.Fatal(err)
	}
	return hits
}

// quiet waits until no call is open.
func (l *lab) quiet() {
	l.Helper()
	ctx, cancel := context.WithTimeout(l.Context(), 5*time.Second)
	defer cancel()
	if err := l.rig.Quiet(ctx); err != nil {
		l.Fatalf("%v: %+v", err, l.hits(0))
	}
}

// struck waits until the calls have ended, and returns the first that a rule decided since it was armed.
func (l *lab) struck() fault.Hit {
	l.Helper()
	l.quiet()
	hits := l.hits(0)
	i := slices.IndexFunc(hits, func(h fault.Hit) bool { return h.Rule > 0 && h.Seq > l.seen })
	if i < 0 {
		l.Fatalf("nothing was struck: %+v", hits)
	}
	return hits[i]
}

// last returns the last call of an op.
func (l *lab) last(op string) fault.Hit {
	l.Helper()
	l.quiet()
	for _, h := range slices.Backward(l.hits(0)) {
		if h.Call.Op == op {
			return h
		}
	}
	l.Fatalf("no call %s", op)
	return fault.Hit{}
}

func (l *lab) must(err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
}

// code is the SQLSTATE of an error, or its text.
func code(err error) string {
	var e *pgconn.PgError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Code
	}
	return err.Error()
}

func (l *lab) wantCode(err error, want string) {
	l.Helper()
	if got := code(err); got != want {
		l.Fatalf("got error %q, want %s", got, want)
	}
}

func (l *lab) wantState(c *pgx.Conn, want byte) {
	l.Helper()
	if got := c.PgConn().TxStatus(); got != want {
		l.Fatalf("transaction state %c, want %c", got, want)
	}
}

func opsOf(hits []fault.Hit) string {
	var names []string
	for _, h := range hits {
		names = append(names, h.Call.Op)
	}
	return strings.Join(names, " ")
}

package postgres

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/decode"
)

// stubLab is a gate before a stub that a lab file describes.
func stubLab(t *testing.T, yaml string) *lab {
	t.Helper()
	n, err := decode.Parse("db.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	d, err := Make(fakes.Options{Name: "db", Stubs: n, Mint: func(where string, _ bool) string { return "canary" + where }})
	if err != nil {
		t.Fatal(err)
	}
	return newLab(t, d.Server)
}

func TestStubTypes(t *testing.T) {
	l := stubLab(t, `statements:
  - sql: select * from everything
    columns: [{a: int2}, {b: int4}, {c: bigint}, {d: float8}, {e: bool}, {f: text}, {g: varchar}, {h: uuid}, {i: timestamptz}, {j: date}, {k: numeric}, {l: jsonb}, {m: bytea}, {n: "text[]"}, {o: int4}]
    rows: [[1, 2, 3, 4.5, true, six, 007, 5c2c9d6e-3f5b-4c43-9a35-0d0a8f0d9c11, 2026-11-21T09:00:00Z, 2026-11-21, 12.50, {x: [1, null]}, '\xdeadbeef', '{a,b}', null]]
`)
	for _, mode := range modes {
		c := l.connect("&default_query_exec_mode=" + mode)
		var a int16
		var b int32
		var cc int64
		var d float64
		var e bool
		var f, g, js string
		var h pgtype.UUID
		var i, j time.Time
		var k pgtype.Numeric
		var m []byte
		var n []string
		var o *int32
		err := c.QueryRow(l.Context(), "SELECT *  from Everything;").Scan(&a, &b, &cc, &d, &e, &f, &g, &h, &i, &j, &k, &js, &m, &n, &o)
		if err != nil {
			t.Fatalf("%s: %v", mode, err)
		}
		number, _ := k.Float64Value()
		if a != 1 || b != 2 || cc != 3 || d != 4.5 || !e || f != "six" || g != "007" || !h.Valid || i.Hour() != 9 && i.UTC().Hour() != 9 ||
			j.Day() != 21 || number.Float64 != 12.5 || len(m) != 4 || len(n) != 2 || o != nil || js != `{"x":[1,null]}` {
			t.Errorf("%s: %v %v %v %v %v %q %q %v %v %v %v %q %x %v %v", mode, a, b, cc, d, e, f, g, h, i, j, number, js, m, n, o)
		}
	}
}

func TestStubGuessesParameters(t *testing.T) {
	l := stubLab(t, `statements:
  - sql: insert into orders (sku, quantity, note) values ($1, $2, $3) returning id, sku, quantity
    columns: [{id: int8}, {sku: text}, {quantity: int4}]
    rows: [[4, $1, $2]]
  - sql: select id from orders where id = any($1) and created > $2::timestamptz limit $3
    columns: [{id: int8}]
    rows: []
  - sql: select id from orders where hidden = $1
    columns: [{id: int8}]
    rows: [[1]]
`)
	for _, mode := range modes {
		c := l.connect("&default_query_exec_mode=" + mode)
		var id, quantity int64
		var sku string
		err := c.QueryRow(l.Context(), "insert into orders (sku, quantity, note) values ($1, $2, $3) returning id, sku, quantity", "it's", 7, nil).Scan(&id, &sku, &quantity)
		if err != nil || sku != "it's" || quantity != 7 {
			t.Errorf("%s: %q %d %v", mode, sku, quantity, err)
		}
		for _, unknown := range []any{int64(5), "five", true, 5.5, time.Now(), nil} {
			if err := c.QueryRow(l.Context(), "select id from orders where hidden = $1", unknown).Scan(&id); err != nil {
				t.Errorf("%s: %T: %v", mode, unknown, err)
			}
		}
		if mode == "simple_protocol" {
			continue // writes arrays and times in forms of its own
		}
		if _, err = c.Exec(l.Context(), "select id from orders where id = any($1) and created > $2::timestamptz limit $3", []int64{1}, time.Now(), 10); err != nil {
			t.Errorf("%s: %v", mode, err)
		}
	}
	db, err := sql.Open("postgres", l.url(""))
	l.must(err)
	defer db.Close()
	for _, unknown := range []any{int64(5), "five", true, 5.5, time.Now(), nil} {
		var id int
		if err := db.QueryRow("select id from orders where hidden = $1", unknown).Scan(&id); err != nil {
			t.Errorf("lib/pq: %T: %v", unknown, err)
		}
	}
}

func TestStubKnowsWhatItExecuted(t *testing.T) {
	l := newLab(t, Stub{Statements: orders})
	c := l.connect("")
	for i := range 3 {
		_, err := c.Exec(l.Context(), "insert into orders (id, sku, quantity) values ($1, $2, $3)", i, "X", 1)
		l.must(err)
	}
	_, err := c.Exec(l.Context(), "delete from orders")
	l.wantCode(err, "0A000")
	if h := l.last(opDelete); h.Answer != "0A000 no stub for: delete from orders" {
		t.Errorf("%+v", h)
	}
	for query, want := range map[string]string{
		"executed insert into orders*": "3", "executed *": "3", "executed delete*": "0", "select count(*) from orders": "3",
	} {
		if got, err := l.scripted().Query(l.Context(), query); err != nil || got != want {
			t.Errorf("%s gives %q, %v; want %s", query, got, err, want)
		}
	}
	l.must(l.backend.Reset(l.Context()))
	if got, _ := l.scripted().Query(l.Context(), "executed *"); got != "0" {
		t.Errorf("after Reset: %s", got)
	}
}

func TestSuspendedPortal(t *testing.T) {
	both(t, func(l *lab) {
		c := l.connect("")
		f := c.PgConn().Frontend()
		f.Send(&pgproto3.Parse{Query: "select id, sku from orders order by id"})
		f.Send(&pgproto3.Bind{})
		f.Send(&pgproto3.Execute{MaxRows: 2})
		f.Send(&pgproto3.Execute{MaxRows: 2})
		f.Send(&pgproto3.Sync{})
		l.must(f.Flush())
		var kinds string
		for !strings.HasSuffix(kinds, "*pgproto3.ReadyForQuery ") {
			m, err := f.Receive()
			l.must(err)
			kinds += fmt.Sprintf("%T ", m)
		}
		want := "ParseComplete BindComplete DataRow DataRow PortalSuspended DataRow CommandComplete ReadyForQuery "
		if got := strings.ReplaceAll(kinds, "*pgproto3.", ""); got != want {
			l.Errorf("got %s", got)
		}
		l.quiet()
		if hits := l.hits(2); len(hits) != 2 || hits[0].Answer != "suspended" || hits[1].Answer != "SELECT 1" && hits[1].Answer != "SELECT 3" {
			l.Errorf("%+v", hits)
		}
	})
}

func TestStubSession(t *testing.T) {
	both(t, func(l *lab) {
		c := l.connect("")
		exec := func(sql, wantTag, wantCode string, state byte) {
			l.Helper()
			tag, err := c.Exec(l.Context(), sql)
			if code(err) != wantCode || err == nil && tag.String() != wantTag {
				l.Fatalf("%s: %q, %v; want %q %s", sql, tag, err, wantTag, wantCode)
			}
			l.wantState(c, state)
		}
		exec("-- ping", "", "", 'I')
		exec("set statement_timeout = 5000", "SET", "", 'I')
		exec("savepoint a", "", "25P01", 'I')
		exec("begin", "BEGIN", "", 'T')
		exec("savepoint a", "SAVEPOINT", "", 'T')
		exec("fwnothing", "", "42601", 'E')
		exec("select 1", "", "25P02", 'E')
		exec("rollback to savepoint b", "", "3B001", 'E')
		exec("rollback to a", "ROLLBACK", "", 'T')
		exec("release savepoint a", "RELEASE", "", 'T')
		exec("fwnothing", "", "42601", 'E')
		exec("commit", "ROLLBACK", "", 'I')
		exec("start transaction", "START TRANSACTION", "", 'T')
		exec("rollback", "ROLLBACK", "", 'I')
		exec("select 1; fwnothing", "", "42601", 'I')
		exec("begin; select count(*) from orders; commit", "COMMIT", "", 'I')
		exec("discard all", "DISCARD ALL", "", 'I')
		l.quiet()
		for _, h := range l.hits(0) {
			if strings.HasPrefix(h.Call.Text, "rollback to") && (h.Call.Op != opSession || !h.Call.InTx) {
				l.Errorf("%+v", h)
			}
		}
	})
}

func TestStubLetsNobodyElseIn(t *testing.T) {
	l := newLab(t, Stub{User: "ann", Password: "secret", Database: "shop"})
	for from, want := range map[string]string{"ann:secret": "ann:wrong 28P01", "//ann": "//bob 28P01", "/shop": "/other 3D000"} {
		to, wantCode, _ := strings.Cut(want, " ")
		_, err := pgx.Connect(l.Context(), strings.Replace(l.url(""), from, to, 1))
		l.wantCode(err, wantCode)
	}
}

func TestStubFileMistakes(t *testing.T) {
	n, err := decode.Parse("db.yaml", []byte(`statements:
  - sql: select a from t where a = $1
    args: ["1", "2"]
    columns: [{a: int8}, {b: txt}]
    rows: [[1, 2, 3], [x, y], [$4, z]]
  - sql: update t set a = $1
    params: [int8, int8]
`))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Make(fakes.Options{Stubs: n})
	for _, want := range []string{
		`db.yaml:2:5: unknown type "txt"; did you mean "text"?`, "2 args for a statement that has 1", "row 1 has 3 values for 2 columns",
		`row 2: "x" is no int8 for column a`, "row 3 wants $4", "db.yaml:6:5: 2 params for a statement that has 1",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q in:\n%v", want, err)
		}
	}
}

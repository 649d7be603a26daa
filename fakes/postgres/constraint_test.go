package postgres

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failwell/failwell/harness/fault"
)

const constrained = `create schema shop;
create table shop."Order" (id serial primary key, sku text not null, "idemKey" text not null, quantity int constraint positive check (quantity > 0));
create unique index by_key on shop."Order" (lower("idemKey"));
create table parts (number int, maker text, name text, primary key (maker, number));
create table bolts (id int primary key, number int, maker text, constraint made foreign key (maker, number) references parts (maker, number));
create table ranges (id serial, during int4range, constraint apart exclude using gist (during with &&));
create table plain (a int, b text);
insert into shop."Order" (sku, "idemKey") values ('A', 'one'); insert into parts values (1, 'm', 'x'); insert into bolts values (1, 1, 'm');
insert into ranges (during) values ('[1,5)')`

// An error about the data names a constraint that exists, and its table and columns, as the server does when the statement breaks it. Only the
// values are made up.
func TestConstraintIsTheServersOwn(t *testing.T) {
	l := realLab(t)
	l.must(l.scripted().Exec(t.Context(), constrained, ""))
	for _, x := range []struct{ reply, broken, sound string }{
		{"unique", `insert into shop."Order" (id, sku, "idemKey") values (7, 'B', 'ONE')`, ""},
		{"unique", "insert into parts values (1, 'm', 'y')", "insert into parts values (2, 'm', 'y')"},
		{"unique", "with p as (select 1) insert into Public.Parts as q (maker, number) select 'm', 1 on conflict do nothing returning number", ""},
		{"unique", "update parts set number = 1 where maker = 'm'", ""},
		{"foreign-key", "insert into bolts (id, maker, number) values (2, 'm', 9)", "insert into bolts (id, maker, number) values (2, 'm', 1)"},
		{"still-referenced", "delete from only parts where number = 1", "delete from parts where number = 77"},
		{"check", `insert into shop . "Order" (quantity, sku, "idemKey") values (0, 'B', 'three')`, ""},
		{"not-null", `insert into shop."Order" (sku, id) values (null, 8)`, ""},
		{"exclusion", "insert into ranges (during) values ('[2,3)')", "insert into ranges (during) values ('[20,30)')"},
	} {
		genuine := constraintError(l, x.broken, false)
		l.must(l.scripted().Exec(t.Context(), "delete from parts where name = 'y'", ""))
		sound := x.sound
		if sound == "" {
			sound = x.broken
		}
		for _, extended := range []bool{false, true} {
			l.arm("", effectReply(x.reply))
			injected := constraintError(l, sound, extended)
			h := l.struck()
			l.heal()
			if h.Done != fault.Carried || injected == nil || h.Effect.Say.Fields["message"] != injected.Message {
				t.Fatalf("%s: %+v, %v", sound, h, injected)
			}
			if genuine == nil { // ON CONFLICT keeps the server from it
				genuine = &pgconn.PgError{SchemaName: "public", TableName: "parts", ConstraintName: "parts_pkey", Detail: "Key (maker, number)=(m, 1) already exists.",
					Message: `duplicate key value violates unique constraint "parts_pkey"`}
			}
			if g, i := names(genuine), names(injected); g != i {
				t.Errorf("%s, extended %v\n  the server says  %s\n  failwell says    %s", x.broken, extended, g, i)
			}
			if !strings.Contains(injected.Detail, "canary") {
				t.Errorf("%s: no canary in %s", x.reply, injected.Detail)
			}
		}
	}
}

var values = regexp.MustCompile(`=\([^)]*\)+|contains \(.*\)`)

// names are what an error names, without values.
func names(e *pgconn.PgError) string {
	return strings.Join([]string{e.Message, values.ReplaceAllString(e.Detail, ""), e.SchemaName, e.TableName, e.ColumnName, e.ConstraintName}, " | ")
}

// constraintError is what a statement fails by, on a connection that afterwards still does its work.
func constraintError(l *lab, sql string, extended bool) *pgconn.PgError {
	l.Helper()
	mode := "&default_query_exec_mode=simple_protocol"
	if extended {
		mode = "&default_query_exec_mode=exec"
	}
	c := l.connect(mode)
	tx, err := c.Begin(l.Context())
	l.must(err)
	_, err = tx.Exec(l.Context(), sql)
	e, _ := errors.AsType[*pgconn.PgError](err)
	if _, again := tx.Exec(l.Context(), "select 1"); e != nil && code(again) != "25P02" {
		l.Errorf("%s: the transaction goes on: %v", sql, again)
	}
	l.must(tx.Rollback(l.Context()))
	var n int
	l.must(c.QueryRow(l.Context(), "select 1").Scan(&n))
	return e
}

// Where the server knows no such constraint the name is one that a server makes up, with the canary in it.
func TestConstraintIsMadeUp(t *testing.T) {
	both(t, func(l *lab) {
		if l.backend.Stateful() {
			l.must(l.scripted().Exec(t.Context(), "create table plain (a int, b text)", ""))
		}
		for _, x := range []struct{ reply, sql, constraint, key, table string }{
			{"unique", "insert into plain (a, b) values (1, 'x')", "^plain_canary[a-z]_key$", "a", "plain"},
			{"unique", `insert into "Gone" (id, sku) values (1, 'x')`, "^Gone_canary[a-z]_key$", "sku", "Gone"},
			{"foreign-key", "update shop.gone set b = 'x' where a = 1", "^gone_canary[a-z]_fkey$", "b", "gone"},
			{"check", "insert into plain select 1, 'x'", "^plain_canary[a-z]_check$", "", "plain"},
			{"exclusion", "update plain as p set b = 'x'", "^plain_canary[a-z]_excl$", "", "plain"},
			{"unique", "call p()", "^canary[a-z]$", "canary[a-z]", "canary[a-z]"},
		} {
			for _, mode := range []string{"simple_protocol", "exec"} {
				l.arm("", effectReply(x.reply))
				c, err := pgx.Connect(l.Context(), l.url("&default_query_exec_mode="+mode))
				l.must(err)
				_, err = c.Exec(l.Context(), x.sql)
				e, ok := errors.AsType[*pgconn.PgError](err)
				if !ok || !regexp.MustCompile(x.constraint).MatchString(e.ConstraintName) || !regexp.MustCompile("^"+x.table+"$").MatchString(e.TableName) ||
					x.key != "" && !regexp.MustCompile(`^Key \(`+x.key+`\)=\(canary`).MatchString(e.Detail) {
					l.Errorf("%s in %s: %+v", x.reply, x.sql, err)
				}
				l.heal()
				l.must(c.Close(l.Context()))
			}
		}
	})
}

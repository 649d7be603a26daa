package postgres

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/faketest"
	"github.com/failwell/failwell/harness/fault"
)

var contractStatements = []Statement{
	{SQL: "select id, sku from orders order by id", Columns: []Column{{"id", "int8"}, {"sku", "text"}},
		Rows: [][]Cell{Row(1, "A-1"), Row(2, "B-2"), Row(3, "C-3")}},
	{SQL: "insert into orders (sku) values ($1), ($1), ($1) returning id, sku", Params: []string{"text"},
		Columns: []Column{{"id", "int8"}, {"sku", "text"}}, Rows: [][]Cell{Row(4, "$1"), Row(5, "$1"), Row(6, "$1")}},
	{SQL: "copy orders to stdout", Columns: []Column{{"id", "int8"}}, Rows: [][]Cell{Row(1), Row(2), Row(3)}},
}

// some is the fake with an op of each sort; the others share every line with insert.
type some struct{ Fake }

func (s some) Describe() fakes.Kind {
	k := s.Fake.Describe()
	k.Ops = slices.DeleteFunc(slices.Clone(k.Ops), func(o fakes.Op) bool {
		return slices.Contains(execOps(), o.Name) && o.Name != opInsert
	})
	k.Groups = nil
	return k
}

func TestContract(t *testing.T) {
	faketest.Run(t, func() faketest.Subject {
		return faketest.Subject{
			Fake: some{},
			Backend: func(ctx context.Context) (string, func(), error) {
				b, err := Stub{Statements: contractStatements, User: "ann", Password: "secret", Database: "shop"}.Start(ctx)
				if err != nil {
					return "", nil, err
				}
				return b.Addr(), func() { _ = b.Stop(context.Background()) }, nil
			},
			Ops: map[string]faketest.Do{
				opAuth: doing(func(context.Context, *pgx.Conn) (string, error) { return "in", nil }),
				opBegin: doing(func(ctx context.Context, c *pgx.Conn) (string, error) {
					tag, err := c.Exec(ctx, "begin")
					return tag.String(), err
				}),
				opCommit:   doing(inTransaction("commit")),
				opRollback: doing(inTransaction("rollback")),
				opQuery:    doing(rowsOf("select id, sku from orders order by id")),
				opInsert:   doing(rowsOf("insert into orders (sku) values ($1), ($1), ($1) returning id, sku", "Z-9")),
				opSession: doing(func(ctx context.Context, c *pgx.Conn) (string, error) {
					tag, err := c.Exec(ctx, "set statement_timeout = 0")
					return tag.String(), err
				}),
				opPrepare: doing(rowsOf("select id, sku from orders order by id")),
				opCopy: doing(func(ctx context.Context, c *pgx.Conn) (string, error) {
					var out lines
					tag, err := c.PgConn().CopyTo(ctx, &out, "copy orders to stdout")
					return tag.String() + string(out), err
				}),
			},
			Adapt: func(op string, e fault.Effect) fault.Effect {
				if e.Verb == fault.Answer {
					e.Say = fault.Saying{Status: "53200", Fields: map[string]string{"message": "out of memory"}}
				}
				if e.Verb == fault.Rewrite {
					e.Patches = []fault.Patch{{At: "sku", To: "changed"}, {At: "id", To: "77"}}
				}
				return e
			},
		}
	})
}

type lines []byte

func (l *lines) Write(p []byte) (int, error) { *l = append(*l, p...); return len(p), nil }

func doing(do func(context.Context, *pgx.Conn) (string, error)) faketest.Do {
	return func(ctx context.Context, addr string) (string, error) {
		c, err := pgx.Connect(ctx, "postgres://ann:secret@"+addr+"/shop?sslmode=disable&connect_timeout=10")
		if err != nil {
			return "", err
		}
		defer func() { _ = c.PgConn().Conn().Close() }()
		return do(ctx, c)
	}
}

func inTransaction(end string) func(context.Context, *pgx.Conn) (string, error) {
	return func(ctx context.Context, c *pgx.Conn) (string, error) {
		if _, err := c.Exec(ctx, "begin"); err != nil {
			return "", err
		}
		tag, err := c.Exec(ctx, end)
		return tag.String(), err
	}
}

func rowsOf(sql string, args ...any) func(context.Context, *pgx.Conn) (string, error) {
	return func(ctx context.Context, c *pgx.Conn) (string, error) {
		rows, err := c.Query(ctx, sql, args...)
		if err != nil {
			return "", err
		}
		all, err := pgx.CollectRows(rows, pgx.RowToMap)
		return fmt.Sprint(all), err
	}
}

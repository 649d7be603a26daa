package postgres

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

func TestSampleSystemsStatements(t *testing.T) {
	src, err := os.ReadFile("../../testdata/orders/stubs/db.yaml")
	if err != nil {
		t.Skip(err)
	}
	l := stubLab(t, string(src))
	n, err := decode.Parse("db.yaml", src)
	l.must(err)
	statements, err := readStubs(n)
	l.must(err)
	for _, mode := range modes {
		c := l.connect("&default_query_exec_mode=" + mode)
		for _, s := range statements {
			args := []any{int64(1001), 2, "key"}
			if strings.HasPrefix(s.SQL, "insert") {
				args[0] = "A-1"
			} else if strings.Contains(s.SQL, "idem_key =") {
				args[0] = "key"
			}
			args = args[:len(anyParam.FindAllString(s.SQL, -1))]
			rows, err := c.Query(l.Context(), s.SQL, args...)
			l.must(err)
			if _, err := pgx.CollectRows(rows, pgx.RowToMap); err != nil {
				t.Errorf("%s: %s %v: %v", mode, s.SQL, args, err)
			}
		}
		rows, err := c.Query(l.Context(), "select id, sku, quantity, status from orders where id = $1", int64(999999))
		l.must(err)
		if all, err := pgx.CollectRows(rows, pgx.RowToMap); err != nil || len(all) != 0 {
			t.Errorf("%s: args are not compared: %v %v", mode, all, err)
		}
	}
}

func TestMake(t *testing.T) {
	for _, wrong := range []fakes.Options{{Server: "docker"}, {Address: "postgres://h/d", Server: "stub"}, {Address: "postgres://h:x/d"},
		{Server: "installed", Stubs: decode.NewScalar(decode.Pos{}, "x")}} {
		if _, err := Make(wrong); err == nil {
			t.Errorf("%+v was accepted", wrong)
		}
	}
	d := Before("postgres://ann:p%40ss@db.test:5433/shop")
	b, err := d.Server.Start(context.Background())
	if err != nil || b.Addr() != "db.test:5433" {
		t.Fatal(b, err)
	}
	if got := d.URL("127.0.0.1:9", b.Names()); got != "postgres://ann:p%40ss@127.0.0.1:9/shop?sslmode=disable" {
		t.Error(got)
	}
}

func TestFaultsCanBeDone(t *testing.T) {
	kind := Fake{}.Describe()
	all, err := fault.Compile(Faults("db")...)
	if err != nil || len(all.Rules) < len(kind.Replies) {
		t.Fatal(len(all.Rules), err)
	}
	for _, r := range all.Rules {
		if err := kind.Check(r); err != nil {
			t.Error(err)
		}
	}
	for name, r := range kind.Replies {
		if len(r.Status) != 5 || r.Fields["message"]+r.Fields["notice"] == "" || r.Source == "" {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

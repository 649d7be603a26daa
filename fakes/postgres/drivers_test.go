package postgres

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	_ "github.com/lib/pq"
)

var modes = []string{"simple_protocol", "exec", "cache_statement", "cache_describe", "describe_exec"}

func TestPgxModes(t *testing.T) {
	both(t, func(l *lab) {
		for _, mode := range modes {
			c := l.connect("&default_query_exec_mode=" + mode)
			for range 2 {
				var id int64
				var sku string
				var quantity int32
				err := c.QueryRow(l.Context(), "select id, sku, quantity from orders where id = $1", int64(1)).Scan(&id, &sku, &quantity)
				if err != nil || id != 1 || sku != "A-1" || quantity != 2 {
					l.Fatalf("%s: %d %s %d %v", mode, id, sku, quantity, err)
				}
			}
			tag, err := c.Exec(l.Context(), "update orders set quantity = 7 where id = $1", 2)
			if err != nil || tag.String() != "UPDATE 1" {
				l.Fatalf("%s: %v %v", mode, tag, err)
			}
			l.must(c.Ping(l.Context()))
			l.batch(c)
			l.savepoints(c)
			l.wantState(c, 'I')
		}
		l.quiet()
		for _, h := range l.hits(0) {
			if h.Answer == "" && h.Call.Op != "connect" || h.Done != "" {
				l.Errorf("%s %q: answer %q, done %q", h.Call.Op, h.Call.Text, h.Answer, h.Done)
			}
		}
	})
}

func (l *lab) batch(c *pgx.Conn) {
	l.Helper()
	b := &pgx.Batch{}
	for i := range 5 {
		b.Queue("select id, sku, quantity from orders where id = $1", i%3+1)
		b.Queue("select count(*) from orders")
	}
	r := c.SendBatch(l.Context(), b)
	for range 5 {
		var id, count int64
		var sku string
		var quantity int32
		l.must(r.QueryRow().Scan(&id, &sku, &quantity))
		l.must(r.QueryRow().Scan(&count))
	}
	l.must(r.Close())
}

func (l *lab) savepoints(c *pgx.Conn) {
	l.Helper()
	tx, err := c.Begin(l.Context())
	l.must(err)
	inner, err := tx.Begin(l.Context())
	l.must(err)
	_, err = inner.Exec(l.Context(), "select nothing from nowhere")
	if err == nil {
		l.Fatal("no error")
	}
	l.wantState(c, 'E')
	l.must(inner.Rollback(l.Context()))
	l.wantState(c, 'T')
	l.must(tx.Commit(l.Context()))
}

func TestPgxPipeline(t *testing.T) {
	both(t, func(l *lab) {
		c := l.connect("")
		_, err := c.Prepare(l.Context(), "one", "select id, sku, quantity from orders where id = $1")
		l.must(err)
		p := c.PgConn().StartPipeline(l.Context())
		for range 3 {
			p.SendQueryPrepared("one", [][]byte{[]byte("1")}, nil, nil)
			p.SendQueryParams("select count(*) from orders", nil, nil, nil, nil)
			l.must(p.Sync())
		}
		l.must(p.Close())
		l.wantState(c, 'I')
		l.quiet()
		if got := len(l.hits(0)); got != 1+1+1+6 {
			l.Errorf("%d calls: %s", got, opsOf(l.hits(0)))
		}
	})
}

func TestPreparedStatementsAreCalls(t *testing.T) {
	both(t, func(l *lab) {
		c := l.connect("&default_query_exec_mode=cache_statement")
		for range 2 {
			_, err := c.Exec(l.Context(), "update orders set quantity = 7 where id = $1", 1)
			l.must(err)
		}
		l.quiet()
		if got := opsOf(l.hits(0)); got != "connect auth prepare update update" {
			l.Error(got)
		}
		for _, h := range l.hits(0)[2:] {
			if h.Call.Text != "update orders set quantity = 7 where id = $1" || h.Call.InTx {
				l.Errorf("%+v", h)
			}
		}
	})
}

func TestCopyAndNotify(t *testing.T) {
	l := realLab(t)
	c := l.connect("")
	n, err := c.CopyFrom(l.Context(), pgx.Identifier{"orders"}, []string{"id", "sku"},
		pgx.CopyFromSlice(5000, func(i int) ([]any, error) { return []any{100 + i, strings.Repeat("x", 200)}, nil }))
	if err != nil || n != 5000 {
		t.Fatal(n, err)
	}
	if h := l.last(opCopy); h.Answer != "COPY 5000" {
		t.Errorf("%+v", h)
	}
	var out bytes.Buffer
	if _, err := c.PgConn().CopyTo(l.Context(), &out, "copy orders to stdout"); err != nil || out.Len() < 1_000_000 {
		t.Fatal(out.Len(), err)
	}
	listener := l.connect("")
	_, err = listener.Exec(l.Context(), "listen news")
	l.must(err)
	_, err = c.Exec(l.Context(), "notify news, 'hello'")
	l.must(err)
	note, err := listener.WaitForNotification(l.Context())
	if err != nil || note.Payload != "hello" {
		t.Fatal(note, err)
	}
}

func TestLibPq(t *testing.T) {
	both(t, func(l *lab) {
		db, err := sql.Open("postgres", l.url(""))
		l.must(err)
		defer db.Close()
		var sku string
		var id, quantity int64
		l.must(db.QueryRow("select id, sku, quantity from orders where id = $1", 1).Scan(&id, &sku, &quantity))
		tx, err := db.Begin()
		l.must(err)
		if l.backend.Stateful() {
			copying, err := tx.Prepare("copy orders (id, sku) from stdin")
			l.must(err)
			for i := range 10 {
				_, err := copying.Exec(200+i, "copied")
				l.must(err)
			}
			_, err = copying.Exec()
			l.must(err)
			l.must(copying.Close())
		}
		_, err = tx.Exec("update orders set quantity = 7 where id = $1", 1)
		l.must(err)
		l.must(tx.Commit())
		if h := l.last(opCommit); !h.Call.InTx || h.Answer != "COMMIT" {
			l.Errorf("%+v", h)
		}
		ctx, cancel := context.WithTimeout(l.Context(), 50*time.Millisecond)
		defer cancel()
		if l.backend.Stateful() {
			_, err = db.ExecContext(ctx, "select pg_sleep(20)")
			l.wantCode(err, "pq: canceling statement due to user request (57014)")
		}
	})
}

func TestPsqlAndDump(t *testing.T) {
	l := realLab(t)
	for _, args := range [][]string{
		{"psql", "-tAc", "select count(*) from orders; select 1", l.url("")},
		{"psql", "-c", `\d orders`, l.url("")},
		{"psql", "-c", `\copy orders to /dev/null`, l.url("")},
		{"pg_dump", l.url("")},
		{"pgbench", "-i", "-q", l.url("")},
		{"pgbench", "-M", "prepared", "-c", "4", "-t", "50", l.url("")},
		{"pgbench", "-M", "extended", "-c", "4", "-t", "50", l.url("")},
	} {
		program, err := exec.LookPath(args[0])
		if err != nil {
			t.Logf("no %s here", args[0])
			continue
		}
		ctx, cancel := context.WithTimeout(l.Context(), 30*time.Second)
		out, err := exec.CommandContext(ctx, program, args[1:]...).CombinedOutput()
		cancel()
		if err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
}

func TestLongMessages(t *testing.T) {
	l := realLab(t)
	for _, mode := range modes[:3] {
		c := l.connect("&default_query_exec_mode=" + mode)
		long := strings.Repeat("0123456789", 2_000_000)
		var back string
		l.must(c.QueryRow(l.Context(), "select $1::text", long).Scan(&back))
		if back != long {
			t.Fatalf("%s: %d bytes of %d came back", mode, len(back), len(long))
		}
		var n int
		l.must(c.QueryRow(l.Context(), fmt.Sprintf("select length('%s')", long)).Scan(&n))
		l.arm(opQuery, effectReply("deadlock"))
		_, err := c.Exec(l.Context(), fmt.Sprintf("select length('%s')", long))
		l.wantCode(err, "40P01")
		_, err = c.Exec(l.Context(), "select $1::text", long)
		l.wantCode(err, "40P01")
		l.heal()
		l.must(c.QueryRow(l.Context(), "select 1").Scan(&n))
	}
}

var _ io.Writer = (*lines)(nil)

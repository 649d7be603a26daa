package postgres

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failwell/failwell/harness/fault"
)

func effectReply(name string) fault.Effect {
	return fault.Effect{Verb: fault.Answer, At: fault.Request, Say: fault.Saying{Name: name}}
}

func TestInjectedErrorFailsItsTransaction(t *testing.T) {
	both(t, func(l *lab) {
		for _, mode := range modes {
			c := l.connect("&default_query_exec_mode=" + mode)
			tx, err := c.Begin(l.Context())
			l.must(err)
			l.arm(opExec, effectReply("deadlock"), func(r *fault.Rule) { r.Text = "update orders"; r.First = 1 })
			_, err = tx.Exec(l.Context(), "update orders set quantity = 7 where id = $1", 1)
			l.wantCode(err, "40P01")
			l.wantState(c, 'E')
			if h := l.struck(); h.Done != fault.Carried || h.Answer != "40P01" || !h.Call.InTx {
				l.Fatalf("%s: %+v", mode, h)
			}
			_, err = tx.Exec(l.Context(), "update orders set quantity = 7 where id = $1", 1)
			l.wantCode(err, "25P02")
			l.arm("", effectReply("deadlock"))
			_, err = tx.Exec(l.Context(), "select count(*) from orders")
			l.wantCode(err, "25P02")
			if h := l.struck(); h.Done != fault.Impossible {
				l.Fatalf("%s: injected into a failed transaction: %+v", mode, h)
			}
			l.heal()
			l.must(tx.Rollback(l.Context()))
			l.wantState(c, 'I')
			_, err = c.Exec(l.Context(), "update orders set quantity = 7 where id = $1", 1)
			l.must(err)
		}
	})
}

func TestInjectedErrorInABatch(t *testing.T) {
	both(t, func(l *lab) {
		for _, mode := range modes {
			c := l.connect("&default_query_exec_mode=" + mode)
			l.arm("", effectReply("unique"), func(r *fault.Rule) { r.Text = "update orders" })
			b := &pgx.Batch{}
			b.Queue("select count(*) from orders")
			b.Queue("update orders set quantity = 7 where id = $1", 1)
			b.Queue("select count(*) from orders")
			err := c.SendBatch(l.Context(), b).Close()
			l.wantCode(err, "23505")
			l.wantState(c, 'I')
			l.heal()
			l.batch(c)
		}
	})
}

func TestInjectedErrorHasItsFields(t *testing.T) {
	both(t, func(l *lab) {
		c := l.connect("")
		l.arm(opExec, effectReply("unique"))
		_, err := c.Exec(l.Context(), "insert into orders (id, sku, quantity) values ($1, $2, $3)", 9, "X", 1)
		e, ok := err.(*pgconn.PgError)
		if !ok || e.Severity != "ERROR" || e.Code != "23505" || !strings.HasPrefix(e.Message, `duplicate key value violates unique constraint "canary`) ||
			e.TableName == "" || e.ConstraintName == "" || e.SchemaName == "" || e.Detail == "" || e.Routine != "_bt_check_unique" {
			l.Fatalf("%+v", err)
		}
	})
}

func TestCommitThatFailsEndsItsTransaction(t *testing.T) {
	both(t, func(l *lab) {
		c := l.connect("")
		for _, simple := range []bool{true, false} {
			tx, err := c.Begin(l.Context())
			l.must(err)
			_, err = tx.Exec(l.Context(), "update orders set quantity = 7 where id = $1", 1)
			l.must(err)
			l.arm(opCommit, effectReply("serialization"))
			if simple {
				err = tx.Commit(l.Context())
			} else {
				err = c.PgConn().ExecParams(l.Context(), "commit", nil, nil, nil, nil).Read().Err
			}
			l.wantCode(err, "40001")
			l.wantState(c, 'I')
			l.heal()
			var n int
			l.must(c.QueryRow(l.Context(), "select count(*) from orders").Scan(&n))
		}
		if l.backend.Stateful() {
			got, err := l.scripted().Query(l.Context(), "select quantity from orders where id = 1")
			if err != nil || got != "2" {
				l.Errorf("the transaction was committed: %s %v", got, err)
			}
		}
	})
}

func TestLostCommitIsCommitted(t *testing.T) {
	l := realLab(t)
	for i, mode := range modes {
		for j, inTx := range []bool{true, false} {
			c := l.connect("&default_query_exec_mode=" + mode)
			op := opExec
			if inTx {
				op = opCommit
				_, err := c.Exec(l.Context(), "begin")
				l.must(err)
			}
			l.arm(op, fault.Effect{Verb: fault.Lose, At: fault.Reply}, func(r *fault.Rule) { r.Text = map[bool]string{true: "commit", false: "insert"}[inTx] })
			id := 100 + 10*i + j
			_, err := c.Exec(l.Context(), "insert into orders (id, sku, quantity) values ($1, $2, $3)", id, "X", 1)
			if inTx {
				l.must(err)
				_, err = c.Exec(l.Context(), "commit")
			}
			if err == nil || !c.IsClosed() {
				t.Fatalf("%s: the client saw %v", mode, err)
			}
			if h := l.struck(); h.Done != fault.Carried || h.Answer != "lost" {
				t.Fatalf("%+v", h)
			}
			got, err := l.scripted().Query(l.Context(), "select count(*) from orders where id = "+itoa(id))
			if err != nil || got != "1" {
				t.Fatalf("%s, in transaction %v: %s rows, %v", mode, inTx, got, err)
			}
		}
	}
}

func itoa(n int) string {
	return string(rune('0'+n/100)) + string(rune('0'+n/10%10)) + string(rune('0'+n%10))
}

func TestFatalEndsTheConnection(t *testing.T) {
	both(t, func(l *lab) {
		for _, mode := range modes {
			c := l.connect("&default_query_exec_mode=" + mode)
			_, err := c.Exec(l.Context(), "begin")
			l.must(err)
			l.arm(opQuery, effectReply("admin-shutdown"))
			_, err = c.Exec(l.Context(), "select count(*) from orders")
			l.wantCode(err, "57P01")
			if c.Ping(l.Context()) == nil {
				l.Fatal("the connection lives")
			}
			l.heal()
		}
	})
}

func TestAuthReplies(t *testing.T) {
	both(t, func(l *lab) {
		for _, name := range []string{"too-many-connections", "starting-up", "bad-password", "no-database"} {
			l.arm(opAuth, fault.Effect{Verb: fault.Answer, At: fault.Auth, Say: fault.Saying{Name: name}})
			_, err := pgx.Connect(l.Context(), l.url(""))
			l.wantCode(err, Fake{}.Describe().Replies[name].Status)
			if h := l.struck(); h.Done != fault.Carried || h.Call.Op != opAuth {
				l.Errorf("%+v", h)
			}
		}
		l.heal()
		l.connect("&application_name=shop")
		if h := l.last(opAuth); h.Answer != "authenticated" || h.Call.Text != "shop" {
			l.Errorf("%+v", h)
		}
		_, err := pgx.Connect(l.Context(), strings.Replace(l.url(""), "secret", "wrong", 1))
		l.wantCode(err, "28P01")
		if h := l.last(opAuth); h.Answer != "28P01" {
			l.Errorf("%+v", h)
		}
	})
}

func TestCancelIsRouted(t *testing.T) {
	l := realLab(t)
	c := l.connect("")
	cancelled := func(sql string) error {
		done := make(chan error, 1)
		go func() { _, err := c.Exec(context.Background(), sql); done <- err }()
		for range 100 {
			<-time.After(20 * time.Millisecond)
			l.must(c.PgConn().CancelRequest(l.Context()))
			select {
			case err := <-done:
				return err
			default:
			}
		}
		return nil
	}
	l.wantCode(cancelled("select pg_sleep(30)"), "57014")
	l.arm(opQuery, fault.Effect{Verb: fault.Pass, At: fault.Request, Delay: fault.For(30 * time.Second)})
	_, err := c.Exec(l.Context(), "begin")
	l.must(err)
	l.wantCode(cancelled("select 1"), "57014")
	l.wantState(c, 'E')
	if h := l.struck(); h.Done != fault.Carried || h.Answer != "57014" || h.Took > 10*time.Second {
		t.Errorf("%+v", h)
	}
}

func TestDelayedCallEndsWhenTheClientLeaves(t *testing.T) {
	both(t, func(l *lab) {
		for _, at := range []fault.Point{fault.Request, fault.Reply} {
			c := l.connect("")
			l.arm(opQuery, fault.Effect{Verb: fault.Pass, At: at, Delay: fault.For(time.Minute)})
			ctx, cancel := context.WithTimeout(l.Context(), 50*time.Millisecond)
			_, err := c.Exec(ctx, "select count(*) from orders")
			cancel()
			if err == nil {
				l.Fatal("no error")
			}
			if h := l.struck(); h.Done != fault.Carried || h.Took > 10*time.Second {
				l.Fatalf("%+v", h)
			}
			l.heal()
		}
	})
}

func TestWarmStatementIsKnownByItsText(t *testing.T) {
	both(t, func(l *lab) {
		c := l.connect("")
		sql := "select id, sku, quantity from orders where id = $1"
		_, err := c.Exec(l.Context(), sql, 1)
		l.must(err)
		l.arm("", effectReply("undefined-table"), func(r *fault.Rule) { r.Text = "FROM orders where" })
		_, err = c.Exec(l.Context(), sql, 1)
		l.wantCode(err, "42P01")
		if h := l.struck(); h.Call.Op != opQuery {
			l.Errorf("%+v", h)
		}
	})
}

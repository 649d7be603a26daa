package postgres

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failwell/failwell/harness/fault"
)

var (
	hangs = fault.Effect{Verb: fault.Hang, At: fault.Request}
	slows = fault.Effect{Verb: fault.Pass, At: fault.Request, Delay: fault.For(time.Minute)}
)

func late(e fault.Effect) fault.Effect { e.At = fault.Reply; return e }

const (
	lockTimeout      = "&lock_timeout=60"
	statementTimeout = "&statement_timeout=60"
)

// What bounds a statement of a real server bounds one that is held, in every mode, inside a transaction and outside of one.
func TestTimeoutsEndWhatIsHeld(t *testing.T) {
	both(t, func(l *lab) {
		for _, try := range []struct {
			name, settings string
			e              fault.Effect
			code, message  string
		}{
			{"statement timeout of a hang", statementTimeout, hangs, "57014", "canceling statement due to statement timeout"},
			{"statement timeout of a slow one", statementTimeout, slows, "57014", "canceling statement due to statement timeout"},
			{"statement timeout of a late reply", statementTimeout, late(slows), "57014", "canceling statement due to statement timeout"},
			{"lock timeout of a hang", lockTimeout, hangs, "55P03", "canceling statement due to lock timeout"},
			{"the shorter one", lockTimeout + "&statement_timeout=5000", hangs, "55P03", "canceling statement due to lock timeout"},
		} {
			for _, mode := range modes {
				c := l.connect("&default_query_exec_mode=" + mode + try.settings)
				for _, inTx := range []bool{false, true} {
					if inTx {
						_, err := c.Exec(l.Context(), "begin")
						l.must(err)
					}
					l.arm("", try.e)
					_, err := c.Exec(l.Context(), "select id, sku, quantity from orders where id = $1", 1)
					var e *pgconn.PgError
					if !errors.As(err, &e) || e.Code != try.code || e.Message != try.message || e.Severity != "ERROR" || e.Where != "" || e.Hint != "" {
						l.Fatalf("%s, %s, in transaction %v: %#v", try.name, mode, inTx, err)
					}
					if h := l.struck(); h.Done != fault.Carried || h.Answer != try.code || h.Took > 10*time.Second {
						l.Errorf("%s, %s: %+v", try.name, mode, h)
					}
					l.heal()
					if inTx {
						l.wantState(c, 'E')
						_, err = c.Exec(l.Context(), "rollback")
						l.must(err)
					}
					l.wantState(c, 'I')
				}
				l.must(c.Ping(l.Context()))
			}
		}
	})
}

// A time-out of locks does not end a statement that only works for long, and a slow one is carried out in the end.
func TestSlowStatementIsNoLock(t *testing.T) {
	both(t, func(l *lab) {
		for _, mode := range modes {
			c := l.connect("&default_query_exec_mode=" + mode + lockTimeout)
			e := slows
			e.Delay = fault.For(150 * time.Millisecond)
			for _, e := range []fault.Effect{e, late(e)} {
				l.arm(opQuery, e)
				start := time.Now()
				var id int64
				l.must(c.QueryRow(l.Context(), "select id, sku, quantity from orders where id = $1", 1).Scan(&id, nil, nil))
				if took := time.Since(start); took < 150*time.Millisecond || id != 1 {
					l.Errorf("%s: id %d in %v", mode, id, took)
				}
				if h := l.struck(); h.Done != fault.Carried || h.Answer != "SELECT 1" {
					l.Errorf("%s: %+v", mode, h)
				}
				l.heal()
			}
		}
	})
}

// A cancel ends what is held, and a COMMIT that is cancelled leaves no transaction open.
func TestCancelEndsWhatIsHeld(t *testing.T) {
	both(t, func(l *lab) {
		for _, mode := range modes {
			for _, e := range []fault.Effect{hangs, slows, late(hangs)} {
				c := l.connect("&default_query_exec_mode=" + mode)
				l.arm(opQuery, e)
				l.wantCode(l.cancelled(c, "select count(*) from orders"), "57014")
				l.wantState(c, 'I')
				_, err := c.Exec(l.Context(), "begin")
				l.must(err)
				l.wantCode(l.cancelled(c, "select count(*) from orders"), "57014")
				l.wantState(c, 'E')
				l.heal()
				_, err = c.Exec(l.Context(), "rollback; begin")
				l.must(err)
				l.arm(opCommit, hangs)
				l.wantCode(l.cancelled(c, "commit"), "57014")
				l.wantState(c, 'I')
				l.heal()
			}
		}
	})
}

// A cancel cuts short the rows that are held, and the transaction fails.
func TestCancelCutsRowsShort(t *testing.T) {
	both(t, func(l *lab) {
		for _, mode := range modes {
			for _, e := range []fault.Effect{
				{Verb: fault.Hang, At: fault.Body},
				{Verb: fault.Hang, At: fault.Body, Past: 1}, // behind the last row
				{Verb: fault.Drip, At: fault.Body, Pace: fault.Pace{Every: fault.For(time.Hour)}},
				{Verb: fault.Cut, At: fault.Body, Delay: fault.For(time.Hour)},
			} {
				c := l.connect("&default_query_exec_mode=" + mode)
				l.arm(opQuery, e)
				l.wantCode(l.cancelled(c, "select count(*) from orders"), "57014")
				l.wantState(c, 'I')
				if h := l.struck(); h.Done != fault.Carried || h.Answer != "57014" {
					l.Errorf("%s %s: %+v", mode, e.Verb, h)
				}
				_, err := c.Exec(l.Context(), "begin")
				l.must(err)
				l.wantCode(l.cancelled(c, "select count(*) from orders"), "57014")
				l.wantState(c, 'E')
				l.heal()
				_, err = c.Exec(l.Context(), "rollback")
				l.must(err)
				_, err = c.Exec(l.Context(), "select count(*) from orders")
				l.must(err)
				l.wantState(c, 'I')
			}
		}
	})
}

// cancelled does a statement, and sends a CancelRequest as soon as it is held.
func (l *lab) cancelled(c *pgx.Conn, sql string) error {
	l.Helper()
	l.seen = int64(len(l.hits(0)))
	done := make(chan error, 1)
	go func() { _, err := c.Exec(context.Background(), sql); done <- err }()
	l.awaitHeld()
	for range 100 {
		l.must(c.PgConn().CancelRequest(l.Context()))
		select {
		case err := <-done:
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
	l.Fatal("a cancel does not end " + sql)
	return nil
}

// An administrator ends the session of a statement that hangs.
func TestTerminatedBackendEndsWhatIsHeld(t *testing.T) {
	l := realLab(t)
	for _, mode := range modes {
		c := l.connect("&default_query_exec_mode=" + mode)
		l.arm(opQuery, hangs)
		done := make(chan error, 1)
		go func() { _, err := c.Exec(context.Background(), "select count(*) from orders"); done <- err }()
		l.awaitHeld()
		_, err := l.scripted().Query(l.Context(), "select pg_terminate_backend("+itoa32(c.PgConn().PID())+")")
		l.must(err)
		err = <-done
		var e *pgconn.PgError
		if !errors.As(err, &e) || e.Code != "57P01" || e.Severity != "FATAL" || e.Where != "" {
			t.Errorf("%s: %v", mode, err)
		}
		if h := l.struck(); h.Done != fault.Carried || h.Answer != "57P01" {
			t.Errorf("%s: %+v", mode, h)
		}
		l.heal()
	}
}

func itoa32(n uint32) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa32(n/10) + string(rune('0'+n%10))
}

// In a pipeline what comes before the held statement is answered, an error before it is the only one, and when the fault is lifted
// all goes on, portals and transaction with it.
func TestHeldInAPipeline(t *testing.T) {
	both(t, func(l *lab) {
		for _, mode := range modes[1:] {
			c := l.connect("&default_query_exec_mode=" + mode)
			send := func(first string) error {
				b := &pgx.Batch{}
				b.Queue(first)
				b.Queue("update orders set quantity = 7 where id = $1", 1)
				b.Queue("select count(*) from orders")
				return c.SendBatch(l.Context(), b).Close()
			}
			l.must(send("select count(*) from orders")) // prepares
			for _, first := range []string{"select count(*) from orders", "begin"} {
				l.arm(opExec, hangs, func(r *fault.Rule) { r.Text = "update orders" })
				done := make(chan error, 1)
				go func() { done <- send(first) }()
				l.awaitHeld()
				l.heal()
				l.must(<-done)
				if first == "begin" {
					l.wantState(c, 'T')
					_, err := c.Exec(l.Context(), "rollback")
					l.must(err)
				}
			}
			if mode == "exec" {
				l.arm(opExec, hangs, func(r *fault.Rule) { r.Text = "update orders" })
				code := map[bool]string{true: "42P01", false: "0A000"}[l.backend.Stateful()]
				l.wantCode(send("select * from nowhere"), code)
				l.heal()
			}
			l.batch(c)
			l.quiet()
		}
	})
}

// A hang that is lifted goes on at once, also one that the server has only just begun.
func TestLiftedHangGoesOn(t *testing.T) {
	both(t, func(l *lab) {
		c := l.connect("")
		for range 20 {
			l.arm("", hangs)
			done := make(chan error, 1)
			go func() { _, err := c.Exec(context.Background(), "select count(*) from orders"); done <- err }()
			l.awaitHeld()
			l.heal()
			l.must(<-done)
		}
	})
}

// What is lost is lost: the server knows of nothing that it could end.
func TestLostPacketHonoursNothing(t *testing.T) {
	both(t, func(l *lab) {
		c := l.connect(statementTimeout + lockTimeout)
		e, err := fault.Hangs{Scope: fault.Scope{On: "db"}, Lost: true}.Injection()
		l.must(err)
		l.arm("", e.Rules[0].Effect)
		ctx, cancel := context.WithTimeout(l.Context(), 400*time.Millisecond)
		defer cancel()
		_, err = c.Exec(ctx, "select count(*) from orders")
		if err == nil || !strings.Contains(err.Error(), "deadline exceeded") {
			l.Error(err)
		}
		l.heal()
	})
}

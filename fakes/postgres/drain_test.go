package postgres

import (
	"testing"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

// A transaction keeps a connection from being drained, and its end lets it go, with the reply delivered.
func TestDrainWaitsForTheTransaction(t *testing.T) {
	both(t, func(l *lab) {
		for _, mode := range modes {
			c := l.connect("&default_query_exec_mode=" + mode)
			_, err := c.Exec(l.Context(), "begin")
			l.must(err)
			l.quiet()
			if open, err := l.rig.Drain(l.Context(), "db"); err != nil || open != 1 {
				l.Fatalf("%s: %d open, %v; want the one in its transaction", mode, open, err)
			}
			_, err = c.Exec(l.Context(), "update orders set quantity = 7 where id = $1", 1)
			l.must(err)
			tag, err := c.Exec(l.Context(), "commit")
			if err != nil || tag.String() != "COMMIT" {
				l.Fatalf("%s: the last reply of a drained connection is %q, %v", mode, tag, err)
			}
			l.quiet()
			for range 500 {
				open, err := l.rig.Drain(l.Context(), "db")
				l.must(err)
				if open == 0 {
					break
				}
				<-time.After(time.Millisecond)
			}
			if c.Ping(l.Context()) == nil {
				l.Errorf("%s: the connection lives after its transaction", mode)
			}
		}
	})
}

// What is armed for every op strikes a statement where it is first heard of: at its prepare.
func TestEveryOpStrikesThePrepare(t *testing.T) {
	both(t, func(l *lab) {
		sql := "update orders set quantity = 7 where id = $1"
		for _, e := range []fault.Effect{
			effectReply("out-of-memory"),
			{Verb: fault.Close, At: fault.Request},
			{Verb: fault.Pass, At: fault.Request, Delay: fault.For(10 * time.Millisecond)},
		} {
			c := l.connect("&default_query_exec_mode=cache_statement")
			l.arm("", e)
			_, err := c.Exec(l.Context(), sql, 1)
			if (err != nil) != (e.Verb != fault.Pass) {
				l.Errorf("%s: %v", e.Verb, err)
			}
			if h := l.struck(); h.Call.Op != opPrepare || h.Call.Text != sql || h.Done != fault.Carried {
				l.Errorf("%+v", h)
			}
			l.heal()
			if e.Verb != fault.Close {
				_, err = c.Exec(l.Context(), sql, 1)
				l.must(err)
			}
		}
	})
}

// A prepare cannot be lost: nothing was executed. The execution behind it is.
func TestLostStatementIsNotLostAtItsPrepare(t *testing.T) {
	l := realLab(t)
	c := l.connect("&default_query_exec_mode=cache_statement")
	l.arm("", fault.Effect{Verb: fault.Lose, At: fault.Reply})
	_, err := c.Exec(l.Context(), "insert into orders (id, sku, quantity) values ($1, $2, $3)", 77, "X", 1)
	if err == nil {
		t.Fatal("no error")
	}
	if h := l.last(opPrepare); h.Done != fault.Impossible {
		t.Errorf("%+v", h)
	}
	if h := l.last(opInsert); h.Done != fault.Carried {
		t.Errorf("%+v", h)
	}
	if got, err := l.scripted().Query(l.Context(), "select count(*) from orders where id = 77"); got != "1" {
		t.Error(got, err)
	}
}

// The rows that a body effect lets through arrive, in every mode and format.
func TestRowsUpToACut(t *testing.T) {
	both(t, func(l *lab) {
		for _, mode := range modes {
			for past := range 5 {
				c := l.connect("&default_query_exec_mode=" + mode)
				l.arm(opQuery, fault.Effect{Verb: fault.Cut, At: fault.Body, Past: past})
				rows, err := c.Query(l.Context(), "select id, sku from orders order by id")
				l.must(err)
				n := 0
				for rows.Next() {
					n++
				}
				cut := rows.Err() != nil
				if h := l.struck(); n != min(past, 3) || cut != (past <= 3) || (h.Done == fault.Carried) != cut {
					l.Errorf("%s past %d: %d rows, %v, %s", mode, past, n, rows.Err(), h.Done)
				}
				l.heal()
			}
		}
	})
}

// lib/pq reads rows in text whose columns were described with the statement.
func TestRewrite(t *testing.T) {
	both(t, func(l *lab) {
		for _, mode := range modes {
			c := l.connect("&default_query_exec_mode=" + mode)
			for _, try := range []struct {
				patch fault.Patch
				want  string
				done  fault.Done
			}{
				{fault.Patch{At: "quantity", To: "-5"}, "-5", fault.Carried},
				{fault.Patch{At: "quantity", Op: "null"}, "null", fault.Carried},
				{fault.Patch{At: "quantity", Op: "drop"}, "2", fault.Impossible},
				{fault.Patch{At: "nothing", To: "1"}, "2", fault.Impossible},
			} {
				l.arm(opQuery, fault.Effect{Verb: fault.Rewrite, At: fault.Body, Patches: []fault.Patch{try.patch}})
				var quantity *int32
				err := c.QueryRow(l.Context(), "select id, sku, quantity from orders where id = $1", 2).Scan(nil, nil, &quantity)
				l.must(err)
				got := "null"
				if quantity != nil {
					got = itoaSigned(*quantity)
				}
				if h := l.struck(); got != try.want || h.Done != try.done {
					l.Errorf("%s %+v: %s, %s", mode, try.patch, got, h.Done)
				}
			}
		}
	})
}

func itoaSigned(n int32) string {
	if n < 0 {
		return "-" + itoaSigned(-n)
	}
	return string(rune('0' + n))
}

package postgres

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/failwell/failwell/harness/fault"
)

// held are the ways in which a call is held.
var held = map[string]fault.Effect{
	"hang":       {Verb: fault.Hang, At: fault.Request},
	"slow":       {Verb: fault.Pass, At: fault.Request, Delay: fault.For(time.Minute)},
	"hang reply": {Verb: fault.Hang, At: fault.Reply},
	"slow reply": {Verb: fault.Pass, At: fault.Reply, Delay: fault.For(time.Minute)},
	"rows hang":  {Verb: fault.Hang, At: fault.Body, Past: 1},
}

// An application that says Terminate has left, though it waits for the server to close: its call ends, and the gate
// closes.
func TestTerminateEndsWhatIsHeld(t *testing.T) {
	both(t, func(l *lab) {
		for name, e := range held {
			c := l.connect("").PgConn()
			l.arm(opQuery, e)
			l.must(c.Conn().SetDeadline(time.Now().Add(10 * time.Second)))
			c.Frontend().Send(&pgproto3.Query{String: "select id, sku from orders order by id"})
			l.must(c.Frontend().Flush())
			l.awaitHeld()
			c.Frontend().Send(&pgproto3.Terminate{})
			l.must(c.Frontend().Flush())
			if h := l.struck(); h.Done != fault.Carried {
				l.Errorf("%s: %+v", name, h)
			}
			var err error
			for err == nil {
				_, err = c.Frontend().Receive()
			}
			if code(err) != "unexpected EOF" {
				l.Errorf("%s: the gate did not close: %v", name, err)
			}
			l.heal()
		}
	})
}

// When its context ends pgx sends a CancelRequest and Terminate and waits 15 s for the server to close, and its pool waits with
// it: what was given up is not carried out when the fault is lifted, is no work that goes on, and lets the pool have its place.
func TestWhatWasGivenUpIsNotCarriedOut(t *testing.T) {
	both(t, func(l *lab) {
		for name, e := range held {
			c := l.connect("")
			l.arm("", e)
			ctx, cancel := context.WithTimeout(l.Context(), 200*time.Millisecond)
			_, err := c.Exec(ctx, "update orders set quantity = 7 where id = $1", 1)
			cancel()
			if err == nil && e.At != fault.Body {
				l.Errorf("%s: no error", name)
			}
			l.quiet()
			if c.IsClosed() {
				select {
				case <-c.PgConn().CleanupDone():
				case <-time.After(5 * time.Second):
					l.Errorf("%s: the gate did not close", name)
				}
			}
			before := l.changed()
			l.heal()
			l.quiet()
			if after := l.changed(); after != before || e.At == fault.Request && after != "0" {
				l.Errorf("%s: %s rows changed before the fault was lifted, %s after", name, before, after)
			}
			l.must(l.backend.Reset(l.Context()))
			if l.backend.Stateful() {
				l.must(l.scripted().Exec(l.Context(), "drop table if exists orders; "+schema, ""))
			}
		}
	})
}

// awaitHeld waits until a call is held.
func (l *lab) awaitHeld() {
	l.Helper()
	for range 10_000 {
		if slices.ContainsFunc(l.hits(l.seen), fault.Hit.Struck) {
			return
		}
		<-time.After(time.Millisecond)
	}
	l.Fatalf("nothing is held: %+v", l.hits(l.seen))
}

// changed is how many rows the server has updated.
func (l *lab) changed() string {
	l.Helper()
	query := "executed update orders*"
	if l.backend.Stateful() {
		query = "select count(*) from orders where quantity = 7"
	}
	n, err := l.scripted().Query(l.Context(), query)
	l.must(err)
	return n
}

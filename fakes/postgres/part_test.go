package postgres

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/failwell/failwell/harness/fault"
)

// shutDown makes the server end the sessions that exist.
func (l *lab) shutDown() {
	l.Helper()
	in, err := fault.Stale{On: "db", How: fault.ShutDown}.Injection()
	l.must(err)
	l.must(l.rig.Arm(l.Context(), in, ""))
}

// A server that shuts down says so on idle connections too, unasked, and serves those that come after.
func TestShutdownReachesIdleConnections(t *testing.T) {
	both(t, func(l *lab) {
		idle, busy := l.connect(""), l.connect("")
		_, err := busy.Exec(l.Context(), "begin")
		l.must(err)
		l.shutDown()
		for _, c := range []*pgconn.PgConn{idle.PgConn(), busy.PgConn()} {
			l.must(c.Conn().SetDeadline(time.Now().Add(5 * time.Second)))
			m, err := c.Frontend().Receive()
			l.must(err)
			e, ok := m.(*pgproto3.ErrorResponse)
			if !ok || e.Code != "57P01" || e.Severity != "FATAL" || e.Message != "terminating connection due to administrator command" {
				l.Fatalf("%#v", m)
			}
			if _, err := c.Frontend().Receive(); err == nil || !strings.Contains(err.Error(), "EOF") {
				l.Errorf("the connection is open: %v", err)
			}
		}
		l.must(l.connect("").Ping(l.Context()))
		if h := l.last(fault.LinkOp); h.Done != fault.Carried || h.Answer != "57P01" {
			l.Errorf("%+v", h)
		}
	})
}

// A statement that runs when the server shuts down gets the error in place of its reply.
func TestShutdownEndsWhatRuns(t *testing.T) {
	l := realLab(t)
	for _, mode := range modes {
		c := l.connect("&default_query_exec_mode=" + mode)
		done, seen := make(chan error, 1), int64(len(l.hits(0)))
		go func() { _, err := c.Exec(l.Context(), "select pg_sleep(20)"); done <- err }()
		for !slices.ContainsFunc(l.hits(seen), func(h fault.Hit) bool { return h.Call.Op == opQuery }) {
			<-time.After(time.Millisecond)
		}
		l.shutDown()
		var e *pgconn.PgError
		if err := <-done; !errors.As(err, &e) || e.Code != "57P01" {
			t.Errorf("%s: %v", mode, err)
		}
		l.heal()
	}
}

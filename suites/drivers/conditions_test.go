package drivers

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/system"
)

// What follows are conditions of the server in which it refuses what a driver asks. Each returns how it ends.

// crowd takes all slots that a role can have.
func crowd(role string) func(*lab) func() {
	return func(l *lab) func() {
		var all []*pgconn.PgConn
		for {
			c, err := pgconn.Connect(l.Context(), "postgres://"+role+":secret@"+l.server.Addr()+"/shop?sslmode=disable")
			if err != nil {
				break
			}
			all = append(all, c)
		}
		return func() {
			for _, c := range all {
				_ = c.Close(context.Background())
			}
			l.ready()
		}
	}
}

// starting kills the server and starts it again as one that waits for its archive, so that it is starting up until the undo.
func starting(l *lab) func() {
	c := l.session()
	said, err := c.Exec(l.Context(), "show data_directory").ReadAll()
	l.must(errors.Join(err, c.Close(l.Context())))
	hold := filepath.Join(string(said[0].Rows[0][0]), "hold")
	l.boss("alter system set restore_command = 'while test -e hold; do sleep 0.02; done; false'\ncopy (select where false) to program 'touch hold recovery.signal'")
	revive, err := l.server.(system.Actor).Act(l.Context(), fault.Act{On: "db", Do: fault.Kill})
	l.must(err)
	done := make(chan error, 1)
	go func() { done <- revive(context.Background()) }()
	l.until("it starts up", func() bool { return l.refusal() == "57P03" })
	return func() {
		l.must(os.Remove(hold))
		l.must(<-done)
		l.ready()
	}
}

// unlisted takes the entry that lets the driver in out of pg_hba.conf.
func unlisted(l *lab) func() {
	program := func(shell string) {
		l.boss("copy (select where false) to program '" + shell + "'\nselect pg_reload_conf()")
	}
	program("mv pg_hba.conf listed && (echo local all all trust; echo host all boss 127.0.0.1/32 trust) > pg_hba.conf")
	l.until("it has no entry", func() bool { return l.refusal() == "28000" })
	return func() { program("mv listed pg_hba.conf"); l.ready() }
}

// standby kills the server and starts it again as a standby that follows nobody, until it is promoted.
func standby(l *lab) func() {
	l.boss("copy (select where false) to program 'touch standby.signal'")
	l.act(fault.Kill)()
	return func() { l.boss("select pg_promote()") }
}

// recovering crashes the server while a session stands still, which it waits for.
func recovering(l *lab) func() {
	c := l.session()
	pid := int(c.PID())
	l.must(syscall.Kill(pid, syscall.SIGSTOP))
	l.crash()
	l.until("it recovers", func() bool { return l.refusal() == "57P03" })
	return func() { l.must(syscall.Kill(pid, syscall.SIGCONT)); _ = c.Close(l.Context()); l.ready() }
}

// stopping asks the server to stop while a session is open, which it waits for.
func stopping(l *lab) func() {
	c := l.session()
	l.boss("copy (select where false) to program 'kill -TERM $(head -1 postmaster.pid)'")
	l.until("it stops", func() bool { return l.refusal() == "57P03" })
	return func() { l.act(fault.Kill)(); _ = c.Close(l.Context()) }
}

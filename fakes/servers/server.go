package servers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failwell/failwell/fakes"
)

// server is a running Postgres.
type server struct {
	Postgres
	dir      string
	lock     *os.File // of dir, for as long as it is ours
	programs string   // the folder of the server's programs
	account  account
	port     int
	process  *process

	mu       sync.Mutex
	snapshot bool
	stopped  bool
}

var (
	_ fakes.Scripted   = (*server)(nil)
	_ fakes.Restorable = (*server)(nil)
)

// Addr is host:port.
func (s *server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// Names are user, password and database.
func (s *server) Names() map[string]string {
	return map[string]string{"user": s.User, "password": s.Password, "database": s.Database}
}

// Stateful is true.
func (s *server) Stateful() bool { return true }

// superuser is how the database is reached as its superuser: by a socket in a folder that nobody else may enter.
func (s *server) superuser(database string) string {
	return fmt.Sprintf("host='%s' port=%d user=postgres dbname=%s sslmode=disable", s.dir, s.port, keyword(database))
}

func (s *server) owner() string {
	return fmt.Sprintf("host=127.0.0.1 port=%d user=%s password=%s dbname=%s sslmode=disable",
		s.port, keyword(s.User), keyword(s.Password), keyword(s.Database))
}

// keyword quotes a value of a keyword/value connection string.
func keyword(value string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}

// ready waits until a connection works, or the server dies.
func (s *server) ready(ctx context.Context) error {
	for {
		err := run(ctx, s.superuser("postgres"), "select 1")
		if err == nil {
			return nil
		}
		select {
		case <-s.process.exited:
			log := s.process.log()
			if strings.Contains(log, "could not bind") || strings.Contains(log, "Address already in use") {
				return errPortTaken
			}
			return fmt.Errorf("postgres ended before it was ready: %s\n%s", s.process.state(), log)
		case <-ctx.Done():
			return fmt.Errorf("postgres is not ready: %w; last answer: %w\n%s", ctx.Err(), err, s.process.log())
		case <-time.After(3 * time.Millisecond):
		}
	}
}

// Exec runs a script in the database, as its owner or as "superuser".
func (s *server) Exec(ctx context.Context, script, as string) error {
	switch as {
	case "":
		return run(ctx, s.owner(), script)
	case "superuser":
		return run(ctx, s.superuser(s.Database), script)
	}
	return fmt.Errorf("run a script as %q: want nothing or superuser", as)
}

// Query gives the first column of the first row as text.
func (s *server) Query(ctx context.Context, query string) (string, error) {
	return ask(ctx, s.owner(), query)
}

// Version is the first transaction number that nobody has taken yet: PostgreSQL gives one to every transaction that writes, and
// to no other (manual, 66.1).
func (s *server) Version(ctx context.Context) (string, error) {
	return ask(ctx, s.superuser("postgres"), "select txid_snapshot_xmax(txid_current_snapshot())")
}

const kept = "failwell_snapshot"

// Snapshot keeps the data as it is now for Reset. It ends every connection to the database.
func (s *server) Snapshot(ctx context.Context) error { return s.copy(ctx, kept, s.Database) }

// Reset brings the data back to the last Snapshot; without one the database is empty afterwards. It ends every connection
// to the database.
func (s *server) Reset(ctx context.Context) error {
	s.mu.Lock()
	from := "template1"
	if s.snapshot {
		from = kept
	}
	s.mu.Unlock()
	return s.copy(ctx, s.Database, from)
}

func (s *server) copy(ctx context.Context, to, from string) error {
	for _, sql := range []string{
		"select pg_terminate_backend(pid) from pg_stat_activity where datname = " + literal(from) + " and pid <> pg_backend_pid()",
		"drop database if exists " + quote(to) + " with (force)",
		"create database " + quote(to) + " owner " + quote(s.User) + " template " + quote(from),
	} {
		if err := run(ctx, s.superuser("postgres"), sql); err != nil {
			return fmt.Errorf("copy database %s to %s: %w", from, to, err)
		}
	}
	s.mu.Lock()
	s.snapshot = s.snapshot || to == kept
	s.mu.Unlock()
	return nil
}

// Stop shuts the server down at once and removes its data.
func (s *server) Stop(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return nil
	}
	s.stopped = true
	if s.process != nil {
		s.process.end(ctx, syscall.SIGQUIT)
	}
	return errors.Join(os.RemoveAll(s.dir), s.lock.Close())
}

// run carries out a script of one or several statements on a connection of its own.
func run(ctx context.Context, dsn, script string) error {
	c, err := pgconn.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	_, err = c.Exec(ctx, script).ReadAll()
	return errors.Join(err, c.Close(ctx))
}

// ask gives the first column of the first row that a query returns.
func ask(ctx context.Context, dsn, query string) (string, error) {
	c, err := pgconn.Connect(ctx, dsn)
	if err != nil {
		return "", err
	}
	results, err := c.Exec(ctx, query).ReadAll()
	err = errors.Join(err, c.Close(ctx))
	for _, r := range results {
		if err == nil && len(r.Rows) > 0 && len(r.Rows[0]) > 0 {
			return string(r.Rows[0][0]), nil
		}
	}
	return "", err
}

// programs finds the folder of initdb and postgres.
func programs(given string) (string, error) {
	looked := candidates(given)
	for _, dir := range looked {
		if executable(filepath.Join(dir, "initdb")) && executable(filepath.Join(dir, "postgres")) {
			return dir, nil
		}
	}
	return "", &fakes.Unavailable{What: "postgres is not installed: no initdb in " + strings.Join(looked, ", ") +
		"; apt-get install postgresql"}
}

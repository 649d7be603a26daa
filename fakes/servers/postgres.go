// Package servers holds what stands behind a gate: servers that are installed on this machine, started for one lab and
// thrown away, and servers that somebody else runs at a given address.
package servers

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/failwell/failwell/fakes"
)

// Postgres is an installed PostgreSQL server, thrown away after use. The zero value finds its programs by itself and makes
// up a user, a password and a database. The user owns the database and is no superuser; the password is checked by SCRAM.
//
// Nothing of it outlives a crash of the machine. Data folders are copies of one that initdb has made once for this user and version, kept
// under the temporary directory.
type Postgres struct {
	Bin                      string // the folder of initdb and postgres; empty: it is looked for
	Dir                      string // where the data goes; empty, or not to be entered by the server's user: the temporary directory
	User, Password, Database string
}

const startWithin = 30 * time.Second

// Start brings up a server of its own on a free port of the loopback interface.
func (p Postgres) Start(ctx context.Context) (fakes.Backend, error) {
	bin, err := programs(p.Bin)
	if err != nil {
		return nil, err
	}
	owner, err := serverUser()
	if err != nil {
		return nil, err
	}
	p.complete()
	template, err := templateFor(ctx, bin, owner)
	if err != nil {
		return nil, fmt.Errorf("prepare a data folder: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	for try := 1; ; try++ {
		s, err := p.launch(ctx, bin, owner, template)
		if err == nil || try == 3 || ctx.Err() != nil || !errors.Is(err, errPortTaken) {
			return backendOf(s), err
		}
	}
}

// Installed says, as an *Unavailable, that the programs of the server are not on this machine.
func (p Postgres) Installed() error {
	_, err := programs(p.Bin)
	return err
}

// backendOf keeps a nil server from becoming a backend that is not nil.
func backendOf(s *server) fakes.Backend {
	if s == nil {
		return nil
	}
	return s
}

func (p *Postgres) complete() {
	set := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	set(&p.User, "app")
	set(&p.Password, strings.ToLower(rand.Text()))
	set(&p.Database, "app")
}

var errPortTaken = errors.New("the port was taken meanwhile")

// launch starts the server on a copy of the template, and makes the user and the database. Nothing is left of a launch
// that fails.
func (p Postgres) launch(ctx context.Context, bin string, owner account, template string) (_ *server, err error) {
	sweepOnce()
	dir, lock, err := claim(placeFor(p.Dir, owner))
	if err != nil {
		return nil, err
	}
	s := &server{Postgres: p, dir: dir, lock: lock, programs: bin, account: owner}
	defer func() {
		if err != nil {
			_ = s.Stop(context.WithoutCancel(ctx))
		}
	}()
	data := filepath.Join(dir, "data")
	if err := errors.Join(owner.own(dir), copyTree(template, data, owner)); err != nil {
		return nil, fmt.Errorf("copy the data folder: %w", err)
	}
	if s.port, err = freePort(ctx); err != nil {
		return nil, err
	}
	if s.process, err = s.run(); err != nil {
		return nil, err
	}
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	for _, sql := range []string{
		"create role " + quote(p.User) + " login password " + literal(p.Password),
		"create database " + quote(p.Database) + " owner " + quote(p.User),
	} {
		if err := run(ctx, s.superuser("postgres"), sql); err != nil {
			return nil, fmt.Errorf("make user and database: %w", err)
		}
	}
	return s, nil
}

// run starts the server on its data. What it has confirmed must outlive its own death (not that of the machine), so that it
// commits synchronously.
func (s *server) run() (*process, error) {
	return start(s.account, s.dir, filepath.Join(s.programs, "postgres"), "-D", filepath.Join(s.dir, "data"), "-p", strconv.Itoa(s.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="+s.dir, "-c", "fsync=off",
		"-c", "full_page_writes=off", "-c", "shared_buffers=16MB", "-c", "max_connections=50",
		"-c", "wal_level=replica", "-c", "max_wal_senders=0", "-c", "jit=off", "-c", "log_timezone=UTC", "-c", "timezone=UTC")
}

// freePort asks the system for a port that nobody uses.
func freePort(ctx context.Context) (int, error) {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// quote makes an identifier of any text.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// literal makes a string literal of any text.
func literal(text string) string {
	return "E'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}

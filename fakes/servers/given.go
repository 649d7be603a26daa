package servers

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failwell/failwell/fakes"
)

// Given is a PostgreSQL server that somebody else runs. It is neither started nor stopped, and its data is not reset.
type Given struct {
	DSN string // postgres://user:password@host:port/database, or keywords and values
}

// Start reads the DSN; it does not connect.
func (g Given) Start(context.Context) (fakes.Backend, error) {
	c, err := Parse(g.DSN)
	if err != nil {
		return nil, err
	}
	return &given{
		dsn: g.DSN, addr: net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))),
		names: map[string]string{"user": c.User, "password": c.Password, "database": c.Database},
	}, nil
}

// Parse reads a DSN that a gate can stand before: one with a host and a port.
func Parse(dsn string) (*pgconn.Config, error) {
	c, err := pgconn.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("read the address of the database: %w", err)
	}
	if strings.HasPrefix(c.Host, "/") {
		return nil, fmt.Errorf("read the address of the database: %s is a socket; a gate needs host and port", c.Host)
	}
	return c, nil
}

type given struct {
	dsn, addr string
	names     map[string]string
}

var _ fakes.Scripted = (*given)(nil)

// Addr is host:port.
func (g *given) Addr() string { return g.addr }

// Names are user, password and database, as the DSN has them.
func (g *given) Names() map[string]string { return g.names }

// Stateful is true.
func (g *given) Stateful() bool { return true }

// Reset is not possible: the data is somebody else's.
func (g *given) Reset(context.Context) error {
	return &fakes.Unavailable{What: "the data of a given database is not reset"}
}

// Stop does nothing.
func (g *given) Stop(context.Context) error { return nil }

// Exec runs a script as the user of the DSN.
func (g *given) Exec(ctx context.Context, script, as string) error {
	if as != "" {
		return &fakes.Unavailable{What: "a given database is used as the user of its address only, not as " + as}
	}
	return run(ctx, g.dsn, script)
}

// Query gives the first column of the first row as text.
func (g *given) Query(ctx context.Context, query string) (string, error) {
	return ask(ctx, g.dsn, query)
}

// Address is a server of any kind that somebody else runs.
type Address struct{ HostPort string }

// Start checks the form of the address; it does not connect.
func (a Address) Start(context.Context) (fakes.Backend, error) {
	host, port, err := net.SplitHostPort(a.HostPort)
	if err != nil || host == "" || port == "" {
		return nil, fmt.Errorf("read the address of a server: want host:port, not %q", a.HostPort)
	}
	return address(a.HostPort), nil
}

type address string

func (a address) Addr() string             { return string(a) }
func (a address) Names() map[string]string { return nil }
func (a address) Stateful() bool           { return true }
func (a address) Reset(context.Context) error {
	return &fakes.Unavailable{What: "the data of a given server is not reset"}
}
func (a address) Stop(context.Context) error { return nil }

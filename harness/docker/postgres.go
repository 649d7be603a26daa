package docker

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/servers"
)

// Postgres is a PostgreSQL server in a container: postgres:17, or any image that takes POSTGRES_USER and POSTGRES_PASSWORD as
// that one does. The user owns the database and is no superuser. Durability is switched off.
type Postgres struct {
	Image                    string
	Pull                     string
	User, Password, Database string // made up when empty
	Memory                   Size
}

func (Postgres) contained() {}

// Start brings up a server of its own.
func (p Postgres) Start(ctx context.Context) (fakes.Backend, error) {
	p.User, p.Database = cmp.Or(p.User, "app"), cmp.Or(p.Database, "app")
	p.Password = cmp.Or(p.Password, strings.ToLower(rand.Text()))
	root := strings.ToLower(rand.Text())
	d := &database{owner: p}
	d.dsn = func(addr, user, password, database string) string {
		u := url.URL{Scheme: "postgres", User: url.UserPassword(user, password), Host: addr, Path: "/" + database, RawQuery: "sslmode=disable"}
		return u.String()
	}
	d.root = func(database string) string { return d.dsn(d.Addr(), "postgres", root, database) }
	var err error
	d.server, err = Server{
		Image: p.Image, Pull: p.Pull, Port: 5432, Memory: p.Memory, Signal: "SIGINT", // which does not wait for clients

		Env:   map[string]string{"POSTGRES_USER": "postgres", "POSTGRES_PASSWORD": root},
		Cmd:   []string{"postgres", "-c", "fsync=off", "-c", "full_page_writes=off"},
		Facts: map[string]string{"user": p.User, "password": p.Password, "database": p.Database},
		Ready: func(ctx context.Context, addr string) error {
			_, err := ask(ctx, d.dsn(addr, "postgres", root, "postgres"), "select 1")
			return err
		},
	}.start(ctx)
	if err != nil {
		return nil, err
	}
	for _, sql := range []string{
		"create role " + quote(p.User) + " login password " + literally(p.Password),
		"create database " + quote(p.Database) + " owner " + quote(p.User),
	} {
		if err := run(ctx, d.root("postgres"), sql); err != nil {
			return nil, errors.Join(fmt.Errorf("make user and database: %w", err), d.Stop(context.WithoutCancel(ctx)))
		}
	}
	return d, nil
}

// database is a running Postgres.
type database struct {
	*server
	owner Postgres
	dsn   func(addr, user, password, database string) string
	root  func(database string) string

	mu       sync.Mutex
	snapshot bool
}

var (
	_ fakes.Scripted   = (*database)(nil)
	_ fakes.Restorable = (*database)(nil)
)

// Exec runs a script in the database, as its owner or as "superuser".
func (d *database) Exec(ctx context.Context, script, as string) error {
	switch as {
	case "":
		return run(ctx, d.own(), script)
	case "superuser":
		return run(ctx, d.root(d.owner.Database), script)
	}
	return fmt.Errorf("run a script as %q: want nothing or superuser", as)
}

// Query gives the first column of the first row as text.
func (d *database) Query(ctx context.Context, query string) (string, error) {
	return ask(ctx, d.own(), query)
}

func (d *database) own() string {
	return d.dsn(d.Addr(), d.owner.User, d.owner.Password, d.owner.Database)
}

// Version is the first transaction number that nobody has taken yet: PostgreSQL gives one to every transaction that writes, and
// to no other (manual, 66.1).
func (d *database) Version(ctx context.Context) (string, error) {
	return ask(ctx, d.root("postgres"), "select txid_snapshot_xmax(txid_current_snapshot())")
}

const kept = "failwell_snapshot"

// Snapshot keeps the data as it is now for Reset. It ends every connection to the database.
func (d *database) Snapshot(ctx context.Context) error {
	return d.copyData(ctx, kept, d.owner.Database)
}

// Reset brings the data back to the last Snapshot; without one the database is empty afterwards. It ends every connection
// to the database.
func (d *database) Reset(ctx context.Context) error {
	d.mu.Lock()
	from := "template1"
	if d.snapshot {
		from = kept
	}
	d.mu.Unlock()
	return d.copyData(ctx, d.owner.Database, from)
}

func (d *database) copyData(ctx context.Context, to, from string) error {
	for _, sql := range []string{
		"select pg_terminate_backend(pid) from pg_stat_activity where datname = " + literally(from) + " and pid <> pg_backend_pid()",
		"drop database if exists " + quote(to) + " with (force)",
		"create database " + quote(to) + " owner " + quote(d.owner.User) + " template " + quote(from),
	} {
		if err := run(ctx, d.root("postgres"), sql); err != nil {
			return fmt.Errorf("copy database %s to %s: %w", from, to, err)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.snapshot = d.snapshot || to == kept
	return nil
}

// run and ask speak to a server at a given address.
func run(ctx context.Context, dsn, script string) error {
	b, err := servers.Given{DSN: dsn}.Start(ctx)
	if err != nil {
		return err
	}
	return b.(fakes.Scripted).Exec(ctx, script, "")
}

func ask(ctx context.Context, dsn, query string) (string, error) {
	b, err := servers.Given{DSN: dsn}.Start(ctx)
	if err != nil {
		return "", err
	}
	return b.(fakes.Scripted).Query(ctx, query)
}

// quote makes an identifier of any text.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// literally makes a string literal of any text.
func literally(text string) string {
	return "E'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}

package servers

import (
	"context"
	"errors"
	"net"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failwell/failwell/fakes"
)

// started starts a throw-away server, or skips the test.
func started(t *testing.T, p Postgres) fakes.Backend {
	t.Helper()
	begin := time.Now()
	b, err := p.Start(t.Context())
	var missing *fakes.Unavailable
	if errors.As(err, &missing) {
		t.Skip(missing)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stopped(t, b) })
	t.Logf("started in %s", time.Since(begin))
	return b
}

func stopped(t *testing.T, b fakes.Backend) {
	begin := time.Now()
	if err := b.Stop(context.Background()); err != nil {
		t.Error(err)
	}
	if err := b.Stop(context.Background()); err != nil {
		t.Errorf("stop twice: %v", err)
	}
	t.Logf("stopped in %s", time.Since(begin))
}

func dsn(b fakes.Backend) string {
	n := b.Names()
	u := url.URL{Scheme: "postgres", User: url.UserPassword(n["user"], n["password"]), Host: b.Addr(), Path: n["database"], RawQuery: "sslmode=disable"}
	return u.String()
}

func TestPostgresLetsItsUserIn(t *testing.T) {
	b := started(t, Postgres{User: `o'dd "user`, Password: `p@ss'w\ord`, Database: "sh op"})
	c, err := pgx.Connect(t.Context(), dsn(b))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	var super string
	if err := c.QueryRow(t.Context(), "show is_superuser").Scan(&super); err != nil || super != "off" {
		t.Errorf("is_superuser %q, %v; want off", super, err)
	}
	if _, err := pgx.Connect(t.Context(), strings.Replace(dsn(b), "ord@", "wrong@", 1)); err == nil {
		t.Error("a wrong password was accepted")
	}
	if !b.Stateful() {
		t.Error("a real server is stateful")
	}
}

func TestPostgresGoesBackToItsSnapshot(t *testing.T) {
	b := started(t, Postgres{})
	s := b.(fakes.Scripted)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	want := func(query, want string) {
		t.Helper()
		if got, err := s.Query(t.Context(), query); err != nil || got != want {
			t.Fatalf("%s gives %q, %v; want %q", query, got, err, want)
		}
	}
	must(s.Exec(t.Context(), "create table orders (id int); insert into orders values (1), (2)", ""))
	must(s.Exec(t.Context(), "alter system set log_min_duration_statement = 0", "superuser"))
	if s.Exec(t.Context(), "alter system set log_min_duration_statement = 0", "") == nil {
		t.Error("the owner may do what only a superuser may")
	}
	must(b.(interface{ Snapshot(context.Context) error }).Snapshot(t.Context()))
	must(s.Exec(t.Context(), "insert into orders values (3)", ""))
	want("select count(*) from orders", "3")
	open, err := pgx.Connect(t.Context(), dsn(b))
	must(err)
	defer open.Close(context.Background())
	begin := time.Now()
	must(b.Reset(t.Context()))
	t.Logf("reset in %s", time.Since(begin))
	want("select count(*) from orders", "2")
	want("select id from orders where id = 3", "")
	must(s.Exec(t.Context(), "insert into orders values (4)", ""))
	must(b.Reset(t.Context()))
	want("select count(*) from orders", "2")
}

func TestPostgresLeavesNothing(t *testing.T) {
	b := started(t, Postgres{Dir: t.TempDir()})
	dir := b.(*server).dir
	if err := b.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", dir, err)
	}
	if c, err := net.Dial("tcp", b.Addr()); err == nil {
		c.Close()
		t.Error("somebody still listens")
	}
}

func TestPostgresIsMissing(t *testing.T) {
	_, err := Postgres{Bin: "/nowhere"}.Start(t.Context())
	var missing *fakes.Unavailable
	if !errors.As(err, &missing) || !strings.Contains(missing.What, "no initdb in /nowhere; apt-get install postgresql") {
		t.Errorf("got %v", err)
	}
}

func TestPostgresDiesEarly(t *testing.T) {
	owner, err := serverUser()
	if err != nil {
		t.Skip(err)
	}
	dir, err := os.MkdirTemp(placeFor(t.TempDir(), owner), "dies-early-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := owner.own(dir); err != nil {
		t.Fatal(err)
	}
	p, err := start(owner, dir, "/bin/sh", "-c", "echo no space left; exit 3")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{dir: "/nowhere", port: 1, process: p}
	err = s.ready(t.Context())
	if err == nil || !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("got %v; want the exit status and the last lines", err)
	}
}

func TestGiven(t *testing.T) {
	b := started(t, Postgres{})
	g, err := Given{DSN: dsn(b)}.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if g.Addr() != b.Addr() || g.Names()["password"] != b.Names()["password"] {
		t.Errorf("got %s %v", g.Addr(), g.Names())
	}
	if got, err := g.(fakes.Scripted).Query(t.Context(), "select 40 + 2"); err != nil || got != "42" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, wrong := range []string{"postgres://h:port/x", "host=/var/run user=x"} {
		if _, err := (Given{DSN: wrong}).Start(t.Context()); err == nil {
			t.Errorf("%s was accepted", wrong)
		}
	}
	if _, err := (Address{HostPort: "nowhere"}).Start(t.Context()); err == nil {
		t.Error("an address without port was accepted")
	}
}

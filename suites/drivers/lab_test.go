package drivers

import (
	"cmp"
	"context"
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/postgres"
	"github.com/failwell/failwell/fakes/servers"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/system"
)

// A lab is a driver before a server of its own: by its own port, by a relay, and by a gate.
type lab struct {
	*testing.T
	*probe
	server fakes.Backend
	rig    *fakes.LocalRig
	relay  *relay
	seen   int // hits before what is armed
}

const schema = `
create table t (id int primary key, name text not null, price int constraint positive check (price > 0), size varchar(40));
create table child (id int primary key, t int, constraint child_t foreign key (t) references t (id));
create table late (id int primary key, t int, constraint late_t foreign key (t) references t (id) deferrable initially deferred);
insert into t values (1, 'one', 1), (2, 'two', 2);
insert into child values (1, 1);
alter table t owner to ann; alter table child owner to ann; alter table late owner to ann;
create table kept (id int primary key); create table filled (id int); create table broken (id int);
grant select on kept, broken to ann; grant insert on filled to ann;
create role boss superuser login password 'secret';
alter system set deadlock_timeout = '60ms';
select pg_reload_conf()`

func newLab(t *testing.T, d driver) *lab {
	t.Helper()
	server, err := servers.Postgres{User: "ann", Password: "secret", Database: "shop"}.Start(t.Context())
	var none *fakes.Unavailable
	if errors.As(err, &none) && os.Getenv("FAILWELL_CI") == "" {
		t.Skip(none)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop(context.Background()) })
	l := &lab{T: t, server: server, rig: fakes.NewRig(), relay: newRelay(t, server.Addr())}
	t.Cleanup(func() { _ = l.rig.Close() })
	l.must(errors.Join(l.rig.Add(t.Context(), "db", postgres.Fake{}, "127.0.0.1:0"), l.rig.Bind("db", server.Addr())))
	l.boss(schema)
	l.probe = d.start(t)
	return l
}

func (l *lab) must(err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
}

// boss runs a script as the superuser, each line of it alone.
func (l *lab) boss(script string) {
	l.Helper()
	for sql := range strings.SplitSeq(script, "\n") {
		if strings.TrimSpace(sql) == "" {
			continue
		}
		if err := l.server.(fakes.Scripted).Exec(context.Background(), sql, "superuser"); err != nil {
			l.Fatalf("%s: %v", sql, err)
		}
	}
}

// session opens a session beside the driver's, of the superuser, until the end of the trouble.
func (l *lab) session() *pgconn.PgConn {
	l.Helper()
	c, err := pgconn.Connect(l.Context(), "postgres://boss:secret@"+l.server.Addr()+"/shop?sslmode=disable")
	l.must(err)
	return c
}

// crash lets the process of a session die, so that the server ends all others.
func (l *lab) crash() {
	l.Helper()
	c := l.session()
	_, _ = c.Exec(l.Context(), crash).ReadAll()
	_ = c.Close(l.Context())
}

// waiting is how many sessions wait for a lock.
func (l *lab) waiting() string {
	n, err := l.server.(fakes.Scripted).Query(l.Context(), "select count(*) from pg_locks where not granted")
	l.must(err)
	return n
}

// act does something to the server, and returns how it is undone.
func (l *lab) act(do string) func() {
	l.Helper()
	var undo func(context.Context) error
	l.until(do, func() (done bool) {
		var err error
		undo, err = l.server.(system.Actor).Act(l.Context(), fault.Act{On: "db", Do: do})
		if !errors.Is(err, context.DeadlineExceeded) { // a busy machine
			l.must(err)
		}
		return err == nil
	})
	return func() { l.must(undo(context.Background())) }
}

// step asks the driver at an address, and waits for the answer. What takes longer than a driver's own time-out is helped by late.
func (l *lab) step(s step, addr string, late func()) answer {
	l.Helper()
	host, port, err := net.SplitHostPort(addr)
	l.must(err)
	s.Host = host
	s.Port, err = strconv.Atoi(port)
	l.must(err)
	for field, value := range map[*string]string{&s.User: "ann", &s.Password: "secret", &s.Database: "shop"} {
		if *field == "" {
			*field = value
		}
	}
	s.Timeout = cmp.Or(s.Timeout, 2000)
	s.Query = cmp.Or(s.Query, 2000)
	return l.do(l.T, s, 3500*time.Millisecond, patience, late)
}

// refusal is the SQLSTATE with which the server refuses a connection.
func (l *lab) refusal() string {
	c, err := pgconn.Connect(l.Context(), "postgres://ann:secret@"+l.server.Addr()+"/shop?sslmode=disable")
	if err == nil {
		_ = c.Close(l.Context())
		return ""
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return err.Error()
}

// ready waits until the server takes connections.
func (l *lab) ready() { l.until("it is ready", func() bool { return l.refusal() == "" }) }

func (l *lab) until(what string, is func() bool) {
	for began := time.Now(); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > patience {
			l.Fatalf("not within %s: %s", patience, what)
		}
	}
}

package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failwell/failwell/fakes/servers"
	"github.com/failwell/failwell/harness/fault"
)

// A trouble is a way to make an installed server say what a named reply says.
type trouble struct {
	reply  string
	before string // on the connection that gets into trouble
	beside string // on another one, which stays open
	aside  string // on a third one, when both are ready
	waits  bool   // whether aside is blocked, and goes on only with the trouble
	last   string // what fails
	params []string
	sound  string                               // parameters that do no harm, when failwell is to speak: a server says it before the statement runs
	try    func(l *lab, c *pgconn.PgConn) error // in place of last
	enter  string                               // in place of all that: the connection is refused with these settings
	crowd  bool                                 // and while no slot is free
}

const troubled = `
create table t (id int primary key, name text not null, ref int, size varchar(40), price int check (price > 0), uid uuid, at timestamptz);
create table child (id int primary key, t int references t (id));
create table ranges (during int4range, exclude using gist (during with &&));
create table indexed (name text primary key);
insert into t values (1, 'one'), (2, 'two');
insert into child values (1, 1);
grant all on all tables in schema public to ann; alter table t owner to ann;
create table private (id int); revoke all on private from public;
create role boss superuser login password 'secret';
alter role ann set temp_file_limit = '1MB';
alter system set deadlock_timeout = '60ms'; select pg_reload_conf();`

var troubles = []trouble{
	{reply: "bad-password", enter: "ann:wrong@/shop"},
	{reply: "slots-reserved", enter: "ann:secret@/shop", crowd: true},
	{reply: "no-database", enter: "ann:secret@/other"},
	{reply: "admin-shutdown", before: "begin", aside: "select pg_terminate_backend({pid})", last: "select 1"},
	{reply: "idle-in-transaction-timeout", before: "set idle_in_transaction_session_timeout = 20; begin", aside: "select pg_sleep(0.3)", last: "select 1"},
	{reply: "deadlock", before: "begin; update t set ref = 1 where id = 1", beside: "begin; update t set ref = 1 where id = 2",
		aside: "update t set ref = 1 where id = 1", waits: true, last: "update t set ref = 1 where id = 2"},
	{reply: "serialization", before: "begin isolation level repeatable read; select 1 from t", aside: "update t set ref = ref + 1 where id = 1",
		last: "update t set ref = 2 where id = 1"},
	{reply: "serialization-dependencies", before: "begin isolation level serializable; select sum(ref) from t; update t set ref = 3 where id = 1",
		aside: "begin isolation level serializable; select sum(ref) from t; update t set ref = 3 where id = 2; commit", last: "commit"},
	{reply: "lock-timeout", before: "set lock_timeout = 20", beside: "begin; update t set ref = 4 where id = 1", last: "update t set ref = 5 where id = 1"},
	{reply: "lock-timeout", before: "set lock_timeout = 20", beside: "begin; update t set ref = 4 where id = 1", last: "select * from t where id = 1 for update"},
	{reply: "lock-timeout", before: "set lock_timeout = 20", beside: "begin; lock table t in access exclusive mode", last: "select * from t"},
	{reply: "lock-not-available", beside: "begin; update t set ref = 4 where id = 1", last: "select * from t where id = 1 for update nowait"},
	{reply: "unique", last: "insert into t values (1, 'again')"},
	{reply: "unique", last: "insert into t (id, name) values ($1, $2)", params: []string{"1", "again"}},
	{reply: "foreign-key", last: "insert into child values (9, 99)"},
	{reply: "still-referenced", last: "delete from t where id = 1"},
	{reply: "not-null", last: "insert into t values (9, null)"},
	{reply: "check", last: "insert into t (id, name, price) values (9, 'x', -1)"},
	{reply: "exclusion", before: "delete from ranges; insert into ranges values ('[1,5)')", last: "insert into ranges values ('[2,3)')"},
	{reply: "bad-text", last: "select * from t where uid = 'nonsense'"},
	{reply: "bad-text", last: "select * from t where uid = $1", params: []string{"nonsense"}, sound: "6f0b1c3e-0d0a-4a3b-9a35-5c2c9d6e3f5b"},
	{reply: "string-too-long", last: "insert into t (id, name, size) values (9, 'x', repeat('x', 41))"},
	{reply: "out-of-range", last: "select * from t where id = '99999999999'"},
	{reply: "out-of-range", last: "select * from t where id = $1", params: []string{"99999999999"}, sound: "9"},
	{reply: "bad-datetime", last: "select * from t where at > 'tomorrowish'"},
	{reply: "bad-datetime", last: "select * from t where at > $1", params: []string{"tomorrowish"}, sound: "2026-11-21"},
	{reply: "bad-encoding", last: "select * from t where name = $1", params: []string{"a\x00b"}, sound: "ab"},
	{reply: "statement-timeout", before: "set statement_timeout = 20", last: "select pg_sleep(5)"},
	{reply: "in-failed-transaction", before: "begin; select nothing", last: "select 1"},
	{reply: "read-only", before: "set default_transaction_read_only = on", last: "insert into t values (9, 'x')"},
	{reply: "read-only", before: "set default_transaction_read_only = on", last: "update t set ref = 1"},
	{reply: "undefined-table", last: "select * from nowhere where id = 1"},
	{reply: "undefined-table", try: func(l *lab, c *pgconn.PgConn) error {
		_, err := c.Prepare(l.Context(), "two", "insert into nowhere (id) values ($1)", nil)
		return err
	}},
	{reply: "undefined-column", last: "select nothing, id from t"},
	{reply: "undefined-function", last: "select * from t where nothing(1) = 1"},
	{reply: "insufficient-privilege", last: "select * from private"},

	{reply: "stack-depth", last: "select 1" + strings.Repeat("+1", 20000)},
	{reply: "index-row-too-large", last: "insert into indexed select string_agg(md5(i::text), '') from generate_series(1, 100) i"},
	{reply: "configuration-limit", before: "set work_mem = '64kB'", last: "select count(*) from (select i from generate_series(1, 200000) i order by i desc) as sorted"},
	{reply: "object-in-use", before: "begin; declare c cursor for select * from t", last: "drop table child, t"},
	{reply: "undefined-statement", last: "execute nothing(1)"},
	{reply: "duplicate-statement", try: func(l *lab, c *pgconn.PgConn) error {
		_, err := c.Prepare(l.Context(), "one", "select 1", nil)
		return err
	}},
	{reply: "stale-plan", aside: "alter table t add column more int", try: func(l *lab, c *pgconn.PgConn) error {
		return c.ExecPrepared(l.Context(), "one", nil, nil, nil).Read().Err
	}},
}

// Every named reply that an installed server can be brought to say is as the server's own: which fields there are, and what they say but for
// names and values.
func TestRepliesAreAsTheServersOwn(t *testing.T) {
	l := newLab(t, servers.Postgres{User: "ann", Password: "secret", Database: "shop"})
	for _, sql := range splitStatements(troubled) { // ALTER SYSTEM wants to be alone
		l.must(l.scripted().Exec(t.Context(), sql, "superuser"))
	}
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 4, 1, ' ', 0)
	_, _ = fmt.Fprintln(w, "reply\tfrom\tseverity\tcode\tmessage\tfields")
	for _, x := range troubles {
		genuine, injected := l.provoke(x, false), l.provoke(x, true)
		for i, e := range []*pgconn.PgError{genuine, injected} {
			from := []string{"server", "failwell"}[i]
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", x.reply, from, e.Severity, e.Code, short(e.Message), strings.Join(fieldsOf(e), " "))
		}
		compare(t, x, genuine, injected)
	}
	_ = w.Flush()
	t.Log("\n" + table.String())
}

func short(s string) string {
	if len(s) > 90 {
		return s[:90] + "..."
	}
	return s
}

// fieldsOf are the fields that an error has besides S, V, C and M, with what their value is where it is a server's own.
func fieldsOf(e *pgconn.PgError) []string {
	var all []string
	for _, f := range []struct{ name, value string }{{"D", e.Detail}, {"H", e.Hint}, {"P", position(e.Position)}, {"p", position(e.InternalPosition)},
		{"q", e.InternalQuery}, {"W", e.Where}, {"s", e.SchemaName}, {"t", e.TableName}, {"c", e.ColumnName}, {"d", e.DataTypeName}, {"n", e.ConstraintName}} {
		if f.value != "" {
			all = append(all, f.name)
		}
	}
	if e.Position > 0 {
		all = append(all, "at "+strconv.Itoa(int(e.Position)))
	}
	if e.Line > 0 {
		all = append(all, "L") // which one changes with every release
	}
	return append(all, "F="+e.File, "R="+e.Routine)
}

func position(n int32) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(int(n))
}

// compare holds an injected error against the genuine one.
func compare(t *testing.T, x trouble, genuine, injected *pgconn.PgError) {
	t.Helper()
	about := x.reply + ": " + short(x.last)
	if g, i := strings.Join(fieldsOf(genuine), " "), strings.Join(fieldsOf(injected), " "); g != i {
		t.Errorf("%s\n  the server says  %s\n  failwell says    %s", about, g, i)
	}
	if genuine.Severity != injected.Severity || genuine.SeverityUnlocalized != injected.SeverityUnlocalized || genuine.Code != injected.Code {
		t.Errorf("%s: %s %s, want %s %s", about, injected.Severity, injected.Code, genuine.Severity, genuine.Code)
	}
	said, told := Fake{}.Describe().Replies[x.reply].Fields, "message"
	if said["notice"] != "" {
		told = "notice"
	}
	for field, value := range map[string]string{told: genuine.Message, "detail": genuine.Detail, "hint": genuine.Hint, "where": genuine.Where} {
		if value != "" && !patternOf(said[field]).MatchString(value) { // whether there is one is a matter of the fields
			t.Errorf("%s: the %s of the server is\n  %s\nand that of failwell\n  %s", about, field, value, said[field])
		}
	}
}

var (
	filled = regexp.MustCompile(`\\\{[a-z]+\\\}|\\\$[a-z]+`)
	digits = regexp.MustCompile(`[0-9]+`)
)

// patternOf matches what a field of a reply can say.
func patternOf(text string) *regexp.Regexp {
	return regexp.MustCompile("(?s)^" + digits.ReplaceAllString(filled.ReplaceAllString(regexp.QuoteMeta(text), ".+"), "[0-9]+") + "$")
}

// provoke gets into trouble, or has failwell say so in place of a server that has none.
func (l *lab) provoke(x trouble, inject bool) *pgconn.PgError {
	l.Helper()
	if x.enter != "" {
		return l.refused(x, inject)
	}
	c, other := l.raw("ann"), l.raw("boss")
	aside := make(chan struct{})
	defer func() { _ = c.Close(context.Background()); <-aside; _ = other.Close(context.Background()) }()
	switch x.reply {
	case "duplicate-statement", "stale-plan", "undefined-statement":
		_, err := c.Prepare(l.Context(), "one", "select * from t", nil)
		l.must(err)
	}
	if inject {
		close(aside)
		l.arm("", fault.Effect{Verb: fault.Answer, Say: fault.Saying{Name: x.reply}})
		err := l.fails(x, c, x.sound)
		if h := l.struck(); h.Done != fault.Carried {
			l.Errorf("%s: %+v", x.reply, h)
		}
		l.heal()
		return l.own(x, err)
	}
	l.run(c, x.before)
	l.run(other, x.beside)
	go func() {
		defer close(aside)
		_, _ = other.Exec(context.WithoutCancel(l.Context()), strings.ReplaceAll(x.aside, "{pid}", strconv.Itoa(int(c.PID())))).ReadAll()
	}()
	if x.waits {
		<-time.After(150 * time.Millisecond)
	} else {
		<-aside
	}
	return l.own(x, l.fails(x, c, ""))
}

// fails is what a client gets of the statement that fails.
func (l *lab) fails(x trouble, c *pgconn.PgConn, sound string) error {
	if x.try != nil {
		return x.try(l, c)
	}
	if x.params == nil {
		_, err := c.Exec(l.Context(), x.last).ReadAll()
		return err
	}
	values := make([][]byte, len(x.params))
	for i, p := range x.params {
		values[i] = []byte(p)
	}
	if sound != "" {
		values[0] = []byte(sound)
	}
	return c.ExecParams(l.Context(), x.last, values, nil, nil, nil).Read().Err
}

// own is the error of the server in err.
func (l *lab) own(x trouble, err error) *pgconn.PgError {
	l.Helper()
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		l.Fatalf("%s: %s: got %v, no error of a server", x.reply, short(x.last), err)
	}
	return e
}

func (l *lab) refused(x trouble, inject bool) *pgconn.PgError {
	l.Helper()
	if inject {
		l.arm("", fault.Effect{Verb: fault.Answer, Say: fault.Saying{Name: x.reply}})
		defer l.heal()
		x.enter = "ann:secret@/shop"
	}
	u, err := url.Parse("postgres://" + x.enter)
	l.must(err)
	u.Host, u.RawQuery = l.rig.Addr("db"), "sslmode=disable"
	for {
		c, err := pgconn.Connect(l.Context(), u.String())
		if err != nil || !x.crowd {
			return l.own(x, err)
		}
		defer func() { _ = c.Close(context.Background()) }()
	}
}

// A server process that was killed takes the others with it: each says so in a notice, which is no error, and ends.
func TestCrashIsTold(t *testing.T) {
	l := newLab(t, servers.Postgres{User: "ann", Password: "secret", Database: "shop"})
	l.must(l.scripted().Exec(t.Context(), "create role boss superuser login password 'secret'", "superuser"))
	told := func(end func(pid uint32)) *pgconn.Notice {
		t.Helper()
		cfg, err := pgconn.ParseConfig("postgres://ann:secret@" + l.rig.Addr("db") + "/shop?sslmode=disable")
		l.must(err)
		var last *pgconn.Notice
		cfg.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { last = n }
		c, err := pgconn.ConnectConfig(t.Context(), cfg)
		l.must(err)
		end(c.PID())
		_, err = c.Exec(t.Context(), "select pg_sleep(10)").ReadAll()
		var e *pgconn.PgError
		if err == nil || errors.As(err, &e) || last == nil {
			t.Fatalf("got %v, notice %v; want a notice and then the end", err, last)
		}
		return last
	}
	injected := told(func(uint32) { l.arm("", fault.Effect{Verb: fault.Answer, Say: fault.Saying{Name: "crash-shutdown"}}) })
	if h := l.struck(); h.Done != fault.Carried || h.Answer != "57P02" {
		t.Errorf("%+v", h)
	}
	l.heal()
	boss, victim := l.raw("boss"), l.raw("ann")
	genuine := told(func(uint32) {
		_, _ = boss.Exec(t.Context(), fmt.Sprintf("copy (select 1) to program 'kill -9 %d'", victim.PID())).ReadAll()
	})
	compare(t, trouble{reply: "crash-shutdown"}, (*pgconn.PgError)(genuine), (*pgconn.PgError)(injected))
	for _, c := range []*pgconn.PgConn{boss, victim} {
		_ = c.Close(context.Background())
	}
}

// raw opens a connection that speaks the protocol without a driver's habits.
func (l *lab) raw(user string) *pgconn.PgConn {
	l.Helper()
	c, err := pgconn.Connect(l.Context(), "postgres://"+user+":secret@"+l.rig.Addr("db")+"/shop?sslmode=disable")
	l.must(err)
	return c
}

func (l *lab) run(c *pgconn.PgConn, script string) {
	l.Helper()
	if script == "" {
		return
	}
	for _, sql := range splitStatements(script) {
		if _, err := c.Exec(l.Context(), sql).ReadAll(); err != nil && !strings.Contains(sql, "nothing") {
			l.Fatalf("%s: %v", sql, err)
		}
	}
}

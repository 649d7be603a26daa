package drivers

import (
	"slices"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

// A trouble is made twice for a driver that does the same both times: a genuine one on the server, and one that failwell injects.
type trouble struct {
	name  string
	tx    bool     // what the driver does is in a transaction
	first []string // what it does before
	last  step     // what fails
	timed bool     // how long it takes is part of what it shows
	only  []string // of drivers that can meet it; none: all

	// The genuine trouble.
	before, after string                   // of the superuser, before the driver connects, and when all is over
	beside        string                   // in a session that stays open
	aside         string                   // in the same session, and waits there for the driver
	during        string                   // of the superuser, while the last step is under way
	idle          bool                     // during is before the last step
	cut           cut                      // by a relay
	act           string                   // to the server
	start         func(*lab) (undo func()) // what else is done to the server, before the driver connects

	// The injected trouble.
	fault injected
	names map[string]string // what stands where failwell would put canaries, but for usual
}

type injected interface {
	Injection() (fault.Injection, error)
}

// usual are names of the lab, in place of canaries.
var usual = map[string]string{"table": "t", "schema": "public", "user": "ann", "database": "shop", "column": "id"}

var (
	db    = fault.Scope{On: "db"}
	query = fault.Scope{On: "db", Op: "query"}
)

func reply(name string) injected {
	return fault.Replies{Scope: db, Which: fault.Which{First: 1}, Saying: fault.Saying{Name: name}}
}

// atQuery is a reply that is not for what prepares the query.
func atQuery(name string) injected {
	return fault.Replies{Scope: query, Which: fault.Which{First: 1}, Saying: fault.Saying{Name: name}}
}

// run is a statement that gives what it needs: $1 is id.
func run(sql string, id int) step { return step{Do: "run", SQL: sql, ID: id} }

var (
	commit  = step{Do: "commit"}
	connect = step{Do: "connect"}
	one     = run("select name from t where id = $1", 1)
	sleep   = step{Do: "run", SQL: "select pg_sleep($1)", ID: 2, Timeout: 800}
	stall   = step{Do: "run", SQL: "select repeat('x', 12000), pg_sleep(case i when 3 then $1 else 0 end) from generate_series(1, 4) i", ID: 3, Timeout: 800}
	wide    = run("select repeat('x', 12000) from generate_series(1, $1)", 4)
	work    = run(sleep.SQL, 1)
	all     = run("select * from t where id = $1", 1)
	change  = "update t set price = 3 where id = 1"
)

const crash = "copy (select where false) to program 'kill -9 $PPID'" // the process of the session itself

const terminate = "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'ann'"

var troubles = []trouble{
	// The data is refused.
	{name: "unique", last: run("insert into t (id, name) values ($1, 'again')", 1), fault: reply("unique"), names: map[string]string{"constraint": "t_pkey", "detail": "1"}},
	{name: "unique in transaction", tx: true, last: run("insert into t (id, name) values ($1, 'again')", 1), fault: reply("unique"), names: map[string]string{"constraint": "t_pkey", "detail": "1"}},
	{name: "foreign-key", last: run("insert into child values (9, $1)", 99), fault: reply("foreign-key"),
		names: map[string]string{"table": "child", "constraint": "child_t", "column": "t", "detail": "99", "other": "t"}},
	{name: "still-referenced", last: run("delete from t where id = $1", 1), fault: reply("still-referenced"),
		names: map[string]string{"constraint": "child_t", "detail": "1", "other": "child"}},
	{name: "not-null", last: run("insert into t (id, name) values ($1, null)", 9), fault: reply("not-null"), names: map[string]string{"column": "name", "detail": "9, null, null"}},
	{name: "check", last: run("insert into t (id, name, price) values (9, 'x', $1)", 0), fault: reply("check"), names: map[string]string{"constraint": "positive", "detail": "9, x, 0, null"}},
	{name: "foreign-key at COMMIT", tx: true, first: []string{"insert into late values (1, 99)"}, last: commit,
		fault: fault.Replies{Scope: fault.Scope{On: "db", Op: "commit"}, Saying: fault.Saying{Name: "foreign-key"}},
		names: map[string]string{"table": "late", "constraint": "late_t", "column": "t", "detail": "99", "other": "t"}},

	// Others are in the way.
	{name: "deadlock", tx: true, first: []string{change}, beside: "set deadlock_timeout = '1min'; begin; update t set price = 4 where id = 2", aside: "update t set price = 4 where id = 1",
		last: run("update t set price = 3 where id = $1", 2), fault: reply("deadlock")},
	{name: "serialization", tx: true, first: []string{"set transaction isolation level repeatable read", "select 1 from t"},
		beside: "update t set price = price + 1 where id = 2", last: run("update t set price = 5 where id = $1", 2), fault: reply("serialization")},
	{name: "serialization at COMMIT", tx: true, first: []string{"set transaction isolation level serializable", "select sum(price) from t", change},
		beside: "begin isolation level serializable; select sum(price) from t; update t set price = 3 where id = 2; commit", last: commit, fault: reply("serialization-dependencies")},
	{name: "lock-timeout", first: []string{"set lock_timeout = 200"}, beside: "begin; " + change, last: run("update t set price = 6 where id = $1", 1), fault: reply("lock-timeout")},
	{name: "lock-timeout of a read", first: []string{"set lock_timeout = 200"}, beside: "begin; lock table t in access exclusive mode", last: one, fault: reply("lock-timeout")},
	{name: "lock-not-available", beside: "begin; " + change, last: run("select name from t where id = $1 for update nowait", 1), fault: reply("lock-not-available")},

	// The application and the database do not fit together.
	{name: "undefined-table", before: "alter table t rename to gone", after: "alter table gone rename to t", last: one, fault: reply("undefined-table")},
	{name: "undefined-column", before: "alter table t rename column name to gone", after: "alter table t rename column gone to name", last: one,
		fault: reply("undefined-column"), names: map[string]string{"column": "name"}},
	{name: "insufficient-privilege", before: "revoke select on kept from ann", after: "grant select on kept to ann", last: run("select id from kept where id = $1", 1),
		fault: reply("insufficient-privilege"), names: map[string]string{"table": "kept"}},
	{name: "stale-plan", only: []string{"pgx", "pgjdbc"}, first: slices.Repeat([]string{all.SQL}, 6), idle: true, during: "alter table t add column more int",
		after: "alter table t drop column if exists more", last: all, fault: reply("stale-plan")},
	{name: "read-only", before: "alter role ann set default_transaction_read_only = on", after: "alter role ann reset default_transaction_read_only",
		last: run("update t set price = 6 where id = $1", 1), fault: reply("read-only")},
	{name: "string-too-long", last: run("insert into t (id, name, size) select $1, name, repeat(name, 41) from t where id = 1", 9), fault: reply("string-too-long")},

	// The server is short of something, or broken.
	{name: "disk-full", before: onFile("filled", "ln -sf /dev/full"), after: onFile("filled", emptied), last: run("insert into filled values ($1)", 1),
		fault: reply("disk-full"), names: map[string]string{"file": "1/1"}},
	{name: "corrupted", before: onFile("broken", "yes | head -c 8192 | tee"), after: onFile("broken", emptied), last: run("select id from broken where id = $1", 1),
		fault: reply("corrupted"), names: map[string]string{"file": "1/1"}},
	{name: "out-of-memory", idle: true, during: cramped, last: run("select length(repeat(name, $1)) from t where id = 1", 300_000_000),
		fault: atQuery("out-of-memory"), names: map[string]string{"detail": "ExprContext"}},
	{name: "read-only standby", start: standby, last: run("update t set price = 6 where id = $1", 1), fault: reply("read-only")},
	{name: "hot-standby", start: standby, first: []string{"set default_transaction_isolation = serializable"}, last: one, fault: reply("hot-standby")},

	// Too slow.
	{name: "statement-timeout", first: []string{"set statement_timeout = 200"}, last: work, fault: reply("statement-timeout")},
	{name: "idle-in-transaction-timeout", tx: true, before: "alter role ann set idle_in_transaction_session_timeout = 400", after: "alter role ann reset idle_in_transaction_session_timeout",
		first: []string{"select 1 from t"}, idle: true, during: "select pg_sleep(0.7)",
		last: one, fault: reply("idle-in-transaction-timeout")},
	{name: "slow", timed: true, last: sleep,
		fault: fault.Slow{Scope: query, Which: fault.Which{First: 1}, By: fault.For(2 * time.Second)}},
	{name: "slow reply", timed: true, last: sleep, fault: fault.Slow{Scope: query, Which: fault.Which{First: 1}, At: fault.Reply, By: fault.For(2 * time.Second)}},
	{name: "slow reply of a write", timed: true, cut: cut{at: "reply", delay: 1700 * time.Millisecond}, last: step{Do: "run", SQL: change, Timeout: 800},
		fault: fault.Slow{Scope: db, Which: fault.Which{First: 1}, At: fault.Reply, By: fault.For(1700 * time.Millisecond)}},
	{name: "hang", timed: true, beside: "select pg_advisory_lock(1)", last: step{Do: "run", SQL: "select pg_advisory_lock($1)", ID: 1, Timeout: 800},
		fault: fault.Hangs{Scope: query}},
	{name: "hang in transaction", tx: true, timed: true, first: []string{"select 1 from t"}, beside: "select pg_advisory_lock(1)",
		last: step{Do: "run", SQL: "select pg_advisory_lock($1)", ID: 1, Timeout: 800}, fault: fault.Hangs{Scope: query, Which: fault.Which{First: 1}}},
	{name: "hang, with statement_timeout", first: []string{"set statement_timeout = 300"}, beside: "select pg_advisory_lock(1)",
		last: run("select pg_advisory_lock($1)", 1), fault: fault.Hangs{Scope: query}},
	{name: "rows hang", timed: true, last: stall, fault: fault.Hangs{Scope: query, At: fault.Body, Past: 2}},
	{name: "slow in transaction", tx: true, timed: true, first: []string{"select 1 from t"},
		last: sleep, fault: fault.Slow{Scope: query, Which: fault.Which{First: 1}, By: fault.For(2 * time.Second)}},

	// The server goes.
	{name: "admin-shutdown", during: terminate, last: work, fault: atQuery("admin-shutdown")},
	{name: "admin-shutdown in transaction", tx: true, first: []string{"select 1 from t"}, during: terminate, last: work, fault: atQuery("admin-shutdown")},
	{name: "admin-shutdown while idle", idle: true, during: terminate, last: one, fault: fault.Stale{On: "db", How: fault.ShutDown}},
	{name: "admin-shutdown between statements", tx: true, first: []string{"select 1 from t"}, idle: true, during: terminate, last: one, fault: fault.Stale{On: "db", How: fault.ShutDown}},
	{name: "crash-shutdown", during: crash, last: work, fault: atQuery("crash-shutdown")},

	// Logging in.
	{name: "starting-up", start: starting, last: connect, fault: reply("starting-up")},
	{name: "recovering", start: recovering, last: connect, fault: reply("recovering")},
	{name: "shutting-down", start: stopping, last: connect, fault: reply("shutting-down")},
	{name: "too-many-connections", start: crowd("boss"), last: connect, fault: reply("too-many-connections")},
	{name: "slots-reserved", start: crowd("ann"), last: connect, fault: reply("slots-reserved")},
	{name: "bad-password", before: "alter role ann password 'another'", after: "alter role ann password 'secret'", last: connect, fault: reply("bad-password")},
	{name: "invalid-authorization", start: unlisted, last: connect, fault: reply("invalid-authorization"), names: map[string]string{"host": "127.0.0.1"}},
	{name: "no-database", last: step{Do: "connect", Database: "other"}, fault: reply("no-database"), names: map[string]string{"database": "other"}},

	// The network.
	{name: "closed at logging in", cut: cut{at: "request"}, last: connect, fault: fault.Closes{Scope: db, At: fault.Auth, Which: fault.Which{First: 1}}},
	{name: "reset at logging in", cut: cut{at: "request", reset: true}, last: connect, fault: fault.Resets{Scope: db, At: fault.Auth, Which: fault.Which{First: 1}}},
	{name: "hang at logging in", timed: true, act: "pause", last: step{Do: "connect", Alone: true}, fault: fault.Hangs{Scope: db, At: fault.Auth}},
	{name: "refused", act: "kill", last: connect, fault: fault.Refuse{On: "db"}},
	{name: "silent at connecting", timed: true, act: "pause", last: step{Do: "connect", Alone: true}, fault: fault.Silence{On: "db"}},
	{name: "silent", timed: true, act: "pause", last: step{Do: "run", SQL: one.SQL, ID: 1, Alone: true}, fault: fault.Silence{On: "db"}},
	{name: "closed at request", cut: cut{at: "request"}, last: one, fault: fault.Closes{Scope: db, Which: fault.Which{First: 1}}},
	{name: "reset at request", cut: cut{at: "request", reset: true}, last: one, fault: fault.Resets{Scope: db, Which: fault.Which{First: 1}}},
	{name: "reset in transaction", tx: true, first: []string{"select 1 from t"}, cut: cut{at: "request", reset: true}, last: one, fault: fault.Resets{Scope: db, Which: fault.Which{First: 1}}},
	{name: "closed while idle", idle: true, cut: cut{at: "idle"}, last: one, fault: fault.Stale{On: "db"}},
	{name: "reset while idle", idle: true, cut: cut{at: "idle", reset: true}, last: one, fault: fault.Stale{On: "db", How: fault.ResetAll}},
	{name: "rows cut", cut: cut{at: "reply", past: 30_000}, last: wide, fault: fault.Cuts{Scope: query, Which: fault.Which{First: 1}, Past: 2}},
	{name: "COMMIT whose reply is lost", tx: true, first: []string{change}, cut: cut{at: "reply"}, last: commit, fault: fault.Loses{Scope: fault.Scope{On: "db", Op: "commit"}}},
}

// onFile makes a program write the file of a table: the server finds its disk full when the file is /dev/full.
func onFile(table, program string) string {
	return "do $$ begin execute format('copy (select where false) to program ''" + program + " %s''', pg_relation_filepath('" + table + "')); end $$"
}

const (
	emptied = "cp --remove-destination /dev/null"
	cramped = "do $$ declare p int; begin for p in select pid from pg_stat_activity where usename = 'ann' loop " +
		"execute format('copy (select where false) to program ''prlimit --as=500000000 --pid %s''', p); end loop; end $$"
)

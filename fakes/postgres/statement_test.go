package postgres

import (
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/fault"
)

// statements of drivers, pools, frameworks and people, by operation.
var statements = map[string][]string{
	opBegin:    {"BEGIN", "start transaction", "begin isolation level serializable", "BEGIN; INSERT INTO t VALUES (1)", "/* shop */ BEGIN READ ONLY"},
	opCommit:   {"commit;", "END", "COMMIT AND CHAIN", "prepare transaction 'a'", "commit prepared 'a'", "end work"},
	opRollback: {"rollback", "abort", "rollback work", "ROLLBACK TRANSACTION", "rollback prepared 'a'", "ROLLBACK AND NO CHAIN"},
	opQuery: {" /* a /* b */ */ Select 1", "(select 1)", "WITH x as (select 1) select", "values (1)", "table orders", "explain analyze insert into t values (1)",
		"fetch 100 from c", "FETCH FORWARD 2000 FROM \"psycopg2_cursor\"", "select * from orders for update nowait", "select 'insert into t'",
		"with x as (select * from t for update) select * from x", "with recursive update_log as (select 1) select * from update_log",
		"WITH a AS (SELECT '(delete') SELECT 1", "set statement_timeout = 5; select * from orders", "; -- first\nselect 1",
		"SELECT set_config('app.user', $1, true)", "select nextval('orders_id_seq')"},
	opInsert: {"insert into t", "--x\ninsert", "INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 1", "with x as (select 1) insert into t select * from x",
		"WITH moved AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM moved", "with n as (insert into t values (1) returning id) select * from n",
		"with x as (select ')') /* ( */ insert into t table x"},
	opUpdate: {"UPDATE orders SET sku = $1", "with q as (select id from jobs for update skip locked) update jobs set taken = true from q",
		"select 1; update t set a = 1; select 2", "set a = 1; select 1; update t set a = 1", "with up as (\n  update t set a = 1 returning *\n) select * from up"},
	opDelete:  {"delete from t", "WITH old AS (SELECT 1) DELETE FROM t"},
	opMerge:   {"merge into t using s on true when matched then do nothing", "with s as (select 1) merge into t using s on true when matched then delete"},
	opCall:    {"call settle(1)", "DO $$ begin perform 1; end $$", "execute one(1)"},
	opUtility: {"create table t ()", "ALTER TABLE t ADD a int", "drop index i", "truncate orders", "notify news", "vacuum", "analyze t", "grant select on t to a", "refresh materialized view v", "comment on table t is 'x'", "création"},
	opCopy:    {"copy t from stdin", "COPY (select 1) TO STDOUT"},
	opSession: {"", ";", "-- ping", "/* open", "/* keep-alive */;", "SET extra_float_digits = 3", "set local role app", "set transaction isolation level serializable",
		"SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "SHOW TRANSACTION ISOLATION LEVEL", "show server_version", "SAVEPOINT active_record_1", "savepoint a",
		"RELEASE SAVEPOINT a", "rollback to a", "ROLLBACK WORK TO SAVEPOINT a", "DEALLOCATE pdo_stmt_00000001", "deallocate all", "DISCARD ALL", "listen news", "UNLISTEN *",
		"close c", "CLOSE ALL", "declare c cursor for select 1", "RESET ALL", "reset statement_timeout", "lock table orders in share mode", "move 5 in c",
		"prepare one as select 1", "SET a = 1; SET b = 2"},
}

func TestOp(t *testing.T) {
	n := 0
	for want, all := range statements {
		for _, sql := range all {
			n++
			if got := newStatement(sql).op; got != want {
				t.Errorf("%q is %s, want %s", sql, got, want)
			}
		}
	}
	if n < 60 {
		t.Errorf("only %d statements", n)
	}
	if got := traceOf("select 1 /*traceparent='00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'*/"); got != "4bf92f3577b34da6a3ce929d0e0e4736" {
		t.Error(got)
	}
}

// impossible are classes of SQLSTATE and single ones, each with the ops at which no server says them (PostgreSQL manual, appendix A; measured
// beside the replies where one can be provoked).
var impossible = map[string][]string{
	"22":    {opBegin, opCommit, opRollback, opPrepare, opUtility},
	"23":    {opBegin, opRollback, opQuery, opDelete, opPrepare, opUtility},
	"25006": {opBegin, opCommit, opRollback, opQuery, opPrepare},
	"26":    {opBegin, opCommit, opRollback, opPrepare, opUtility, opCopy},
	"40":    {opBegin, opRollback, opPrepare},
	"42":    {opBegin, opCommit, opRollback, opCall},
	"53100": {opBegin, opRollback, opPrepare},
	"55":    {opBegin, opCommit, opRollback, opPrepare},
	"57014": {opBegin, opRollback, opPrepare},
}

// No named reply strikes a driver's own statements, or a statement at which no server can say it, unless a rule insists; and each strikes some.
func TestRepliesStrikeWhereAServerCanSayThem(t *testing.T) {
	kind := Fake{}.Describe()
	for name, reply := range kind.Replies {
		if reply.At.Early() {
			continue
		}
		r := kind.Place(fault.Rule{Scope: fault.Scope{On: "db", InTx: nil}, Effect: fault.Effect{Verb: fault.Answer, Say: fault.Saying{Name: name}}})
		strikes := func(op string) bool { return r.Match(fault.Call{On: "db", Op: op, Text: "nowait"}) }
		if strikes(opSession) {
			t.Errorf("%s strikes the session", name)
		}
		struck := 0
		for _, op := range kind.Ops {
			if !strikes(op.Name) {
				continue
			}
			struck++
			for class, never := range impossible {
				if strings.HasPrefix(reply.Status, class) && slices.Contains(never, op.Name) && !allowed(name, op.Name) {
					t.Errorf("%s (%s) strikes %s", name, reply.Status, op.Name)
				}
			}
		}
		if struck == 0 {
			t.Errorf("%s strikes nothing", name)
		}
	}
}

// allowed are what the classes are too wide for.
func allowed(reply, op string) bool {
	return slices.Contains([]string{"still-referenced " + opDelete, "duplicate-statement " + opPrepare, "object-in-use " + opUtility}, reply+" "+op)
}

func TestRulesWithoutOpSpareTheSession(t *testing.T) {
	kind := Fake{}.Describe()
	set := fault.Call{On: "db", Op: opSession, Text: "SET a = 1"}
	insert := fault.Call{On: "db", Op: opInsert, Text: "insert into t", Old: true}
	for _, e := range []fault.Effect{{Verb: fault.Hang}, {Verb: fault.Answer, Say: fault.Saying{Status: "XX000"}}, {Verb: fault.Lose, At: fault.Reply}} {
		r := kind.Place(fault.Rule{Effect: e})
		if r.Match(set) || !r.Match(insert) {
			t.Errorf("%s: %v", e.Verb, r.Ops)
		}
		if r := kind.Place(fault.Rule{Scope: fault.Scope{Op: opSession}, Effect: e}); !r.Match(set) || r.Match(insert) {
			t.Errorf("%s at session: %v", e.Verb, r.Ops)
		}
	}
	set.Old = true
	if r := kind.Place(fault.Rule{Scope: fault.Scope{Connections: "existing"}, Effect: fault.Effect{Verb: fault.Reset}}); !r.Match(set) {
		t.Error("a connection that has died is dead for a ping too")
	}
	if r := kind.Place(fault.Rule{Effect: fault.Effect{Verb: fault.Pass}}); !r.Match(set) {
		t.Error("a bare pass is no exception for the session")
	}
}

func TestGroupOfOps(t *testing.T) {
	kind := Fake{}.Describe()
	reply := func(op, name string) fault.Rule {
		return fault.Rule{Scope: fault.Scope{Op: op}, Effect: fault.Effect{Verb: fault.Answer, Say: fault.Saying{Name: name}}}
	}
	for _, c := range []struct {
		rule fault.Rule
		want string // ops that are struck
		err  string
	}{
		{reply("exec", ""), "insert update delete merge call utility", ""},
		{reply("EXEC", "unique"), "insert update merge call", ""},
		{reply("insert", "unique"), "insert", ""},
		{reply("", "read-only"), "insert update delete merge", ""},
		{reply("begin", "undefined-table"), "", "postgres never says undefined-table at begin; it can at prepare, query"},
		{reply("query", "unique"), "", "postgres never says unique at query; it can at insert, update"},
		{reply("", "connection-failure"), "", "postgres has no reply \"connection-failure\" any more: 08006 is a driver's own word for a connection that ended; say close or reset"},
		{reply("exek", ""), "", `postgres has no op "exek"; did you mean "exec"?`},
	} {
		err := kind.Check(c.rule)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%v: got %v, want %s", c.rule.Scope, err, c.err)
			}
			continue
		}
		if err != nil {
			t.Error(err)
		}
		var struck []string
		for _, op := range kind.Ops {
			if kind.Place(kind.Place(c.rule)).Match(fault.Call{Op: op.Name}) {
				struck = append(struck, op.Name)
			}
		}
		if got := strings.Join(struck, " "); got != c.want {
			t.Errorf("%v strikes %s, want %s", c.rule.Scope, got, c.want)
		}
	}
}

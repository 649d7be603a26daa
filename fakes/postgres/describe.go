package postgres

import (
	_ "embed"
	"maps"
	"sync"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

//go:embed replies.yaml
var repliesFile []byte

// Describe says what can be done to the calls of a PostgreSQL client.
//
// One call is one executed statement: a Query message (of several statements in it the first that changes something names the
// op), or an Execute.
// Logging in is the call auth. A round trip that only prepares (Parse and Describe without Execute, as pgx and lib/pq send
// before the first use of a text) is a call of its own, prepare: what strikes every op also strikes it, as a server that
// is slow, silent or refusing would, and a reply at the prepare is what the application sees of its statement. So a rule
// that counts (first, nth, from) should name its op.
//
// A hang at the point request is a lock that is never let go, and a pass with a delay is a statement that works for long: the server ends
// them by CancelRequest, statement_timeout, pg_terminate_backend, and a lock by lock_timeout. At the point reply that is so for what
// nobody else sees before its transaction ends; a COMMIT, or a write that commits itself, has been carried out by then, and only its
// reply is late, which a cancel ends. A hang that is lost honours nothing. At prepare nothing is executed: it cannot be lost, and has no rows.
// To prepare what has no plan (BEGIN, SET, COPY) is of the op session: the server looks at no table.
func (Fake) Describe() fakes.Kind {
	return fakes.Kind{
		Name: "postgres", Class: "store", Doc: "A PostgreSQL server: a stub, or a real one behind a proxy that speaks its protocol.",
		Called: []string{"postgresql", "database", "sql", "pg", "pq", "pgx"}, Ops: ops(), Groups: map[string][]string{opExec: execOps()}, Replies: maps.Clone(named()),
		Retired: map[string]string{"connection-failure": "08006 is a driver's own word for a connection that ended; say close or reset"}}
}

// named are the replies that the file names, read once.
var named = sync.OnceValue(func() (replies map[string]fakes.Reply) {
	if err := decode.YAML("fakes/postgres/replies.yaml", repliesFile, &replies); err != nil {
		panic(err) // the file is part of the program; a test reads it
	}
	return replies
})

func ops() []fakes.Op {
	request := []fault.Verb{fault.Pass, fault.Answer, fault.Hang, fault.Reset, fault.Close, fault.Garble}
	reply := []fault.Verb{fault.Pass, fault.Lose, fault.Hang, fault.Reset, fault.Close}
	rows := []fault.Verb{fault.Cut, fault.Hang, fault.Reset, fault.Close, fault.Drip, fault.Rewrite, fault.Garble}
	with := func(v []fault.Verb, more ...fault.Verb) []fault.Verb { return append(v[:len(v):len(v)], more...) }
	plain := map[fault.Point][]fault.Verb{fault.Request: request, fault.Reply: reply}
	rowing := map[fault.Point][]fault.Verb{fault.Request: request, fault.Reply: with(reply, fault.Rewrite), fault.Body: rows}
	copying := map[fault.Point][]fault.Verb{fault.Request: request, fault.Reply: reply,
		fault.Body: {fault.Cut, fault.Hang, fault.Reset, fault.Close, fault.Drip, fault.Garble}}
	return []fakes.Op{
		fakes.ConnectOp(),
		{Name: opAuth, Can: map[fault.Point][]fault.Verb{fault.Auth: request}},
		{Name: opBegin, Can: plain},
		{Name: opCommit, Can: plain},
		{Name: opRollback, Can: plain},
		{Name: opQuery, Can: rowing},
		{Name: opInsert, Can: rowing}, // with RETURNING it has rows
		{Name: opUpdate, Can: rowing},
		{Name: opDelete, Can: rowing},
		{Name: opMerge, Can: rowing},
		{Name: opCall, Can: rowing},
		{Name: opUtility, Can: plain},
		{Name: opCopy, Can: copying},
		{Name: opSession, Can: plain, Own: true},
		{Name: opPrepare, Can: map[fault.Point][]fault.Verb{fault.Request: request,
			fault.Reply: {fault.Pass, fault.Hang, fault.Reset, fault.Close}}},
	}
}

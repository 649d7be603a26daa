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
// One call is one executed statement: a Query message (of several statements in it the first names the op), or an Execute.
// Logging in is the call auth. A round trip that only prepares (Parse and Describe without Execute, as pgx and lib/pq send
// before the first use of a text) is a call of its own, prepare: what strikes every op also strikes it, as a server that
// is slow, silent or refusing would, and a reply at the prepare is what the application sees of its statement. So a rule
// that counts (first, nth, from) should name its op. At prepare nothing is executed: it cannot be lost, and has no rows.
func (Fake) Describe() fakes.Kind {
	return fakes.Kind{Name: "postgres", Class: "store", Ops: ops(), Replies: maps.Clone(named())}
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
		{Name: opExec, Can: rowing}, // INSERT ... RETURNING has rows
		{Name: opCopy, Can: copying},
		{Name: opPrepare, Can: map[fault.Point][]fault.Verb{fault.Request: request,
			fault.Reply: {fault.Pass, fault.Hang, fault.Reset, fault.Close}}},
	}
}

package postgres

import (
	"github.com/failwell/failwell/harness/fault"
)

// Faults are the usual troubles of a database, for Go users: gone as a whole, restarted, slow, silent, cut, a commit whose answer is
// lost, and everything a PostgreSQL server says by name.
func Faults(on string) []fault.Fault {
	link := func(state fault.State, existing fault.Existing) fault.Fault {
		return fault.Injection{Links: []fault.Link{{On: on, State: state, Existing: existing}}}
	}
	rule := func(op string, e fault.Effect) fault.Fault {
		return fault.Injection{Rules: []fault.Rule{{Scope: fault.Scope{On: on, Op: op}, Effect: e}}}
	}
	all := []fault.Fault{
		link(fault.Refused, fault.CloseAll),
		link(fault.Silent, fault.Stall),
		link(fault.Open, fault.ShutDown), // the sessions that exist end by 57P01, new ones are served
		rule("", fault.Effect{Verb: fault.Pass, At: fault.Request, Delay: fault.Span{X: 3}}),
		rule("", fault.Effect{Verb: fault.Hang, At: fault.Request}),             // a lock: the server's time-outs and a cancel end it
		rule("", fault.Effect{Verb: fault.Hang, At: fault.Request, Lost: true}), // a lost packet: nothing ends it
		rule("", fault.Effect{Verb: fault.Reset, At: fault.Request}),
		rule("", fault.Effect{Verb: fault.Close, At: fault.Request}),
		rule("", fault.Effect{Verb: fault.Garble, At: fault.Request}),
		rule(opQuery, fault.Effect{Verb: fault.Cut, At: fault.Body}),
		rule(opCommit, fault.Effect{Verb: fault.Lose, At: fault.Reply}),
	}
	kind := Fake{}.Describe()
	for _, name := range kind.ReplyNames() {
		at, op := fault.Request, ""
		if kind.Replies[name].At == fault.Auth {
			at, op = fault.Auth, opAuth
		}
		all = append(all, rule(op, fault.Effect{Verb: fault.Answer, At: at, Say: fault.Saying{Name: name}}))
	}
	return all
}

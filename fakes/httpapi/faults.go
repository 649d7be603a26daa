package httpapi

import (
	"github.com/failwell/failwell/harness/fault"
)

// Faults are the usual troubles of an HTTP API, for Go users: gone as a whole, slow, silent, cut, an answer that is lost
// after the work was done, and everything that APIs, and the proxies before them, say by name.
func Faults(on string) []fault.Fault {
	link := func(state fault.State, existing fault.Existing) fault.Fault {
		return fault.Injection{Links: []fault.Link{{On: on, State: state, Existing: existing}}}
	}
	rule := func(e fault.Effect) fault.Fault {
		return fault.Injection{Rules: []fault.Rule{{Scope: fault.Scope{On: on}, Effect: e}}}
	}
	all := []fault.Fault{
		link(fault.Refused, fault.CloseAll),
		link(fault.Silent, fault.Stall),
		rule(fault.Effect{Verb: fault.Pass, At: fault.Request, Delay: fault.Span{X: 3}}),
		rule(fault.Effect{Verb: fault.Hang, At: fault.Request}),
		rule(fault.Effect{Verb: fault.Reset, At: fault.Request}),
		rule(fault.Effect{Verb: fault.Close, At: fault.Request}),
		rule(fault.Effect{Verb: fault.Garble, At: fault.Request}),
		rule(fault.Effect{Verb: fault.Cut, At: fault.Body, Past: 1}),
		rule(fault.Effect{Verb: fault.Hang, At: fault.Body, Past: 1}),
		rule(fault.Effect{Verb: fault.Lose, At: fault.Reply}),
	}
	kind := Fake{}.Describe()
	for _, name := range kind.ReplyNames() {
		all = append(all, rule(fault.Effect{Verb: fault.Answer, At: kind.Replies[name].At, Say: fault.Saying{Name: name}}))
	}
	return all
}

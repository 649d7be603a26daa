package check_test

import (
	"testing"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// undeclared is a case of a lab that declares nothing: a write that got an answer of this status while payments was refused.
func undeclared(status int) check.Subject {
	answer := func(p exchange.Phase, status int) exchange.Exchange {
		return exchange.Exchange{Phase: p, Took: time.Millisecond, Request: exchange.Request{Method: "POST"}, Response: &exchange.Response{Status: status},
			Hits: []fault.Hit{{Call: fault.Call{On: "payments", Op: "POST"}, Done: fault.Carried}}}
	}
	return check.Subject{
		Cause: "upstream/refused", On: []string{"payments"}, Write: true, Learnt: check.Learnt{Reaches: []string{"payments"}},
		Injection: fault.Injection{Links: []fault.Link{{On: "payments", State: fault.Refused}}},
		Exchanges: []exchange.Exchange{answer(exchange.Calm, 200), answer(exchange.Faulty, status)},
	}
}

// What a check does not judge for want of a declaration names the key of the lab file, where there was something to judge.
func TestWants(t *testing.T) {
	refusal := func(s check.Subject) check.Subject { s.Cause = "upstream/credential"; return s }
	for name, c := range map[string]struct {
		check check.Check
		s     check.Subject
		want  string
	}{
		"deadline":                 {check.Within{}, undeclared(503), "deadline"},
		"deadline, nothing asked":  {check.Within{}, check.Subject{}, ""},
		"trace":                    {check.Traced{}, undeclared(503), "trace"},
		"trace, no error":          {check.Traced{}, undeclared(200), ""},
		"logs":                     {check.Logged{}, undeclared(503), "trace: {logs: true}"},
		"logs, no failure":         {check.Logged{}, undeclared(404), ""},
		"effect":                   {check.Once{}, undeclared(503), "effect"},
		"effect of a read":         {check.Once{}, func() check.Subject { s := undeclared(503); s.Write = false; return s }(), ""},
		"live":                     {check.Liveness{}, undeclared(503), "live"},
		"live, no dependency lost": {check.Liveness{}, check.Subject{Exchanges: undeclared(503).Exchanges}, ""},
		"live, declared":           {check.Liveness{}, func() check.Subject { s := undeclared(503); s.Declared.Liveness = true; return s }(), ""},
		"ready":                    {check.Readiness{}, undeclared(503), "ready: {follows: ...}"},
		"ready, nothing away":      {check.Readiness{}, check.Subject{}, ""},
		"errors":                   {check.Shape{}, undeclared(503), "errors"},
		"errors, none":             {check.Shape{}, undeclared(200), ""},
		"credential":               {check.Blame{}, refusal(undeclared(401)), "credential: own"},
		"credential, no refusal":   {check.Blame{}, refusal(undeclared(502)), ""},
	} {
		t.Run(name, func(t *testing.T) {
			v := c.check.Judge(c.s, check.EvidenceOf(c.s))
			if v.Wants == nil {
				v.Wants = &check.Want{}
			}
			if v.Wants.Key != c.want || (v.Wants.What == "") != (c.want == "") {
				t.Errorf("got %s %+v (%s), want %q", v.Outcome, *v.Wants, v.Reason, c.want)
			}
			if v.Wants.Key != "" && v.Outcome != check.Skipped {
				t.Errorf("%s wants something", v.Outcome)
			}
		})
	}
}

// Every part of the evidence says what it aims at.
func TestPartsSayWhatTheyAimAt(t *testing.T) {
	s := undeclared(503)
	s.Injection.Rules = []fault.Rule{{Scope: fault.Scope{On: "db"}, Effect: fault.Effect{Verb: fault.Hang}}}
	s.Injection.Edits = []fault.Edit{{Setting: "env.KEY", Op: "missing"}}
	s.Injection.Acts = []fault.Act{{On: "system", Do: "pause"}}
	s.Changed = []string{"a member less"}
	want := []string{"db", "payments", "env.KEY", "system", ""}
	parts := check.EvidenceOf(s).Parts
	if len(parts) != len(want) {
		t.Fatalf("%d parts, want %d", len(parts), len(want))
	}
	for i, p := range parts {
		if p.On != want[i] {
			t.Errorf("%s aims at %q, want %q", p.What, p.On, want[i])
		}
	}
}

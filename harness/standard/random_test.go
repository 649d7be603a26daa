package standard_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/standard"
)

// Whatever a subject holds, no check panics, and a saved one is judged as it was.
func TestRandomSubjects(t *testing.T) {
	all, err := standard.Catalog().StandingChecks()
	if err != nil {
		t.Fatal(err)
	}
	table, err := contract.Built()
	if err != nil {
		t.Fatal(err)
	}
	some := rows()
	rapid.Check(t, func(t *rapid.T) {
		s := subjects(t, table, some)
		sameAgain(t, "random", s, all)
		for _, v := range check.Judge(s, all) {
			if v.Outcome == check.Pass && v.Check == "struck" && s.Unstruck != "" {
				t.Fatalf("struck, though it was not armed: %+v", v)
			}
			if v.Outcome == check.Fail && (v.Impact.Rank() == 0 || v.Cite == "" || v.Reason == "") {
				t.Fatalf("a failure says how bad it is, why and by which rule: %+v", v)
			}
		}
		if !check.EvidenceOf(s).Whole() && check.Overall(check.Judge(s, all)) == check.Pass {
			t.Fatalf("a case passed though nothing struck")
		}
	})
}

func subjects(t *rapid.T, table contract.Table, some []row) check.Subject {
	s := some[rapid.IntRange(0, len(some)-1).Draw(t, "row")].subject
	names := rapid.SampledFrom([]string{"db", "payments", "system", "jwt-key", ""})
	s.Cause = rapid.SampledFrom(append(table.Causes(), "no/such")).Draw(t, "cause")
	s.Role = rapid.SampledFrom([]contract.Role{"", contract.Essential, contract.Optional}).Draw(t, "role")
	s.Profile = rapid.SampledFrom(contract.Profiles()).Draw(t, "profile")
	s.Write, s.Keyed, s.Ended = rapid.Bool().Draw(t, "write"), rapid.Bool().Draw(t, "keyed"), rapid.Bool().Draw(t, "ended")
	s.Row = nil
	if row, ok := table.Owed(contract.Key{Cause: s.Cause, Role: s.Role, Write: s.Write, Keyed: s.Keyed}); ok {
		s.Row = &row
	}
	s.On = rapid.SliceOfN(names, 0, 2).Draw(t, "on")
	s.Unstruck = rapid.SampledFrom([]string{"", "", "", "cannot be armed"}).Draw(t, "unstruck")
	s.Changed = rapid.SliceOfN(rapid.String(), 0, 1).Draw(t, "changed")
	s.Learnt.Reaches = rapid.SliceOfN(names, 0, 2).Draw(t, "reaches")
	s.Expect.Has = rapid.SampledFrom([]string{"", "id"}).Draw(t, "has")
	s.Injection = injections(t, names)
	s.Exchanges = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) exchange.Exchange { return exchanges(t, names) }), 0, 6).Draw(t, "exchanges")
	s.Launches = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) exchange.Launch {
		return exchange.Launch{Phase: exchange.Faulty, Ready: rapid.Bool().Draw(t, "ready"), Last: rapid.SliceOfN(rapid.String(), 0, 2).Draw(t, "last"),
			Exit: rapid.SampledFrom([]*exchange.Exit{nil, {Code: 1}, {Code: 0}, {Code: -1, Signal: "SEGV"}}).Draw(t, "exit")}
	}), 0, 2).Draw(t, "launches")
	s.Died = rapid.SampledFrom([]*exchange.Exit{nil, nil, {Code: 2}}).Draw(t, "died")
	s.Effects = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) check.Effect {
		return check.Effect{Phase: phase.Draw(t, "phase"), What: rapid.String().Draw(t, "what"), Count: rapid.IntRange(-1, 3).Draw(t, "count"),
			Keyed: rapid.Bool().Draw(t, "keyed"), Shared: rapid.Bool().Draw(t, "shared"), Late: rapid.IntRange(0, 2).Draw(t, "late"), After: time.Duration(rapid.IntRange(0, 3000).Draw(t, "after")) * time.Millisecond,
			Unknown: rapid.SampledFrom([]string{"", "", "db did not answer within 2s"}).Draw(t, "unknown")}
	}), 0, 2).Draw(t, "effects")
	for _, text := range rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, "lines") {
		s.Logs = append(s.Logs[:len(s.Logs):len(s.Logs)], exchange.Line{Text: text})
	}
	return s
}

var phase = rapid.SampledFrom([]exchange.Phase{exchange.Calm, exchange.Settling, exchange.Faulty, exchange.Healed})

func effects1(t *rapid.T) fault.Effect {
	return fault.Effect{Verb: rapid.SampledFrom(append(fault.Verbs(), "")).Draw(t, "verb"), At: rapid.SampledFrom(append(fault.Points(), "")).Draw(t, "point"),
		Delay: rapid.SampledFrom([]fault.Span{{}, fault.For(time.Second), {X: 0.25}}).Draw(t, "delay"),
		Say:   fault.Saying{Status: rapid.String().Draw(t, "status"), Fields: rapid.MapOfN(rapid.SampledFrom([]string{"message", "Retry-After"}), rapid.StringMatching(`[0-9a-z" ]{0,6}`), 0, 2).Draw(t, "fields")}}
}

func injections(t *rapid.T, names *rapid.Generator[string]) fault.Injection {
	var in fault.Injection
	if rapid.Bool().Draw(t, "a rule") {
		in.Rules = []fault.Rule{{Scope: fault.Scope{On: names.Draw(t, "on"), Connections: rapid.SampledFrom([]string{"", "existing"}).Draw(t, "connections")},
			Which: fault.Which{First: rapid.IntRange(0, 3).Draw(t, "first"), Chance: rapid.SampledFrom([]float64{0, 0.25, 1}).Draw(t, "chance")}, Effect: effects1(t)}}
	}
	if rapid.Bool().Draw(t, "a link") {
		in.Links = []fault.Link{{On: names.Draw(t, "on"), State: rapid.SampledFrom([]fault.State{fault.Open, fault.Refused, fault.Silent}).Draw(t, "state")}}
	}
	if rapid.IntRange(0, 3).Draw(t, "an edit") == 0 {
		in.Edits = []fault.Edit{{Setting: rapid.SampledFrom([]string{"jwt-key", "env.X", "file.a#/b", "file.a#", "env.", ""}).Draw(t, "setting"), Op: "missing"}}
	}
	if rapid.IntRange(0, 3).Draw(t, "an act") == 0 {
		in.Acts = []fault.Act{{On: names.Draw(t, "on"), Do: "pause"}}
	}
	return in
}

func exchanges(t *rapid.T, names *rapid.Generator[string]) exchange.Exchange {
	body := rapid.SampledFrom([]string{"", order, sorry, "{", "[]", `[1,2]`, "<html>", `{"title":null}`, "null", "7"}).Draw(t, "body")
	e := answer(phase.Draw(t, "phase"), rapid.SampledFrom([]int{200, 201, 204, 302, 401, 404, 409, 429, 500, 502, 503}).Draw(t, "status"), body)
	e.Role = rapid.SampledFrom([]string{"", "", "", "liveness", "readiness", "unaffected"}).Draw(t, "as")
	e.Took = time.Duration(rapid.IntRange(0, 3000).Draw(t, "took")) * time.Millisecond
	e.Request.Method = rapid.SampledFrom([]string{"GET", "HEAD", "POST"}).Draw(t, "method")
	switch rapid.IntRange(0, 5).Draw(t, "came") {
	case 0:
		e.Response = nil
		e.Failure = rapid.SampledFrom([]exchange.Failure{"", exchange.NoAnswer, exchange.Refused, exchange.Disconnect, exchange.Malformed, exchange.NotSent, exchange.NotAnswered}).Draw(t, "failure")
	case 1:
		e.Response.BodyErr = "unexpected EOF"
	case 2:
		e.Response.Header = nil
	case 3:
		e.Response.Body, e.Response.Base64 = "/wBh", true
	}
	for range rapid.IntRange(0, 3).Draw(t, "calls") {
		h := passed(1, names.Draw(t, "on"), rapid.SampledFrom([]string{"query", "connect", "auth", "link"}).Draw(t, "op"), rapid.String().Draw(t, "text"))
		if rapid.Bool().Draw(t, "struck") {
			h.Effect, h.Done = effects1(t), rapid.SampledFrom([]fault.Done{fault.Carried, fault.Impossible, fault.ClientLeft}).Draw(t, "done")
		}
		h.Background = rapid.IntRange(0, 4).Draw(t, "background") == 0
		e.Hits = append(e.Hits, h)
	}
	return e
}

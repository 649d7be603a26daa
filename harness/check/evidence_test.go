package check_test

import (
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// asked is an answer to the case's own request, with the calls it made.
func asked(phase exchange.Phase, at, took time.Duration, status int, hits ...fault.Hit) exchange.Exchange {
	return exchange.Exchange{Phase: phase, At: at, Took: took, Request: exchange.Request{Name: "get", Method: "GET"},
		Response: &exchange.Response{Status: status, Body: "{}"}, Hits: hits}
}

func call(on string, at time.Duration, rule int, done fault.Done) fault.Hit {
	h := fault.Hit{Call: fault.Call{On: on, Op: "GET"}, Answer: "200", At: at, Took: ms, Rule: rule, Done: done}
	if rule > 0 {
		h.Effect = fault.Effect{Verb: fault.Answer, At: fault.Request}
	}
	return h
}

func reply(on string) fault.Rule {
	return fault.Rule{Scope: fault.Scope{On: on, Op: "GET"}, Effect: fault.Effect{Verb: fault.Answer, At: fault.Request}}
}

// What was carried out is known of each part by itself; nothing passes unless all were.
func TestEvidenceOfEachPart(t *testing.T) {
	calm := asked(exchange.Calm, 0, 10*ms, 200, call("a", 4*ms, 0, ""), call("b", 6*ms, 0, ""))
	link := func(after, length time.Duration) fault.Injection {
		return fault.Injection{Links: []fault.Link{{On: "a", State: fault.Refused, After: after, For: length}}}
	}
	two := fault.Injection{Rules: []fault.Rule{reply("a"), reply("b")}}
	for what, c := range map[string]struct {
		in     fault.Injection
		stages []check.Stage
		faulty []exchange.Exchange
		struck int
		missed string
	}{
		"both rules": {in: two, faulty: []exchange.Exchange{asked(exchange.Faulty, 100*ms, 10*ms, 502, call("a", 104*ms, 1, fault.Carried), call("b", 106*ms, 2, fault.Carried))}, struck: 2},
		"one of two rules": {in: two, faulty: []exchange.Exchange{asked(exchange.Faulty, 100*ms, 10*ms, 502, call("a", 104*ms, 1, fault.Carried))}, struck: 1,
			missed: "reply on b GET: no matching call"},
		"each copy another rule": {in: two, faulty: []exchange.Exchange{asked(exchange.Faulty, 100*ms, 10*ms, 502, call("a", 104*ms, 1, fault.Carried)),
			asked(exchange.Faulty, 100*ms, 10*ms, 502, call("b", 104*ms, 2, fault.Carried))}, struck: 2},
		"the second step is never called": {in: two, stages: []check.Stage{{}, {Injection: fault.Injection{Rules: []fault.Rule{reply("b")}}}},
			faulty: []exchange.Exchange{asked(exchange.Faulty, 100*ms, 10*ms, 502, call("a", 104*ms, 1, fault.Carried))}, missed: "no matching call"},
		"a link that was away":            {in: link(0, 0), faulty: []exchange.Exchange{asked(exchange.Faulty, 100*ms, 10*ms, 502)}, struck: 1},
		"a link over which a call passed": {in: link(0, 0), faulty: []exchange.Exchange{asked(exchange.Faulty, 100*ms, 10*ms, 200, call("a", 104*ms, 0, ""))}, missed: "still passed"},
		"a link that is back before the call": {in: link(0, ms), stages: []check.Stage{{At: 100 * ms}},
			faulty: []exchange.Exchange{asked(exchange.Faulty, 100*ms, 10*ms, 200, call("a", 104*ms, 0, ""))}, missed: "a was back before"},
		"a link that is back as soon as the call comes, and nothing is lacking": {in: link(0, 6*ms), stages: []check.Stage{{At: 100 * ms}},
			faulty: []exchange.Exchange{asked(exchange.Faulty, 100*ms, 10*ms, 200, call("a", 107*ms, 0, ""))}, missed: "a was back before"},
		"a link that was away when the call came, or a little before": {in: link(0, 6*ms), stages: []check.Stage{{At: 100 * ms}},
			faulty: []exchange.Exchange{asked(exchange.Faulty, 100*ms, 10*ms, 502)}, struck: 1},
		"a link that goes after the answer": {in: link(5*time.Second, 0), stages: []check.Stage{{At: 100 * ms}},
			faulty: []exchange.Exchange{asked(exchange.Faulty, 100*ms, 10*ms, 200, call("a", 104*ms, 0, ""))}, missed: "had all of a before that was refused"},
		"a link that goes when all calls were answered": {in: link(5*ms, 0), stages: []check.Stage{{At: 100 * ms}},
			faulty: []exchange.Exchange{asked(exchange.Faulty, 100*ms, 80*ms, 200, call("a", 102*ms, 0, ""))}, missed: "had all of a before that was refused"},
		"a link that was away for the first try": {in: link(0, 50*ms), stages: []check.Stage{{At: 100 * ms}},
			faulty: []exchange.Exchange{asked(exchange.Faulty, 100*ms, 80*ms, 200, call("a", 170*ms, 0, ""))}, struck: 1},
	} {
		t.Run(what, func(t *testing.T) {
			s := check.Subject{Injection: c.in, Stages: c.stages, On: c.in.On(), Learnt: check.Learnt{Reaches: []string{"a", "b"}},
				Exchanges: append([]exchange.Exchange{calm}, c.faulty...)}
			if len(c.stages) > 1 {
				for i := range s.Exchanges[1:] {
					s.Exchanges[1+i].Stage = len(c.stages) - 1
				}
			}
			e := check.EvidenceOf(s)
			if got := e.Struck(); len(got) != c.struck || !strings.Contains(e.Missed(), c.missed) || (e.Missed() == "") != (c.missed == "") {
				t.Errorf("struck %v, missed %q", got, e.Missed())
			}
		})
	}
}

// pinned fails whatever comes.
type pinned struct {
	needs check.Need
	of    string
}

func (p pinned) Kind() check.Kind { return check.Kind{Needs: p.needs, Of: []string{p.of}} }

func (pinned) Judge(check.Subject, check.Evidence) check.Verdict {
	return check.Verdict{Outcome: check.Fail, Impact: "major", Reason: "it is bad"}
}

// A failure counts when what it rests on is there, and not before; a pass is never made of it.
func TestFailuresRestOnEvidence(t *testing.T) {
	good, bad := asked(exchange.Calm, 0, ms, 200, call("a", 0, 0, "")), asked(exchange.Calm, 0, ms, 500)
	struck, missed := asked(exchange.Faulty, ms, ms, 502, call("a", ms, 1, fault.Carried)), asked(exchange.Faulty, ms, ms, 502)
	drained := asked(exchange.Settling, ms, ms, 503)
	early := asked(exchange.Settling, ms, ms, 502, call("a", ms, 1, fault.Carried))
	atAuth := reply("a")
	atAuth.Op, atAuth.Effect.At = "auth", fault.Auth
	for what, c := range map[string]struct {
		rule      fault.Rule
		needs     check.Need
		exchanges []exchange.Exchange
		doubt     string
		want      check.Outcome
	}{
		"all is there":                     {reply("a"), check.NeedsCalm | check.NeedsStruck, []exchange.Exchange{good, struck}, "", check.Fail},
		"calm was bad":                     {reply("a"), check.NeedsCalm, []exchange.Exchange{bad, struck}, "", check.Inconclusive},
		"there was no calm":                {reply("a"), check.NeedsCalm, []exchange.Exchange{struck}, "", check.Inconclusive},
		"nothing struck":                   {reply("a"), check.NeedsStruck, []exchange.Exchange{good, missed}, "", check.Inconclusive},
		"it struck while settling":         {reply("a"), check.NeedsStruck, []exchange.Exchange{good, early, missed}, "", check.Fail},
		"it rests on nothing":              {reply("a"), 0, []exchange.Exchange{bad, missed}, "", check.Fail},
		"the request is not steady":        {reply("a"), check.NeedsCalm, []exchange.Exchange{good, struck}, "get is not calm", check.Inconclusive},
		"it rests on nothing at all":       {reply("a"), 0, []exchange.Exchange{good, struck}, "get is not calm", check.Fail},
		"only old connections were closed": {atAuth, check.NeedsStruck, []exchange.Exchange{good, drained, missed}, "", check.Fail},
		"there were none":                  {atAuth, check.NeedsStruck, []exchange.Exchange{asked(exchange.Calm, 0, ms, 200, call("b", 0, 0, "")), drained, missed}, "", check.Inconclusive},
	} {
		t.Run(what, func(t *testing.T) {
			s := check.Subject{Injection: fault.Injection{Rules: []fault.Rule{c.rule}}, On: []string{"a"}, Learnt: check.Learnt{Reaches: []string{"a"}},
				Exchanges: c.exchanges, Doubt: c.doubt}
			checks := []check.Named{{Name: "pinned", Check: pinned{c.needs, check.Own}}, {Name: "struck", Check: check.Struck{}}}
			if got := check.Judge(s, checks)[0]; got.Outcome != c.want {
				t.Errorf("%s: %s", got.Outcome, got.Reason)
			}
			if early := what == "it struck while settling"; early && check.Judge(s, checks)[1].Outcome != check.Inconclusive {
				t.Error("a pass may not rest on what struck before the request")
			}
		})
	}
}

// What was asked beside the case is judged under its own name, and not as the case's.
func TestSides(t *testing.T) {
	readiness := exchange.Exchange{Phase: exchange.Faulty, Role: "readiness", Request: exchange.Request{Name: "readiness", Method: "GET"},
		Response: &exchange.Response{Status: 503, Body: "Traceback (most recent call last):\n  File \"/srv/app/db.py\", line 3, in ask\n    connect()\npsycopg2.OperationalError: connection refused"}}
	s := check.Subject{ID: "database/refused@db:get", On: []string{"db"}, Exchanges: []exchange.Exchange{asked(exchange.Calm, 0, ms, 200), asked(exchange.Faulty, ms, ms, 503), readiness}}
	leak := []check.Named{{Name: "leak", Check: check.Leak{}}}
	if v := check.Judge(s, leak)[0]; v.Outcome != check.Pass {
		t.Errorf("the case: %s %s", v.Outcome, v.Reason)
	}
	sides := s.Sides()
	if len(sides) != 1 || sides[0].ID != "database/refused@db:readiness" || sides[0].Side != "readiness" {
		t.Fatalf("%+v", sides)
	}
	if v := check.Judge(sides[0], leak)[0]; v.Outcome != check.Fail {
		t.Errorf("readiness: %s %s", v.Outcome, v.Reason)
	}
	if got := sides[0].Sides(); got != nil {
		t.Errorf("a side has sides: %v", got)
	}
	// What did not repeat takes back what rests on a comparison, not what speaks for itself.
	s.Cleared = []string{"readiness"}
	resting, plain := []check.Named{{Name: "resting", Check: pinned{check.NeedsStruck, check.Ready}}}, []check.Named{{Name: "plain", Check: pinned{0, check.Ready}}}
	if v := check.Judge(s.Sides()[0], resting)[0]; v.Outcome != check.Inconclusive {
		t.Errorf("cleared: %s %s", v.Outcome, v.Reason)
	}
	if v := check.Judge(s.Sides()[0], plain)[0]; v.Outcome != check.Fail {
		t.Errorf("cleared, though it speaks for itself: %s %s", v.Outcome, v.Reason)
	}
	// Doubts about the case's own request are none about others; waivers are as they were made.
	s.Cleared, s.Doubt, s.Uncalm = nil, "get is unstable", "get is not calm"
	if v := check.Judge(s.Sides()[0], resting)[0]; v.Outcome != check.Fail {
		t.Errorf("beside a request in doubt: %s %s", v.Outcome, v.Reason)
	}
	s.Waived = []check.Waived{{Check: "plain", Because: "the case"}}
	if v := check.Judge(s.Sides()[0], plain)[0]; v.Outcome != check.Fail {
		t.Errorf("waived for the case only: %s %s", v.Outcome, v.Reason)
	}
	s.Waived = []check.Waived{{Check: "plain", Request: "readiness", Because: "known"}}
	if v := check.Judge(s.Sides()[0], plain)[0]; v.Outcome != check.Skipped || v.Reason != "waived: known" {
		t.Errorf("waived: %s %s", v.Outcome, v.Reason)
	}
}

// Of several acts alike each is judged by what became of itself, also when they belong to different steps.
func TestEvidenceOfActsAlike(t *testing.T) {
	pause := fault.Injection{Acts: []fault.Act{{On: "system", Do: "pause"}}}
	s := check.Subject{Injection: pause.And(pause), Stages: []check.Stage{{Injection: pause}, {Injection: pause}},
		Exchanges: []exchange.Exchange{asked(exchange.Calm, 0, ms, 200), asked(exchange.Faulty, 10*ms, 30*ms, 503)},
		Deeds:     []check.Deed{{On: "system", Do: "pause", At: 15 * ms, Until: 30 * ms}, {On: "system", Do: "pause", Failed: "no such process"}}}
	parts := check.EvidenceOf(s).Parts
	if len(parts) != 2 || !parts[0].Struck || parts[1].Struck || !strings.Contains(parts[1].Why, "no such process") {
		t.Errorf("%+v", parts)
	}
}

// What a probe that only lets old connections go meets is known by its own calls, under an id of its own.
func TestSettlingSide(t *testing.T) {
	probe := asked(exchange.Settling, ms, ms, 0, call("a", ms, 1, fault.Carried))
	probe.Request.Name, probe.Response, probe.Failure = "probe", nil, exchange.Disconnect
	s := check.Subject{ID: "database/closed@a:get", Injection: fault.Injection{Rules: []fault.Rule{reply("a")}}, On: []string{"a"}, Learnt: check.Learnt{Reaches: []string{"a"}},
		Exchanges: []exchange.Exchange{asked(exchange.Calm, 0, ms, 200, call("a", 0, 0, "")), probe, asked(exchange.Faulty, 2*ms, ms, 503)}}
	sides := s.Sides()
	if len(sides) != 1 || sides[0].ID != "database/closed@a:probe:settling" {
		t.Fatalf("%+v", sides)
	}
	if v := check.Judge(sides[0], []check.Named{{Name: "answered", Check: check.Answered{}}})[0]; v.Outcome != check.Fail {
		t.Errorf("%s %s", v.Outcome, v.Reason)
	}
}

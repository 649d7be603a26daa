package check_test

import (
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

const ms = time.Millisecond

// acted is a case whose request was under way from 100 to 200 ms and gave status; calm gave 200.
func acted(a fault.Act, d check.Deed, status int, hits ...fault.Hit) check.Subject {
	answer := func(p exchange.Phase, at time.Duration, status int) exchange.Exchange {
		return exchange.Exchange{Phase: p, At: at, Took: 100 * ms, Response: &exchange.Response{Status: status}}
	}
	calm, faulty := answer(exchange.Calm, 0, 200), answer(exchange.Faulty, 100*ms, status)
	calm.Hits, faulty.Hits = []fault.Hit{{Call: fault.Call{On: "db", Op: "query"}, Answer: "SELECT 1", Done: ""}}, hits
	d.On, d.Do = a.On, a.Do
	s := check.Subject{Injection: fault.Injection{Acts: []fault.Act{a}}, Learnt: check.Learnt{Reaches: []string{"db"}}, Deeds: []check.Deed{d},
		Exchanges: []exchange.Exchange{calm, faulty}}
	return s
}

func TestActsOnTheSystemMustBeFelt(t *testing.T) {
	kill, pause := fault.Act{On: "system", Do: fault.Kill}, fault.Act{On: "system", Do: "pause"}
	for _, c := range []struct {
		what   string
		s      check.Subject
		struck bool
		why    string
	}{
		{"it was under way when it was killed", acted(kill, check.Deed{At: 150 * ms}, 200), true, ""},
		{"the kill came after the answer", acted(kill, check.Deed{At: 250 * ms}, 200), false, "as in calm"},
		{"the kill never came", acted(kill, check.Deed{Failed: "the answer had come before"}, 200), false, "had come before"},
		{"killed before it was sent, and answered", acted(kill, check.Deed{At: 50 * ms}, 200), false, "as in calm"},
		{"killed before it was sent, and refused", acted(kill, check.Deed{At: 50 * ms}, 503), true, ""},
		{"it was held up until the pause ended", acted(pause, check.Deed{At: 150 * ms, Until: 199 * ms}, 200), true, ""},
		{"answered as in calm while the pause held", acted(pause, check.Deed{At: 150 * ms, Until: 300 * ms}, 200), false, "as in calm"},
		{"refused while the pause held", acted(pause, check.Deed{At: 150 * ms, Until: 300 * ms}, 503), true, ""},
		{"the pause was over before it was sent", acted(pause, check.Deed{At: 10 * ms, Until: 50 * ms}, 503), false, "as in calm"},
		{"its owner knows that nobody felt it", acted(pause, check.Deed{At: 50 * ms, Until: 250 * ms, Missed: "never waited"}, 503), false, "never waited"},
		{"its owner knows that it was felt", acted(pause, check.Deed{At: 50 * ms, Until: 250 * ms, Felt: "waited"}, 200), true, "waited"},
	} {
		verify(t, c.what, c.s, c.struck, c.why)
	}
}

func TestActsOnADependencyMustBeMet(t *testing.T) {
	kill := fault.Act{On: "db", Do: fault.Kill}
	hit := func(op, answer string, at, took time.Duration) fault.Hit {
		return fault.Hit{Call: fault.Call{On: "db", Op: op}, Answer: answer, At: at, Took: took}
	}
	held := check.Deed{At: 50 * ms, Until: 300 * ms}
	connect := hit("connect", "", 110*ms, 0)
	for _, c := range []struct {
		what   string
		s      check.Subject
		struck bool
		why    string
	}{
		{"a call that was cut off", acted(kill, held, 503, hit("query", "closed", 110*ms, ms)), true, ""},
		{"a call without an answer", acted(kill, held, 503, hit("query", "", 110*ms, ms)), true, ""},
		{"a call that was open until the end", acted(kill, held, 503, hit("query", "SELECT 1", 110*ms, 200*ms)), true, ""},
		{"a call that was answered", acted(kill, held, 503, connect, hit("query", "SELECT 1", 110*ms, ms)), false, "query db was answered in spite of kill"},
		{"a connection over which nothing was answered", acted(kill, held, 503, connect), true, ""},
		{"no call at all, and no failure", acted(kill, held, 200), false, "no call to db came"},
		{"no call at all: the connection ended with the server", acted(kill, held, 503), true, ""},
		{"no call at all, and nothing ended", acted(fault.Act{On: "db", Do: "pause"}, held, 503), false, "no call to db came"},
		{"a call that was over before", acted(kill, check.Deed{At: 150 * ms, Until: 300 * ms}, 503, hit("query", "closed", 110*ms, ms)), false, "no call to db came"},
	} {
		verify(t, c.what, c.s, c.struck, c.why)
	}
}

func verify(t *testing.T, what string, s check.Subject, struck bool, why string) {
	t.Helper()
	v := check.Struck{}.Judge(s, check.EvidenceOf(s))
	if (v.Outcome == check.Pass) != struck || !struck && v.Outcome != check.Inconclusive || !strings.Contains(v.Reason, why) {
		t.Errorf("%s: %s, %q", what, v.Outcome, v.Reason)
	}
}

func TestWhatIsNotMissedIsSkipped(t *testing.T) {
	disk := fault.Act{On: "system", Do: "disk"}
	held := check.Deed{At: 50 * ms, Until: 300 * ms}
	if why, met := acted(disk, held, 200).Met(); met || !strings.Contains(why, "it may not need what that takes") {
		t.Errorf("answered as in calm: %v %q", met, why)
	}
	slowly := acted(disk, held, 200)
	slowly.Injection.Rules = []fault.Rule{{Scope: fault.Scope{On: "db"}, Effect: fault.Effect{Verb: fault.Pass, Delay: fault.For(time.Second)}}}
	if _, met := slowly.Met(); met {
		t.Error("answered as in calm, slowly: it was met")
	}
	slowly.Injection.Rules[0].Effect.Verb = fault.Close
	if why, met := slowly.Met(); !met {
		t.Errorf("a fault beside it decides by itself: %q", why)
	}
	if why, met := acted(disk, held, 503).Met(); !met {
		t.Errorf("answered otherwise: %q", why)
	}
	if why, met := acted(fault.Act{On: "system", Do: fault.Kill}, check.Deed{At: 250 * ms}, 200).Met(); !met {
		t.Errorf("a kill that came late is no reason to skip: %q", why)
	}
}

func TestOnlyAPauseExcusesBeingLate(t *testing.T) {
	pause := fault.Act{On: "system", Do: "pause"}
	late := func(d check.Deed) check.Outcome {
		s := acted(pause, d, 200)
		s.Exchanges[1].Took = 1500 * ms
		s.Declared.Deadline = 500 * ms
		return check.Within{}.Judge(s, check.EvidenceOf(s)).Outcome
	}
	if got := late(check.Deed{At: 150 * ms, Until: 1200 * ms}); got != check.Pass {
		t.Errorf("held up for a second: %s", got)
	}
	if got := late(check.Deed{At: 150 * ms, Until: 300 * ms}); got != check.Fail {
		t.Errorf("held up for a moment: %s", got)
	}
	if got := late(check.Deed{At: 150 * ms, Until: 1900 * ms}); got != check.Fail {
		t.Errorf("answered while it held, so that nobody kept it from answering: %s", got)
	}
}

// Where descriptors are so few that no call is made, nothing could be slow: that is no gap of the evidence but of the occasion.
func TestHindered(t *testing.T) {
	take := fault.Act{On: "system", Do: "descriptors"}
	slow := fault.Rule{Scope: fault.Scope{On: "up"}, Effect: fault.Effect{Verb: fault.Pass, At: fault.Request, Delay: fault.For(time.Second)}}
	s := acted(take, check.Deed{At: 50 * ms, Until: 300 * ms}, 503)
	s.Injection.Rules = []fault.Rule{slow}
	if s.Hindered() == "" {
		t.Error("a call that could not be made is missed")
	}
	s.Injection.Rules[0].Effect.Verb = fault.Hang
	if why := s.Hindered(); why != "" {
		t.Errorf("what was to hang is excused: %s", why)
	}
	s.Injection.Acts[0].Do = fault.Kill
	s.Injection.Rules[0] = slow
	if why := s.Hindered(); why != "" {
		t.Errorf("a death is no want: %s", why)
	}
}

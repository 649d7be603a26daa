package check_test

import (
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

func TestSlackFollowsTheMachine(t *testing.T) {
	calm := exchange.Exchange{Phase: exchange.Calm, Took: 400 * ms, Response: &exchange.Response{Status: 200}}
	for _, tc := range []struct {
		lag   time.Duration
		crowd float64
		want  time.Duration
	}{
		{0, 0, 250 * ms},
		{40 * ms, 1.9, 290 * ms},
		{40 * ms, 2, 690 * ms}, // everything that computes takes longer, also the answer
	} {
		s := check.Subject{Lag: tc.lag, Crowd: tc.crowd, Exchanges: []exchange.Exchange{calm}}
		if got := s.Slack(); got != tc.want {
			t.Errorf("late by %s, %.1f tasks a processor: slack %s, want %s", tc.lag, tc.crowd, got, tc.want)
		}
	}
}

func TestABusyMachineIsTold(t *testing.T) {
	for _, tc := range []struct {
		lag                      time.Duration
		crowd                    float64
		late, strained, tellsNot bool
	}{
		{60 * ms, 3, false, false, false},
		{60 * ms, 5, false, true, false},
		{150 * ms, 1, true, true, false},
		{300 * ms, 1, true, true, false},
		{1100 * ms, 1, true, true, true},
		{60 * ms, 13, false, true, true},
	} {
		s := check.Subject{Lag: tc.lag, Crowd: tc.crowd}
		if s.Late() != tc.late || s.Strained() != tc.strained || strings.Contains(s.TooBusy(), "timers woke up") != tc.tellsNot {
			t.Errorf("late by %s, %.1f tasks a processor: late %t, strained %t, %q", tc.lag, tc.crowd, s.Late(), s.Strained(), s.TooBusy())
		}
	}
}

// A crowd that waits for 1.6 s without the fault may wait for that and the deadline with it; one that does not may not.
func TestWithinLeavesOutWhatACrowdCosts(t *testing.T) {
	at := func(p exchange.Phase, role string, took time.Duration) exchange.Exchange {
		return exchange.Exchange{Phase: p, Role: role, Took: took, Response: &exchange.Response{Status: 504}}
	}
	for crowd, want := range map[time.Duration]check.Outcome{1600 * ms: check.Pass, 200 * ms: check.Fail} {
		s := check.Subject{Declared: check.Declared{Deadline: time.Second}, Exchanges: []exchange.Exchange{
			at(exchange.Calm, check.Own, 100*ms), at(exchange.Faulty, check.Own, 2400*ms), at(exchange.Healed, check.Crowd, crowd),
		}}
		if got := (check.Within{}).Judge(s, check.Evidence{}); got.Outcome != want {
			t.Errorf("a crowd takes %s: %s, %s; want %s", crowd, got.Outcome, got.Reason, want)
		}
	}
}

func TestUntimelyIsWhatCameAtAWrongTime(t *testing.T) {
	kill := fault.Act{On: "system", Do: "kill"}
	kill.At.After = 50 * ms
	faulty := exchange.Exchange{Phase: exchange.Faulty, At: time.Second, Took: 300 * ms, Response: &exchange.Response{Status: 200}}
	s := check.Subject{Injection: fault.Injection{Acts: []fault.Act{kill}}, Exchanges: []exchange.Exchange{faulty}}
	for at, want := range map[time.Duration]bool{1050 * ms: false, 1400 * ms: true} {
		s.Deeds = []check.Deed{{On: "system", Do: "kill", At: at}}
		if s.Untimely() != want {
			t.Errorf("killed at %s: untimely %t, want %t", at, s.Untimely(), want)
		}
	}
	window := fault.Injection{Rules: []fault.Rule{{Scope: fault.Scope{On: "db"}, Which: fault.Which{After: 200 * ms, For: 300 * ms}, Effect: fault.Effect{Verb: fault.Close, At: fault.Request}}}}
	if w := (check.Subject{Injection: window, Exchanges: s.Exchanges}); !w.Untimely() {
		t.Error("a window in which no call came is untimely")
	}
	kill.At.After = 0
	s.Injection.Acts = []fault.Act{kill}
	if s.Untimely() {
		t.Error("what comes at once is never untimely")
	}
}

// Callers whom a listener refuses without the fault too tell nothing about it.
func TestAnsweredLeavesOutWhatACrowdGets(t *testing.T) {
	ended := func(p exchange.Phase, role string) exchange.Exchange {
		return exchange.Exchange{Phase: p, Role: role, Failure: exchange.Disconnect, Detail: "EOF"}
	}
	s := check.Subject{Exchanges: []exchange.Exchange{ended(exchange.Faulty, check.Own)}}
	if got := (check.Answered{}).Judge(s, check.Evidence{}); got.Outcome != check.Fail {
		t.Errorf("without a crowd: %s", got.Outcome)
	}
	s.Exchanges = append(s.Exchanges, ended(exchange.Healed, check.Crowd))
	if got := (check.Answered{}).Judge(s, check.Evidence{}); got.Outcome != check.Inconclusive {
		t.Errorf("with a crowd that is refused too: %s", got.Outcome)
	}
	hang := exchange.Exchange{Phase: exchange.Faulty, Failure: exchange.NoAnswer, Took: 9 * time.Second}
	s.Exchanges = append(s.Exchanges, hang)
	if got := (check.Answered{}).Judge(s, check.Evidence{}); got.Outcome != check.Fail || !strings.Contains(got.Reason, "no answer in") {
		t.Errorf("with a hang beside: %s, %s", got.Outcome, got.Reason)
	}
}

// That nothing came in time, while no call was waited for, a busy machine may do: it has to come again. What was waited for, and a failure
// that was answered, speak for themselves.
func TestSilenceWithoutACallIsByTheClock(t *testing.T) {
	silent := func(p exchange.Phase, hits ...fault.Hit) exchange.Exchange {
		return exchange.Exchange{Phase: p, Took: 5 * time.Second, Failure: exchange.NoAnswer, Hits: hits}
	}
	calm := exchange.Exchange{Phase: exchange.Calm, Took: 60 * ms, Response: &exchange.Response{Status: 200}}
	held := fault.Hit{Call: fault.Call{On: "db", Op: "query"}, Done: fault.Carried}
	refused := exchange.Exchange{Phase: exchange.Healed, Took: 60 * ms, Response: &exchange.Response{Status: 503}}
	for _, tc := range []struct {
		what   string
		check  check.Check
		faulty exchange.Exchange
		healed exchange.Exchange
		clock  bool
	}{
		{"no answer, and no call", check.Answered{}, silent(exchange.Faulty), refused, true},
		{"no answer, and a call that is held", check.Answered{}, silent(exchange.Faulty, held), refused, false},
		{"no answer afterwards", check.Healed{}, silent(exchange.Faulty), silent(exchange.Healed), true},
		{"a failure afterwards", check.Healed{}, silent(exchange.Faulty), refused, false},
	} {
		s := check.Subject{Expect: check.Expect{Status: []int{200}}, Exchanges: []exchange.Exchange{calm, tc.faulty, tc.healed}}
		if v := tc.check.Judge(s, check.Evidence{}); v.Outcome != check.Fail || v.Timing != tc.clock {
			t.Errorf("%s: %s, by the clock: %t; want a failure, %t", tc.what, v.Outcome, v.Timing, tc.clock)
		}
	}
}

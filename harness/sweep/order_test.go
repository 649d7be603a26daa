package sweep

import (
	"slices"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
)

// several are cases of different length and worth, by id.
func several() []scenario.Case {
	hangs := fault.Injection{Rules: []fault.Rule{{Effect: fault.Effect{Verb: fault.Hang}}}}
	return []scenario.Case{
		{ID: "short", Request: "b"},
		{ID: "neighbour", Request: "a", Labels: []string{scenario.Core}},
		{ID: "slow", Request: "a", Faults: hangs},
		{ID: "silent", Request: "b", Faults: fault.Injection{Links: []fault.Link{{On: "db", State: fault.Silent}}}, Specific: true},
		{ID: "relaunched", Request: "c", Faults: fault.Injection{Edits: []fault.Edit{{Setting: "env.A"}}}},
		{ID: "killed", Request: "d", Faults: fault.Injection{Acts: []fault.Act{{Do: "kill"}}}, Labels: []string{scenario.Core}},
	}
}

// taken empties a queue.
func taken(q *queue) []string {
	var all []string
	for {
		i, ok := q.take()
		if !ok {
			return all
		}
		all = append(all, q.cases[i].ID)
	}
}

// What takes long comes first, but for the very first case, and for as long as labs are starting; of equal ones neighbours ask
// the same. With a budget, worth comes first.
func TestOrder(t *testing.T) {
	q := Sweep{}.queue(several())
	q.started()
	if got := taken(q); !slices.Equal(got, []string{"short", "relaunched", "killed", "slow", "silent", "neighbour"}) {
		t.Errorf("%v", got)
	}
	if got := taken(Sweep{}.queue(several())); !slices.Equal(got, []string{"short", "neighbour", "silent", "slow", "killed", "relaunched"}) {
		t.Errorf("while labs start: %v", got)
	}
	q = Sweep{Budget: time.Minute}.queue(several())
	if got := taken(q); !slices.Equal(got, []string{"silent", "killed", "neighbour", "relaunched", "slow", "short"}) {
		t.Errorf("with a budget: %v", got)
	}
	if !q.isEmpty() {
		t.Error("something is left")
	}
}

// A waiver speaks about what its globs, its status and its date cover.
func TestCovers(t *testing.T) {
	s := check.Subject{ID: "slow@db:pay", Exchanges: []exchange.Exchange{{Phase: exchange.Faulty, Response: &exchange.Response{Status: 202}}}}
	for _, tc := range []struct {
		w    lab.Waiver
		want bool
	}{
		{lab.Waiver{}, true},
		{lab.Waiver{Request: "pa*", Case: "slow@*", Saw: 202, Expires: time.Now().Add(time.Hour)}, true},
		{lab.Waiver{Request: "get"}, false},
		{lab.Waiver{Case: "fast@*"}, false},
		{lab.Waiver{Saw: 200}, false},
		{lab.Waiver{Expires: time.Now().Add(-time.Hour)}, false},
	} {
		if got := covers(tc.w, "pay", s); got != tc.want {
			t.Errorf("%+v: %v", tc.w, got)
		}
	}
}

// A system that says when it may be asked again is waited for, unless that is long.
func TestLimited(t *testing.T) {
	for _, tc := range []struct {
		status int
		after  string
		want   time.Duration
	}{{429, "2", 2 * time.Second}, {503, "15", 15 * time.Second}, {503, "16", 0}, {429, "soon", 0}, {429, "-1", 0}, {429, "", 0}, {500, "2", 0}, {200, "2", 0}} {
		e := exchange.Exchange{Phase: exchange.Calm, Response: &exchange.Response{Status: tc.status, Header: exchange.Header{{Name: "Retry-After", Value: tc.after}}}}
		if got := limited(check.Subject{Exchanges: []exchange.Exchange{e}}); got != tc.want {
			t.Errorf("%+v: %s", tc, got)
		}
	}
}

// Only what strikes nothing but open connections needs a pool.
func TestNeedsPool(t *testing.T) {
	old, any := fault.Rule{Scope: fault.Scope{Connections: "existing"}}, fault.Rule{}
	open, refused := fault.Link{State: fault.Open}, fault.Link{State: fault.Refused}
	for _, tc := range []struct {
		in   fault.Injection
		want bool
	}{
		{fault.Injection{}, false},
		{fault.Injection{Rules: []fault.Rule{old}}, true},
		{fault.Injection{Rules: []fault.Rule{old, any}}, false},
		{fault.Injection{Links: []fault.Link{open}}, true},
		{fault.Injection{Links: []fault.Link{open, refused}}, false},
	} {
		if got := needsPool(scenario.Case{Faults: tc.in}); got != tc.want {
			t.Errorf("%+v: %v", tc.in, got)
		}
	}
}

// Steadiness is said in words, and decides whether a request is broken at all.
func TestSteadiness(t *testing.T) {
	for _, tc := range []struct {
		s               Steadiness
		text            string
		hopeless, never bool
	}{
		{Steadiness{"get", 12, 12, false, ""}, "get is calm: good 12 of 12 times without any fault", false, false},
		{Steadiness{"get", 5, 6, true, "500"}, "get is not calm: it is unstable, good 5 of 6 times without any fault, else 500", false, false},
		{Steadiness{"get", 2, 5, false, "410"}, "get is not calm: after 2 good answers without any fault it gives 410", true, true},
		{Steadiness{"get", 0, 6, false, "404"}, "get is not calm: 404, on several launches without any fault", true, false},
	} {
		if tc.s.String() != tc.text || tc.s.IsHopeless() != tc.hopeless || tc.s.neverCalm() != tc.never {
			t.Errorf("%q, hopeless %v, never %v", tc.s, tc.s.IsHopeless(), tc.s.neverCalm())
		}
	}
}

// Failures count as those of the clock when nothing else was found.
func TestTimingOnly(t *testing.T) {
	late, leak := check.Verdict{Outcome: check.Fail, Timing: true}, check.Verdict{Outcome: check.Fail}
	if r := (report.Result{Verdicts: []check.Verdict{late, {Outcome: check.Pass}}}); !timingOnly(r) {
		t.Error("nothing but late")
	}
	if r := (report.Result{Verdicts: []check.Verdict{late, leak}}); timingOnly(r) {
		t.Error("a leak needs no clock")
	}
}

// What a repetition finds beside a case counts, but not by the clock of a machine that is too busy to tell.
func TestConfirmsBystanders(t *testing.T) {
	found := func(timing bool) report.Result {
		return report.Result{Verdicts: []check.Verdict{{Check: "unaffected", Outcome: check.Fail, Timing: timing}}}
	}
	on := func(crowd float64) report.Result { return report.Result{Subject: &check.Subject{Crowd: crowd}} }
	for _, tc := range []struct {
		what     string
		again    report.Result
		beside   report.Result
		confirms bool
	}{
		{"late, on a quiet machine", on(1), found(true), true},
		{"late, on a machine that is too busy", on(13), found(true), false},
		{"wrong, on a machine that is too busy", on(13), found(false), true},
		{"late, without a subject", report.Result{}, found(true), true},
	} {
		if got := confirms(tc.again, tc.beside); got != tc.confirms {
			t.Errorf("%s: %t", tc.what, got)
		}
	}
}

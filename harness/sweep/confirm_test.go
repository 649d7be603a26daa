package sweep_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/failwell/failwell/fakes/httpapi"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/standard"
	"github.com/failwell/failwell/harness/sweep"
	"github.com/failwell/failwell/harness/system"
)

// aside is a system whose upstream is away: what it answers then is up to the test, and how late.
func aside(failed func() (status int, late time.Duration)) system.System {
	return system.Func(func(_ context.Context, s system.Setup) (http.Handler, error) {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			resp, err := http.Get(s.URL("up") + "/x")
			if err == nil {
				_ = resp.Body.Close()
			}
			if err == nil && resp.StatusCode == http.StatusOK {
				_, _ = io.WriteString(w, "fine")
				return
			}
			status, late := failed()
			select {
			case <-time.After(late):
			case <-r.Context().Done():
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "upstream away")
		}), nil
	})
}

// away runs cases of GET /get, by id, while its upstream answers 503.
func away(t *testing.T, s system.System, change func(*lab.Config, []scenario.Case), ids ...string) (sweep.Results, error) {
	t.Helper()
	cfg, cases := labOf(t, s, ids...)
	if change != nil {
		change(&cfg, cases)
	}
	return sweepOf(cfg, cases).Run(t.Context())
}

// labOf is a lab with a system whose upstream answers 503 in each of its cases of GET /get.
func labOf(t *testing.T, s system.System, ids ...string) (lab.Config, []scenario.Case) {
	t.Helper()
	ok := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "fine") })
	in, err := fault.Compile(fault.Replies{Scope: fault.Scope{On: "up"}, Saying: fault.Saying{Status: "503"}})
	if err != nil {
		t.Fatal(err)
	}
	cfg := lab.Config{
		System: s, Fakes: lab.Fakes{"up": httpapi.Handler(ok)}, Roles: map[string]contract.Role{"up": contract.Essential}, Deadline: 500 * time.Millisecond,
		Requests: []scenario.Request{{Name: "get", Method: "GET", Target: "/get"}}, Catalog: standard.Catalog(), IdleFor: time.Millisecond, HealWithin: 200 * time.Millisecond,
	}
	var cases []scenario.Case
	for _, id := range ids {
		cases = append(cases, scenario.Case{ID: id, Scenario: "away", Cause: "upstream/busy", Request: "get", Faults: in, Copies: 1})
	}
	return cfg, cases
}

func sweepOf(cfg lab.Config, cases []scenario.Case) sweep.Sweep {
	return sweep.Sweep{Labs: 1,
		Make:  func(context.Context, int) (lab.Config, error) { return cfg, nil },
		Cases: func(*lab.Lab, []lab.Seen) ([]scenario.Case, error) { return cases, nil },
	}
}

func result(t *testing.T, out sweep.Results, id string) report.Result {
	t.Helper()
	i := slices.IndexFunc(out.Results, func(r report.Result) bool { return r.ID == id })
	if i < 0 {
		t.Fatalf("no result of %s", id)
	}
	return out.Results[i]
}

// What is late once counts only when it is late again with nothing else running; the first that is speaks for those like it.
func TestTimingIsConfirmed(t *testing.T) {
	t.Parallel()
	const late = 1500 * time.Millisecond // with a deadline of 500 ms, and the slack of a busy machine
	for _, tc := range []struct {
		name  string
		lates int32 // how many answers are late
		ids   []string
		fails int
		asked int32 // answers under the fault
	}{
		{"by chance", 1, []string{"a"}, 0, 2},
		{"again", 99, []string{"a", "b"}, 2, 3},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			out, err := away(t, aside(func() (int, time.Duration) {
				if asked.Add(1) <= tc.lates {
					return http.StatusBadGateway, late
				}
				return http.StatusBadGateway, 0
			}), nil, tc.ids...)
			if err != nil {
				t.Fatal(err)
			}
			fails := 0
			for _, r := range out.Results {
				if r.Outcome == check.Fail {
					fails++
				}
				if !r.Confirmed {
					t.Errorf("%s was not confirmed: %s", r.ID, r.Reason)
				}
			}
			if fails != tc.fails || asked.Load() != tc.asked {
				t.Errorf("%d fail, %d were asked: %v", fails, asked.Load(), reasons(out.Results))
			}
		})
	}
}

// A waiver of the lab, or of a scenario, switches a check off visibly.
func TestWaivers(t *testing.T) {
	wrong := aside(func() (int, time.Duration) { return http.StatusNotFound, 0 })
	out, err := away(t, wrong, func(cfg *lab.Config, cases []scenario.Case) {
		cfg.Contract.Waive = []lab.Waiver{{Check: "blame", Case: "lab", Saw: 404, Because: "known"}}
		cases[1].Waive = map[string]string{"blame": "known too"}
	}, "lab", "scenario", "none")
	if err != nil {
		t.Fatal(err)
	}
	for id, because := range map[string]string{"lab": "known", "scenario": "known too", "none": ""} {
		r := result(t, out, id)
		blamed := slices.ContainsFunc(r.Verdicts, func(v check.Verdict) bool { return v.Check == "blame" && v.Outcome == check.Fail })
		if blamed != (because == "") {
			t.Errorf("%s: %v", id, r.Verdicts)
		}
		if because != "" && !slices.Contains(r.Subject.Waived, check.Waived{Check: "blame", Because: because}) {
			t.Errorf("%s: %v", id, r.Subject.Waived)
		}
	}
}

// dying has no room for a launch with another setting.
type dying struct{ system.System }

func (d dying) Settings() []system.Setting { return []system.Setting{{Name: "env.A", From: "env"}} }
func (d dying) Conditions() []string       { return nil }
func (d dying) Start(ctx context.Context, s system.Setup) (system.Instance, error) {
	if len(s.Edits) > 0 {
		return nil, errors.New("no room on this machine")
	}
	return d.System.Start(ctx, s)
}

// A case that cannot be run is skipped with its reason, one in which failwell fails is broken, and the others are run all the same.
func TestSkippedAndBroken(t *testing.T) {
	fine := aside(func() (int, time.Duration) { return http.StatusBadGateway, 0 })
	out, err := away(t, dying{fine}, func(_ *lab.Config, cases []scenario.Case) {
		cases[0].Skip = "it needs state"
		cases[1].Skip, cases[1].Missing = "no engine", true
		cases[2].Faults = fault.Injection{Edits: []fault.Edit{{Setting: "env.A", Op: "missing"}}}
		cases[3].Faults = fault.Injection{Edits: []fault.Edit{{Setting: "disk", Op: fault.ReadOnly}}}
	}, "skipped", "missing", "broken", "shared", "fine")
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]struct {
		outcome     check.Outcome
		reason      string
		unavailable bool
	}{
		"skipped": {check.Skipped, "it needs state", false},
		"missing": {check.Skipped, "no engine", true},
		"broken":  {check.Broken, "under the fault: start system with [env.A]: no room on this machine", false},
		"shared":  {check.Skipped, system.Shared, false},
		"fine":    {check.Pass, "", false},
	} {
		if r := result(t, out, id); r.Outcome != want.outcome || r.Reason != want.reason || r.Unavailable != want.unavailable {
			t.Errorf("%s: %s %q, unavailable %v", id, r.Outcome, r.Reason, r.Unavailable)
		}
	}
}

// When the budget is used up, what is left is skipped visibly, each case is told once, and none is broken.
func TestBudget(t *testing.T) {
	s := sweeping(1, 5, func(context.Context, int) error { return nil })
	var told []int
	ready := 0
	s.Budget, s.Ready = time.Nanosecond, func() { ready++ }
	s.Tell = func(done, total int, r report.Result) {
		if told = append(told, done); total != 5 || !r.Deferred {
			t.Errorf("%d of %d: %+v", done, total, r)
		}
	}
	out, err := s.Run(t.Context())
	if err != nil || len(out.Results) != 5 || !slices.Equal(told, []int{1, 2, 3, 4, 5}) || ready != 1 {
		t.Errorf("%d results, told %v, ready %d times, %v", len(out.Results), told, ready, err)
	}
	for _, r := range out.Results {
		if r.Outcome != check.Skipped || !r.Deferred || !strings.HasPrefix(r.Reason, "deferred: the budget of 1ns") {
			t.Errorf("%s %s %q", r.ID, r.Outcome, r.Reason)
		}
	}
}

// Cases that cannot be expanded end the sweep, and its labs.
func TestNoCases(t *testing.T) {
	wrong := errors.New("scenario without a request")
	s := sweeping(2, 0, func(context.Context, int) error { return nil })
	s.Cases = func(*lab.Lab, []lab.Seen) ([]scenario.Case, error) { return nil, wrong }
	out, err := s.Run(t.Context())
	if !errors.Is(err, wrong) || len(out.Results) != 0 || len(out.Seen) != 1 || out.Interrupted {
		t.Errorf("%v, %+v", err, out)
	}
}

// What is found by the clock counts only when it was repeated; a run that is stopped before says so.
func TestAStoppedRunFindsNothingByTheClock(t *testing.T) {
	t.Parallel()
	cfg, cases := labOf(t, aside(func() (int, time.Duration) { return http.StatusBadGateway, 1500 * time.Millisecond }), "late")
	s := sweepOf(cfg, cases)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	s.Tell = func(_, _ int, r report.Result) {
		if r.Outcome != check.Fail {
			t.Errorf("before it was stopped it is %s: %s", r.Outcome, r.Reason)
		}
		stop()
	}
	out, err := s.Run(ctx)
	if err != nil || !out.Interrupted {
		t.Fatalf("interrupted %v, %v", out.Interrupted, err)
	}
	if r := result(t, out, "late"); r.Outcome != check.Inconclusive || !strings.Contains(r.Reason, "the run was stopped before it could be repeated") {
		t.Errorf("%s: %s", r.Outcome, r.Reason)
	}
}

// What else was found by a run that is stopped stays, without what was found by the clock beside it.
func TestAStoppedRunKeepsWhatNeedsNoClock(t *testing.T) {
	t.Parallel()
	cfg, cases := labOf(t, aside(func() (int, time.Duration) { return http.StatusOK, 1500 * time.Millisecond }), "false-success")
	s := sweepOf(cfg, cases)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	s.Tell = func(int, int, report.Result) { stop() }
	out, err := s.Run(ctx)
	if err != nil || !out.Interrupted {
		t.Fatalf("interrupted %v, %v", out.Interrupted, err)
	}
	got := map[string]check.Outcome{}
	r := result(t, out, "false-success")
	for _, v := range r.Verdicts {
		got[v.Check] = v.Outcome
	}
	if r.Outcome != check.Fail || got["success"] != check.Fail || got["within"] != check.Inconclusive {
		t.Errorf("%s, success %s, within %s", r.Outcome, got["success"], got["within"])
	}
}

// What is late once beside another finding is taken back, and the other finding stays.
func TestTimingIsConfirmedBesideOthers(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		lates  int32
		within check.Outcome
	}{"by chance": {1, check.Inconclusive}, "again": {99, check.Fail}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			out, err := away(t, aside(func() (int, time.Duration) {
				if asked.Add(1) <= tc.lates {
					return http.StatusOK, 1500 * time.Millisecond
				}
				return http.StatusOK, 0
			}), nil, "false-success")
			if err != nil {
				t.Fatal(err)
			}
			r := result(t, out, "false-success")
			got := map[string]check.Outcome{}
			for _, v := range r.Verdicts {
				got[v.Check] = v.Outcome
			}
			if r.Outcome != check.Fail || got["success"] != check.Fail || got["within"] != tc.within {
				t.Errorf("%s, success %s, within %s", r.Outcome, got["success"], got["within"])
			}
		})
	}
}

package trial

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/system"
)

// needy is software that looks for db when it starts: it ends without it, or is not ready until db is there, for good when it is stuck.
type needy struct {
	software
	ends, stuck bool
}

func (n needy) Start(ctx context.Context, set system.Setup) (system.Instance, error) {
	if err := n.step(ctx, "start"); err != nil {
		return nil, err
	}
	missed := n.isArmed()
	return system.Func(func(context.Context, system.Setup) (http.Handler, error) {
		if n.ends && missed {
			return nil, errors.New("db is away")
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/health/ready" && (n.isArmed() || n.stuck && missed) {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			n.serve(w, r)
		}), nil
	}).Start(ctx, set)
}

// startedUnder runs a case in which db is refused before the system is started.
func startedUnder(t *testing.T, made func(software) system.System) (*lab.Lab, *stage, check.Subject) {
	t.Helper()
	l, s := onStage(t, func(cfg *lab.Config) {
		cfg.System = made(cfg.System.(wrappedSystem).System.(software))
		cfg.Ready = lab.Ready{Get: "/health/ready", Within: 300 * time.Millisecond}
	})
	o, err := Run(t.Context(), l, scenario.Case{ID: "start@db:get", Cause: "upstream/refused", Request: "get", Copies: 1,
		Faults: fault.Injection{Links: []fault.Link{{On: "db", State: fault.Refused, Existing: fault.Drain, Start: true}}}})
	if err != nil {
		t.Fatal(err)
	}
	if s.isArmed() {
		t.Error("something is armed at the end")
	}
	return l, s, o.Subject
}

// steps are those that were noted and matter here, each once where it was made several times in a row.
func steps(s *stage) string {
	return strings.Join(slices.Compact(slices.DeleteFunc(s.noted(), func(line string) bool {
		return !slices.Contains([]string{"arm", "lift", "start", "GET /get"}, line)
	})), ", ")
}

// What begins before the launch is armed first. Who is ready is asked under it, and goes on when it is lifted; who is not is not asked.
func TestStartUnderAFault(t *testing.T) {
	for name, c := range map[string]struct {
		made  func(software) system.System
		steps string
		want  []exchange.Phase
		ready bool
		exit  bool
	}{
		"connects later": {func(s software) system.System { return s }, "GET /get, arm, start, GET /get, lift, GET /get",
			[]exchange.Phase{exchange.Calm, exchange.Faulty, exchange.Healed}, true, false},
		"waits": {func(s software) system.System { return needy{software: s} }, "GET /get, arm, start, lift, GET /get",
			[]exchange.Phase{exchange.Calm, exchange.Healed}, false, false},
		"ends, and is started again": {func(s software) system.System { return needy{software: s, ends: true} }, "GET /get, arm, start, lift, start, GET /get",
			[]exchange.Phase{exchange.Calm, exchange.Healed}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			l, s, got := startedUnder(t, c.made)
			if steps(s) != c.steps {
				t.Errorf("got  %s\nwant %s", steps(s), c.steps)
			}
			if phases := phasesOf(got); !slices.Equal(phases, c.want) {
				t.Errorf("asked in %v, want %v", phases, c.want)
			}
			under, ok := got.Launch(exchange.Faulty)
			if !ok || under.Ready != c.ready || (under.Exit != nil) != c.exit {
				t.Errorf("it was launched as %+v", under)
			}
			if up, again := got.Launch(exchange.Healed); again == c.ready || again && !up.Ready {
				t.Errorf("it got well as %+v (%v)", up, again)
			}
			if l.Dirty || got.Died != nil {
				t.Error("a case that got well leaves the lab dirty")
			}
			if v := (check.Start{}).Judge(got, check.EvidenceOf(got)); v.Outcome != check.Pass {
				t.Errorf("%s: %s", v.Outcome, v.Reason)
			}
			if missed := check.EvidenceOf(got).Missed(); missed != "" {
				t.Errorf("the fault did not strike: %s", missed)
			}
			if !slices.Contains(got.Called, "db") || !slices.Contains(got.Called, "DB") {
				t.Errorf("it may be called %v", got.Called)
			}
		})
	}
}

// Who does not get ready again is found, nothing is asked of it, and the next case gets another.
func TestStartThatNeverGetsWell(t *testing.T) {
	l, s, got := startedUnder(t, func(s software) system.System { return needy{software: s, stuck: true} })
	if steps(s) != "GET /get, arm, start, lift" || !l.Dirty {
		t.Errorf("%s; dirty %v", steps(s), l.Dirty)
	}
	if v := (check.Start{}).Judge(got, check.EvidenceOf(got)); v.Outcome != check.Fail || v.Class != "never-rises" || !v.Timing {
		t.Errorf("%s %s: %s", v.Outcome, v.Class, v.Reason)
	}
}

// A system that somebody else runs is not started, so it cannot be started under a fault.
func TestNoStartOfOthers(t *testing.T) {
	l, _ := onStage(t, nil)
	c := scenario.Case{Faults: fault.Injection{Links: []fault.Link{{On: "db", State: fault.Refused, Start: true}}}}
	if unable := Unable(l, c); unable != nil {
		t.Errorf("ours: %v", unable)
	}
	l.Config.System = system.URL{Base: "http://192.0.2.1"}
	if unable := Unable(l, c); unable == nil || !unable.NotApplicable {
		t.Errorf("another's: %v", unable)
	}
}

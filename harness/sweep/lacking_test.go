package sweep_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/standard"
	"github.com/failwell/failwell/harness/sweep"
	"github.com/failwell/failwell/harness/system"
)

// balky is a system that does not let anything be done to it.
type balky struct {
	system.System
	why error
}

type balking struct {
	system.Instance
	why error
}

func (b balky) Start(ctx context.Context, s system.Setup) (system.Instance, error) {
	i, err := b.System.Start(ctx, s)
	return balking{i, b.why}, err
}

func (balking) Able(fault.Act) error                     { return nil }
func (balking) Prepare(context.Context, fault.Act) error { return nil }

func (b balking) Act(context.Context, fault.Act) (func(context.Context) error, error) {
	return nil, b.why
}

// What this machine lacks is skipped as unavailable, which --no-skips makes a mistake; what a kind of system lacks is not.
func TestASkipSaysWhetherTheMachineIsToBlame(t *testing.T) {
	fine := system.Func(func(context.Context, system.Setup) (http.Handler, error) {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), nil
	})
	for what, c := range map[string]struct {
		system      system.System
		unavailable bool
	}{
		"the machine lacks it":        {balky{fine, &system.Unable{What: "this kernel has no such thing"}}, true},
		"it makes no sense":           {balky{fine, &system.Unable{What: "a page cannot be paused", NotApplicable: true}}, false},
		"the kind of system lacks it": {fine, false},
	} {
		t.Run(what, func(t *testing.T) {
			l, err := sweep.Start(t.Context(), lab.Config{System: c.system, Catalog: standard.Catalog(), IdleFor: time.Millisecond,
				Requests: []scenario.Request{{Name: "get", Method: "GET", Target: "/"}}})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = l.Close() }()
			if _, err := l.Calm(t.Context()); err != nil {
				t.Fatal(err)
			}
			in, err := fault.Acts{Do: "pause"}.Injection()
			if err != nil {
				t.Fatal(err)
			}
			r, err := l.Run(t.Context(), scenario.Case{ID: "pause", Cause: "process/paused", Faults: in, Request: "get", Copies: 1})
			if err != nil || r.Outcome != check.Skipped || r.Unavailable != c.unavailable {
				t.Errorf("%s %q, unavailable %v, %v", r.Outcome, r.Reason, r.Unavailable, err)
			}
			run := report.Run{Results: []report.Result{r}}
			run.Finish()
			if code, why := run.Verdict(true); (code == report.Broke) != c.unavailable {
				t.Errorf("with --no-skips the exit is %d %s", code, why)
			}
		})
	}
}

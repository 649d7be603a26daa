// Package timed holds the bounds on time that are promised. It runs alone: .ci/test gives it the machine for itself.
package timed

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/failwell/failwell/fakes/httpapi"
	"github.com/failwell/failwell/harness"
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

// echo is a system that passes the answer of its one upstream on.
func echo(_ context.Context, s system.Setup) (http.Handler, error) {
	client := &http.Client{Timeout: 2 * time.Second}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req, err := http.NewRequestWithContext(r.Context(), http.MethodGet, s.URL("up")+"/x", nil)
		if err != nil {
			http.Error(w, "oops", http.StatusInternalServerError)
			return
		}
		req.Header.Set("Traceparent", r.Header.Get("Traceparent"))
		resp, err := client.Do(req)
		if err != nil {
			http.Error(w, "upstream away", http.StatusBadGateway)
			return
		}
		defer func() { _ = resp.Body.Close() }()
		_, _ = io.Copy(w, resp.Body)
	}), nil
}

func echoLab() harness.Config {
	ok := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "fine") })
	return harness.Config{
		System: system.Func(echo), Fakes: harness.Fakes{"up": httpapi.Handler(ok)}, Roles: map[string]contract.Role{"up": contract.Essential},
		Requests: []scenario.Request{{Name: "get", Method: "GET", Target: "/"}}, Catalog: standard.Catalog(), IdleFor: 100 * time.Millisecond,
	}
}

// Waiting overlaps: 64 cases that each wait 500 ms on 8 labs take little more than 8 rounds of 500 ms. What else this machine does may make
// one try late, not three.
func TestWaitingOverlaps(t *testing.T) {
	const bound = 1300 * 4 * time.Millisecond
	took := waitTogether(t)
	for try := 1; try < 3 && took > bound && !t.Failed(); try++ {
		took = min(took, waitTogether(t))
	}
	if took > bound {
		t.Errorf("64 cases took %s, at most %s is promised", took, bound)
	}
}

// waitTogether runs the cases, and gives the time from the first lab that is ready to the last result.
func waitTogether(t *testing.T) time.Duration {
	t.Helper()
	var cases []scenario.Case
	for i := range 64 {
		in, err := fault.Compile(fault.Slow{Scope: fault.Scope{On: "up"}, By: fault.For(500 * time.Millisecond)})
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, scenario.Case{ID: fmt.Sprint("wait-", i), Cause: "upstream/slow-within-limit", Request: "get", Faults: in, Copies: 1})
	}
	var ready, last time.Time
	out, err := sweep.Sweep{
		Labs:  8,
		Make:  func(context.Context, int) (lab.Config, error) { return echoLab(), nil },
		Cases: func(*lab.Lab, []lab.Seen) ([]scenario.Case, error) { return cases, nil },
		Ready: func() { ready = time.Now() },
		Tell:  func(int, int, report.Result) { last = time.Now() },
	}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range out.Results {
		if r.Outcome != check.Pass {
			t.Errorf("%s: %s %s", r.ID, r.Outcome, r.Reason)
		}
	}
	took := last.Sub(ready)
	t.Logf("64 cases on 8 labs took %s", took)
	if len(out.Results) != 64 || out.Launches != 8 {
		t.Errorf("%d cases, %d launches for 8 labs without a case that needs one", len(out.Results), out.Launches)
	}
	return took
}

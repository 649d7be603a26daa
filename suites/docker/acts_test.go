package docker_test

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/docker"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/report"
)

// onlyThere wants what only a container can have to hold there, having struck and healed, and to be skipped here with the
// reason.
func onlyThere(t *testing.T, here, there report.Run) {
	skipped := map[string]string{}
	for _, r := range here.Results {
		if r.Outcome == check.Skipped {
			skipped[r.ID] = r.Reason
		}
	}
	scenarios, held := map[string]bool{}, 0
	for _, r := range there.Results {
		why := skipped[r.ID]
		if why == "" || r.Outcome == check.Skipped && (strings.Contains(r.Reason, "as in calm") || r.Reason == why) {
			continue
		}
		for _, must := range []string{"struck", "healed"} {
			if v := verdict(r, must); v.Outcome != check.Pass {
				t.Errorf("%s: %s: %s is %s: %s", r.ID, r.Outcome, must, v.Outcome, v.Reason)
			}
		}
		held++
		if !scenarios[r.Scenario] {
			scenarios[r.Scenario] = true
			t.Logf("%-45s %s; here: %s", r.ID, verdict(r, "struck").Reason, why)
		}
	}
	t.Logf("%d cases of %d scenarios that only a container can have", held, len(scenarios))
	if held < 12 || len(scenarios) < 8 {
		t.Error("want 12 cases of 8 scenarios")
	}
	killed := find(there, "process/out-of-memory@db:get-order")
	if killed.Subject == nil || len(killed.Subject.Deeds) != 1 || killed.Subject.Deeds[0].Exit == nil || !killed.Subject.Deeds[0].Exit.OOM {
		t.Error("nothing says that the kernel killed the system for want of memory")
	}
}

func verdict(r report.Result, name string) check.Verdict {
	i := slices.IndexFunc(r.Verdicts, func(v check.Verdict) bool { return v.Check == name })
	if i < 0 {
		return check.Verdict{Outcome: check.Broken, Reason: "it was not judged"}
	}
	return r.Verdicts[i]
}

func find(run report.Run, id string) report.Result {
	i := slices.IndexFunc(run.Results, func(r report.Result) bool { return r.ID == id })
	if i < 0 {
		return report.Result{}
	}
	return run.Results[i]
}

// Each scenario is seen to fail; the zoo has those whose bugs are about them alone.
func TestActsFindBugs(t *testing.T) {
	engine(t)
	t.Parallel()
	p := failwell(t)
	for bug, cases := range map[string]map[string]string{
		"everything-500": {"database/name-gone@db:get-order": "status", "upstream/name-gone@payments:rates": "status",
			"host/network-cut@db:get-order": "status", "process/starved:get-order": "status"},
		"disk-error-swallowed": {"host/read-only:report": "success"},
		"stops-at-once":        {"process/restarted@db:get-order": "answered"},
	} {
		t.Run(bug, func(t *testing.T) {
			args := []string{"testdata/orders", "--labs", "2", "--host", "docker", "--set", made(t)}
			for id := range cases {
				args = append(args, "--only", id)
			}
			r, run := p.Judge(t, []string{"ORDERS_BUGS=" + bug}, args...)
			for id, check := range cases {
				if v := verdict(find(run, id), check); r.Code != 1 || v.Outcome != "fail" {
					t.Errorf("exit %d, %s: %s is %s: %s\n%s", r.Code, id, check, v.Outcome, v.Reason, r.Out)
				}
			}
		})
	}
}

// The engine's name server is no way out: what it does not know it asks at that of the lab, and nowhere else.
func TestNobodyElseIsFound(t *testing.T) {
	cfg := orders(t, docker.InProgram)
	c := cfg.System.(docker.Container)
	c.Env["PAYMENTS_URL"] = "http://elsewhere.example.com:8080"
	cfg.System = c
	l := start(t, cfg)
	e, err := l.Lab.Do(t.Context(), exchange.Request{Name: "rates", Method: "GET", Target: "/rates"})
	if err != nil || e.Status() != 502 || e.Took > 300*time.Millisecond {
		t.Errorf("%d after %v, %v", e.Status(), e.Took, err)
	}
	ids, err := exec.CommandContext(t.Context(), "docker", "ps", "-q", "--filter", "label=failwell.part=system", "--filter", fmt.Sprintf("label=failwell.pid=%d", os.Getpid())).Output()
	if err != nil {
		t.Fatal(err)
	}
	own := l.Names()["docker.names.server"]
	servers, err := exec.CommandContext(t.Context(), "docker", "inspect", "-f", "{{.HostConfig.Dns}} {{.HostConfig.DnsSearch}}", strings.TrimSpace(string(ids))).Output()
	if got := strings.TrimSpace(string(servers)); err != nil || got != "["+own+"] [.]" {
		t.Errorf("the container asks %s, want %s, %v", got, own, err)
	}
}

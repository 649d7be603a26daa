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
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/suites/program"
)

// only are the cases of acts that a container alone can have, and some that a process can have too.
var only = []string{
	"database/name-gone@db:get-order", "database/name-gone@db:create-order", "upstream/name-gone@payments:rates",
	"process/restarted@db:get-order", "process/restarted@payments:create-order", "process/out-of-memory@db:get-order",
	"process/out-of-memory@payments:create-order", "process/starved:get-order", "process/starved:version", "host/disk-full:*",
	"host/read-only:report", "host/network-cut@db:get-order", "host/network-cut@payments:rates",
	"process/paused@db:get-order", "process/no-descriptors:get-order:0", "process/killed@db:get-order",
}

func selected(ids []string) []string {
	args := []string{"testdata/orders", "--labs", "2"}
	for _, id := range ids {
		args = append(args, "--only", id)
	}
	return args
}

// What only a container can have holds there, having struck and healed, and is skipped here with the reason.
func TestActsThatOnlyContainersCanHave(t *testing.T) {
	engine(t)
	p := program.Build(t)
	_, here := p.Judge(t, nil, selected(only)...)
	skipped := map[string]string{}
	for _, r := range here.Results {
		if r.Outcome == check.Skipped {
			skipped[r.ID] = r.Reason
		}
	}
	_, there := p.Judge(t, nil, append(selected(only), "--host", "docker")...)
	scenarios, held := map[string]bool{}, 0
	for _, r := range there.Results {
		switch r.Outcome {
		case check.Pass:
		case check.Skipped:
			if !strings.Contains(r.Reason, "as in calm") {
				t.Errorf("%s is skipped in a container: %s", r.ID, r.Reason)
			}
			continue
		default:
			t.Errorf("%s: %s: %s", r.ID, r.Outcome, r.Reason)
			continue
		}
		for _, must := range []string{"struck", "healed"} {
			if v := verdict(r, must); v.Outcome != check.Pass {
				t.Errorf("%s: %s is %s: %s", r.ID, must, v.Outcome, v.Reason)
			}
		}
		if why := skipped[r.ID]; why != "" {
			held++
			scenarios[r.Scenario] = true
			t.Logf("%-45s %s; here: %s", r.ID, verdict(r, "struck").Reason, why)
		}
	}
	if held < 12 || len(scenarios) < 8 {
		t.Errorf("%d cases of %d scenarios that only a container can have, want 12 of 8", held, len(scenarios))
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

// Each scenario is seen to fail.
func TestActsFindBugs(t *testing.T) {
	engine(t)
	p := program.Build(t)
	for _, c := range []struct{ bug, id, check string }{
		{"everything-500", "database/name-gone@db:get-order", "status"},
		{"everything-500", "upstream/name-gone@payments:rates", "status"},
		{"everything-500", "host/network-cut@db:get-order", "status"},
		{"disk-error-swallowed", "host/disk-full:report", "success"},
		{"disk-error-swallowed", "host/read-only:report", "success"},
		{"disk-path-in-body", "host/disk-full:report", "leak"},
		{"stops-at-once", "process/restarted@db:get-order", "answered"},
		{"everything-500", "process/starved:get-order", "status"},
		{"keen-watchdog", "process/paused@db:get-order", "alive"},
		{"accept-error-ends", "process/no-descriptors:get-order:0", "alive"},
	} {
		t.Run(c.bug+" in "+c.id, func(t *testing.T) {
			r, run := p.Judge(t, []string{"ORDERS_BUGS=" + c.bug}, append(selected([]string{c.id}), "--host", "docker")...)
			if v := verdict(find(run, c.id), c.check); r.Code != 1 || v.Outcome != check.Fail {
				t.Errorf("exit %d, %s is %s: %s\n%s", r.Code, c.check, v.Outcome, v.Reason, r.Out)
			}
		})
	}
}

// Both ways to run the fakes lose a name and find it again.
func TestANameIsGone(t *testing.T) {
	for _, where := range ways {
		t.Run(string(where), func(t *testing.T) {
			l := start(t, orders(t, where))
			r := run(t, l, "get-order", "store/unavailable", 503, fault.Vanish{On: "db"})
			if why, struck := r.Subject.Struck(); !struck {
				t.Error(why)
			}
			run(t, l, "rates", "upstream/dns", 502, fault.Vanish{On: "payments"})
		})
	}
}

// A name without a dot that is no dependency is not found at once, and the engine's name server is no way out for others: it
// asks further nowhere but in the container itself.
func TestNobodyElseIsFound(t *testing.T) {
	cfg := orders(t, docker.InProgram)
	c := cfg.System.(docker.Container)
	c.Env["PAYMENTS_URL"] = "http://elsewhere:8080"
	cfg.System = c
	l := start(t, cfg)
	e, err := l.Do(t.Context(), exchange.Request{Name: "rates", Method: "GET", Target: "/rates"})
	if err != nil || e.Status() != 502 || e.Took > 300*time.Millisecond {
		t.Errorf("%d after %v, %v", e.Status(), e.Took, err)
	}
	ids, err := exec.CommandContext(t.Context(), "docker", "ps", "-q", "--filter", "label=failwell.part=system", "--filter", fmt.Sprintf("label=failwell.pid=%d", os.Getpid())).Output()
	if err != nil {
		t.Fatal(err)
	}
	servers, err := exec.CommandContext(t.Context(), "docker", "inspect", "-f", "{{.HostConfig.Dns}} {{.HostConfig.DnsOptions}}", strings.TrimSpace(string(ids))).Output()
	if got := strings.TrimSpace(string(servers)); err != nil || got != "[127.0.0.1] [ndots:1]" {
		t.Errorf("the container asks %s, %v", got, err)
	}
}

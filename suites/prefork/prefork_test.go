// Package prefork_test breaks correct services that fork others to answer, and one that does not.
package prefork_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/suites/program"
)

// times is how often each service is run: what differs from run to run is no verdict. FAILWELL_ALL=1 makes it six.
var times = map[bool]int{true: 6, false: 2}[program.Whole()]

// service is a way to run a sample of testdata/prefork.
type service struct {
	lab   string
	args  []string
	needs []string // a command that succeeds where this machine has what the sample is made of
}

var (
	gunicorn = []string{"/usr/bin/gunicorn", "--version"}
	ruby     = []string{"/usr/bin/ruby", "-rwebrick", "-rpg", "-e", ""}
	node     = []string{"node", "-e", "fetch"}
	python   = []string{"python3", "-c", "import http.server"}
)

var innocents = map[string]service{
	"gunicorn-sync":    {lab: "gunicorn", needs: gunicorn},
	"gunicorn-gthread": {lab: "gunicorn", needs: gunicorn, args: []string{"--set", "system.env.GUNICORN_CMD_ARGS=--workers=2 --worker-class=gthread --threads=16"}},
	"webrick":          {lab: "webrick", needs: ruby},
	"cluster":          {lab: "cluster", needs: node},
	"single":           {lab: "single", needs: python},
}

// Where the primary of a cluster of Node accepts, a worker that had no descriptor for a request never gets another one.
var guilty = service{lab: "cluster", needs: node, args: []string{"--set", "system.env.NODE_CLUSTER_SCHED_POLICY=rr", "--set", "system.limit=3s"}}

// Correct services are green in each of several runs, and every run says the same.
func TestInnocents(t *testing.T) {
	p, side := program.Build(t), make(chan struct{}, 2) // waiting overlaps, computing does not
	for name, s := range innocents {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.must(t)
			seen := map[string][]string{}
			for range times {
				for id, outcome := range s.judge(t, p, side, "process/*") {
					seen[id] = append(seen[id], outcome)
				}
			}
			for _, id := range slices.Sorted(maps.Keys(seen)) {
				t.Logf("%-16s %-42s %s", name, id, tally(seen[id]))
				judged := slices.DeleteFunc(slices.Clone(seen[id]), isHindered)
				if len(seen[id]) != times || len(judged) <= times/2 || len(slices.Compact(slices.Clone(judged))) > 1 {
					t.Errorf("%s is not the same every time: %v", id, seen[id])
				}
				for _, outcome := range judged {
					if strings.HasPrefix(outcome, string(check.Fail)) {
						t.Errorf("%s: %s", id, outcome)
					}
				}
			}
			if len(seen) == 0 {
				t.Error("nothing was judged")
			}
		})
	}
}

// What ends a worker may not end its master.
func TestAMasterThatEndsWithItsWorkerIsFound(t *testing.T) {
	bug := guilty
	bug.args = []string{"--set", "system.env.BUG=1"}
	bug.must(t)
	found := bug.judge(t, program.Build(t), make(chan struct{}, 1), "process/out-of-memory*")
	for id, outcome := range found {
		if !strings.HasPrefix(outcome, "fail") || !strings.Contains(outcome, "alive: the system died") {
			t.Errorf("%s: %s; want it to be dead", id, outcome)
		}
	}
	if len(found) != 1 {
		t.Errorf("want one case: %v", found)
	}
}

// What is done to a worker is what a real limit does to it.
func TestAWorkerThatIsNeverAskedAgainIsFound(t *testing.T) {
	guilty.must(t)
	found := guilty.judge(t, program.Build(t), make(chan struct{}, 1), "process/no-descriptors*")
	for id, outcome := range found {
		if !strings.Contains(outcome, "healed") || strings.Contains(outcome, "alive") {
			t.Errorf("%s: %s; want it never to heal, and not to be dead", id, outcome)
		}
	}
	if len(found) != 1 {
		t.Errorf("want one case: %v", found)
	}
}

// must skips a test for want of what a sample is made of; in CI that is a failure.
func (s service) must(t *testing.T) {
	t.Helper()
	out, err := exec.Command(s.needs[0], s.needs[1:]...).CombinedOutput()
	switch {
	case err == nil:
	case os.Getenv("FAILWELL_CI") != "":
		t.Fatalf("%v: %v: %.300s", s.needs, err, out)
	default:
		t.Skipf("%v: %v: %.300s", s.needs, err, out)
	}
}

// judge runs the sample and gives the outcome of each case, with the checks that failed and why it was not judged.
func (s service) judge(t *testing.T, p *program.Program, side chan struct{}, only string) map[string]string {
	t.Helper()
	side <- struct{}{}
	defer func() { <-side }()
	lab := filepath.Join(program.Root(t), "testdata", "prefork", s.lab)
	got, run := p.Judge(t, nil, append([]string{lab, "--only", only, "--labs", "2"}, s.args...)...)
	if got.Code == 2 {
		t.Errorf("%s could not be judged\n%s%s", s.lab, got.Out, got.Err)
	}
	outcomes := map[string]string{}
	for _, r := range run.Results {
		if strings.HasPrefix(r.Scenario, "process/") {
			outcomes[r.ID] = described(r)
		}
	}
	return outcomes
}

// isHindered tells whether there was nothing to judge, since a worker spent its last descriptors on callers before it made the
// call that was to be slow. That is up to the scheduler.
func isHindered(outcome string) bool { return strings.HasSuffix(outcome, "what was taken came first") }

func described(r report.Result) string {
	words := []string{string(r.Outcome)}
	if r.Outcome == check.Skipped || r.Outcome == check.Inconclusive {
		words = append(words, r.Reason)
	}
	if r.Outcome == check.Inconclusive && r.Subject != nil {
		for _, e := range r.Subject.Judged(exchange.Faulty) {
			words = append(words, fmt.Sprintf("%d %s in %s after %d calls", e.Status(), e.Failure, e.Took, len(e.Hits)))
		}
	}
	for _, v := range r.Verdicts {
		if v.Outcome == check.Fail {
			words = append(words, v.Check+": "+v.Reason)
		}
	}
	return strings.Join(words, "; ")
}

// tally says how often there was which outcome.
func tally(outcomes []string) string {
	count := map[string]int{}
	for _, o := range outcomes {
		count[o]++
	}
	var all []string
	for _, o := range slices.Sorted(maps.Keys(count)) {
		all = append(all, fmt.Sprintf("%d %s", count[o], o))
	}
	return strings.Join(all, ", ")
}

// Package zoo switches the bugs of the sample system on, one at a time: each must be caught by the check that it is tagged
// with, and each check must catch one.
package zoo

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/standard"
	"github.com/failwell/failwell/suites/program"
)

// bug is a line of `orders --bugs`.
type bug struct{ name, check, cases, what string }

func bugs(t *testing.T) []bug {
	t.Helper()
	cmd := exec.Command("go", "run", ".", "--bugs")
	cmd.Dir = program.Root(t) + "/testdata/orders"
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("list the bugs: %v", err)
	}
	var all []bug
	for line := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) == 5 && f[4] == "container" {
			continue // its cases cannot be run here; suites/docker has them
		}
		if len(f) != 4 {
			t.Fatalf("want name, check, cases and description with tabs between: %q", line)
		}
		all = append(all, bug{f[0], f[1], f[2], f[3]})
	}
	return all
}

// never are the checks that cannot fail by a bug: they ask whether the case itself was one, and say inconclusive.
var never = []string{"calm", "struck"}

func TestZoo(t *testing.T) {
	p := program.Build(t)
	all := bugs(t)
	if len(all) < 18 {
		t.Fatalf("only %d bugs", len(all))
	}
	var mu sync.Mutex
	kills := map[string][]string{}
	side := make(chan struct{}, 3) // waiting overlaps, computing does not
	t.Run("bugs", func(t *testing.T) {
		for _, b := range all {
			t.Run(b.name, func(t *testing.T) {
				t.Parallel()
				side <- struct{}{}
				defer func() { <-side }()
				r, run := p.Judge(t, []string{"ORDERS_BUGS=" + b.name}, "testdata/orders", "--labs", "4", "--only", b.cases)
				failing := failing(run)
				if r.Code != 1 || !slices.Contains(failing, b.check) {
					t.Errorf("%s: exit %d, failing checks %v, want 1 and %s among them\n%s", b.what, r.Code, failing, b.check, r.Out)
				}
				mu.Lock()
				defer mu.Unlock()
				for _, c := range failing {
					kills[c] = append(kills[c], b.name)
				}
			})
		}
	})
	t.Logf("checks and the bugs that they kill:\n%s", table(kills))
	for _, c := range standard.Catalog().Standing {
		if len(kills[c]) == 0 && !slices.Contains(never, c) {
			t.Errorf("no bug is killed by the check %s", c)
		}
	}
}

func failing(run report.Run) []string {
	var names []string
	for _, r := range run.Results {
		for _, v := range r.Verdicts {
			if v.Outcome == check.Fail && !slices.Contains(names, v.Check) {
				names = append(names, v.Check)
			}
		}
	}
	slices.Sort(names)
	return names
}

func table(kills map[string][]string) string {
	var lines []string
	for c, names := range kills {
		slices.Sort(names)
		lines = append(lines, fmt.Sprintf("    %-12s %s", c, strings.Join(names, " ")))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

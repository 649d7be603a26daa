// Package zoo switches the bugs of the sample system on, one at a time: each must be caught by the check that it is tagged
// with, and each check must catch one.
package zoo

import (
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/failwell/failwell/suites/program"
)

// Bug is a line of `orders --bugs`.
type Bug struct {
	Name  string
	Check string // the check that must catch it
	Cases string // the cases where it must show
	Host  string // docker: its cases are only there in containers; empty: everywhere
	What  string
}

// Bugs are those whose cases are there on a host: here, or docker.
func Bugs(t *testing.T, host string) []Bug {
	t.Helper()
	cmd := exec.Command("go", "run", ".", "--bugs")
	cmd.Dir = program.Root(t) + "/testdata/orders"
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("list the bugs: %v", err)
	}
	var all []Bug
	for line := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 5 {
			t.Fatalf("want name, check, cases, host and description with tabs between: %q", line)
		}
		if b := (Bug{f[0], f[1], f[2], f[3], f[4]}); b.Host == "" || b.Host == host {
			all = append(all, b)
		}
	}
	return all
}

// Kills are the bugs that each check has caught, or the checks that have caught each bug.
type Kills map[string][]string

// String is a table of two columns.
func (k Kills) String() string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(k)) {
		slices.Sort(k[name])
		lines = append(lines, fmt.Sprintf("    %-26s %s", name, strings.Join(k[name], " ")))
	}
	return strings.Join(lines, "\n")
}

// ByCheck turns a table of bugs around.
func (k Kills) ByCheck() Kills {
	out := Kills{}
	for bug, checks := range k {
		for _, c := range checks {
			out[c] = append(out[c], bug)
		}
	}
	return out
}

// Hunt runs the cases of each bug while it is switched on, some bugs side by side, and gives the checks that failed. A bug
// that its check does not catch is an error.
func Hunt(t *testing.T, p *program.Program, bugs []Bug, sideBySide int, args ...string) Kills {
	t.Helper()
	var mu sync.Mutex
	kills := Kills{}
	side := make(chan struct{}, sideBySide)
	t.Run("bugs", func(t *testing.T) {
		for _, b := range bugs {
			t.Run(b.Name, func(t *testing.T) {
				t.Parallel()
				side <- struct{}{}
				defer func() { <-side }()
				r, run := p.Judge(t, []string{"ORDERS_BUGS=" + b.Name}, append([]string{"testdata/orders", "--only", b.Cases}, args...)...)
				failing := program.Failing(run)
				if r.Code != 1 || !slices.Contains(failing, b.Check) {
					t.Errorf("%s: exit %d, failing checks %v, want 1 and %s among them\n%s", b.What, r.Code, failing, b.Check, r.Out)
				}
				mu.Lock()
				defer mu.Unlock()
				kills[b.Name] = failing
			})
		}
	})
	return kills
}

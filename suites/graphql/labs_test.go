package graphql_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/failwell/failwell/suites/graphql"
	"github.com/failwell/failwell/suites/program"
)

// least is how many cases a run of a service must pass before its being green says anything.
const least = 20

// runs bounds the runs that are side by side: waiting overlaps, computing does not.
type runs chan struct{}

// judge runs a lab with more of the environment, once there is room for it.
func (r runs) judge(t *testing.T, p *program.Program, lab string, bug string, args ...string) (found []string, passed int) {
	t.Helper()
	r <- struct{}{}
	defer func() { <-r }()
	got, run := p.Judge(t, graphql.Env("BUG="+bug), append([]string{lab}, args...)...)
	found = graphql.Found(run)
	s := run.Summary
	t.Logf("%s BUG=%s %v: exit %d, %d cases: %d passed, %d failed, %d inconclusive, %d skipped, %d broken, in %s",
		filepath.Base(lab), bug, args, got.Code, s.Cases, s.Pass, s.Fail, s.Inconclusive, s.Skipped, s.Broken, got.Took.Round(1e8))
	if s.Broken > 0 || got.Code == 2 {
		t.Errorf("%s could not be judged, exit %d\n%s%s", lab, got.Code, got.Out, got.Err)
	}
	return found, s.Pass
}

// What is correct is green, by what most expect, and so by what nobody disputes; FAILWELL_ALL=1 runs that too.
func TestInnocents(t *testing.T) {
	p, side := program.Build(t), make(runs, 2)
	for _, lab := range graphql.Labs(t, "innocents") {
		for _, profile := range program.Some([]string{"standard", "floor"}, 2) {
			t.Run(filepath.Base(lab)+"/"+profile, func(t *testing.T) {
				t.Parallel()
				graphql.Needs(t, lab)
				found, passed := side.judge(t, p, lab, "0", "--profile", profile)
				if len(found) > 0 {
					t.Errorf("%d findings:\n%s", len(found), strings.Join(found, "\n"))
				}
				if passed < least {
					t.Errorf("only %d cases passed", passed)
				}
			})
		}
	}
}

// Every bug is found by the check that its folder names, and without it the same service is green: of every second, and with FAILWELL_ALL=1 of each.
func TestGuilty(t *testing.T) {
	p, side := program.Build(t), make(runs, 2)
	for i, lab := range graphql.Labs(t, "guilty") {
		text, err := os.ReadFile(filepath.Join(lab, "expected"))
		if err != nil {
			t.Fatal(err)
		}
		want := strings.TrimSpace(string(text))
		t.Run(filepath.Base(lab)+"/buggy", func(t *testing.T) {
			t.Parallel()
			graphql.Needs(t, lab)
			found, _ := side.judge(t, p, lab, "1", "--profile", "standard")
			if !strings.Contains("\n"+strings.Join(found, "\n"), "\n"+want+"@") {
				t.Errorf("%s finds nothing; what fails is:\n%s", want, strings.Join(found, "\n"))
			}
		})
		if i%2 > 0 && !program.Whole() {
			continue
		}
		t.Run(filepath.Base(lab)+"/clean", func(t *testing.T) {
			t.Parallel()
			graphql.Needs(t, lab)
			found, passed := side.judge(t, p, lab, "0", "--profile", "standard")
			if len(found) > 0 {
				t.Errorf("%d findings without the bug:\n%s", len(found), strings.Join(found, "\n"))
			}
			if passed < least {
				t.Errorf("only %d cases passed", passed)
			}
		})
	}
}

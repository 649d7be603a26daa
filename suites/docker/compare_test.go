package docker_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/suites/program"
)

// many is how many labs a run of the whole catalogue has: few where others use the engine too, which has few networks.
func many() string {
	if os.Getenv("FAILWELL_CI") == "1" {
		return "8"
	}
	return "3"
}

// The catalogue, once here and once in containers: the same outcomes over all cases that both have, what only containers can
// have, and what it costs. FAILWELL_ALL=1 takes the cases of all requests.
func TestTheCatalogueInContainers(t *testing.T) {
	engine(t)
	p := failwell(t)
	what, least := []string{"testdata/orders", "--no-skips", "--only", "*:create-order", "--only", "*:report", "--only", "host/*", "--only", "process/*"}, 150
	if program.Whole() {
		what, least = what[:2], 350
	}
	hereResult, here := p.Judge(t, nil, what...)
	thereResult, there := p.Judge(t, nil, append(what, "--host", "docker", "--labs", many())...)
	for where, r := range map[string]program.Result{"here": hereResult, "in containers": thereResult} {
		if r.Code != 0 {
			t.Errorf("%s: exit %d\n%s%s", where, r.Code, r.Out, r.Err)
		}
	}
	t.Logf("it took %v here and %v in containers (%s labs)", hereResult.Took, thereResult.Took, many())
	t.Run("same outcomes", func(t *testing.T) { same(t, here, there, least) })
	t.Run("only in containers", func(t *testing.T) { onlyThere(t, here, there) })
	t.Run("operations", func(t *testing.T) { costs(t, there) })
}

func same(t *testing.T, here, there report.Run, least int) {
	c := compare(here.Results, there.Results)
	t.Logf("%d cases here, %d in containers, %d judged on both, %d differences", len(here.Results), len(there.Results), c.both, len(c.different))
	for _, line := range slices.Sorted(maps.Keys(c.one)) {
		t.Logf("%s: %s", line, strings.Join(c.one[line], " "))
	}
	for _, line := range c.different {
		t.Error(line)
	}
	if c.both < least {
		t.Errorf("only %d cases were judged on both", c.both)
	}
}

// comparison is how the outcomes of two runs compare.
type comparison struct {
	both      int                 // cases that were judged on both
	different []string            // of these, what was not the same
	one       map[string][]string // why a case was judged, or is there, on one of them only -> its ids
}

func compare(here, there []report.Result) comparison {
	c := comparison{one: map[string][]string{}}
	other := map[string]report.Result{}
	for _, r := range there {
		other[r.ID] = r
	}
	note := func(what, id string) { c.one[what] = append(c.one[what], id) }
	for _, a := range here {
		b, found := other[a.ID]
		delete(other, a.ID)
		switch {
		case !found:
			note("only here", a.ID)
		case a.Outcome == b.Outcome && a.Outcome == check.Skipped:
		case a.Outcome == check.Skipped:
			note("skipped here, since "+a.Reason, a.ID)
		case b.Outcome == check.Skipped:
			note("skipped in containers, since "+b.Reason, a.ID)
		default:
			c.both++
			if a.Outcome != b.Outcome {
				c.different = append(c.different, fmt.Sprintf("%s: %q here, %q in containers: %s%s", a.ID, a.Outcome, b.Outcome, a.Reason, b.Reason))
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(other)) {
		note("only in containers", id)
	}
	return c
}

func TestCompare(t *testing.T) {
	one := func(id string, o check.Outcome, why string) report.Result {
		return report.Result{ID: id, Outcome: o, Reason: why}
	}
	here := []report.Result{one("same", check.Pass, ""), one("differs", check.Pass, ""), one("gone", check.Pass, ""), one("no", check.Skipped, "x"), one("never", check.Skipped, "x")}
	there := []report.Result{one("same", check.Pass, ""), one("differs", check.Fail, ""), one("no", check.Pass, ""), one("never", check.Skipped, "y"), one("new", check.Pass, "")}
	c := compare(here, there)
	want := map[string][]string{"only here": {"gone"}, "only in containers": {"new"}, "skipped here, since x": {"no"}}
	if c.both != 2 || len(c.different) != 1 || !strings.HasPrefix(c.different[0], "differs: ") || !maps.EqualFunc(c.one, want, slices.Equal) {
		t.Errorf("got %+v", c)
	}
}

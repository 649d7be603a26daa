package zoo_test

import (
	"slices"
	"testing"

	"github.com/failwell/failwell/harness/standard"
	"github.com/failwell/failwell/suites/program"
	"github.com/failwell/failwell/suites/zoo"
)

// never are the checks that no bug of the sample fails: calm and struck ask whether the case itself was one, and say
// inconclusive; relayed and resent judge gateways, whose bugs suites/gateway has; agrees, away and certificate have theirs in testdata/guilty; body and
// header judge only where a scenario asks for them.
var never = []string{"calm", "struck", "relayed", "resent", "agrees", "away", "certificate", "body", "header"}

// some are the first bug of each check, and every third of the others; FAILWELL_ALL=1 takes all.
func some(all []zoo.Bug) []zoo.Bug {
	seen := map[string]bool{}
	var first, others []zoo.Bug
	for _, b := range all {
		if seen[b.Check] {
			others = append(others, b)
		} else {
			first = append(first, b)
		}
		seen[b.Check] = true
	}
	return append(first, program.Some(others, 3)...)
}

func TestZoo(t *testing.T) {
	p := program.Build(t)
	all := zoo.Bugs(t, "here")
	if len(all) < 18 {
		t.Fatalf("only %d bugs", len(all))
	}
	kills := zoo.Hunt(t, p, some(all), 2, "--labs", "4").ByCheck() // waiting overlaps, computing does not
	t.Logf("checks and the bugs that they kill:\n%s", kills)
	for _, c := range standard.Catalog().CheckNames() {
		if len(kills[c]) == 0 && !slices.Contains(never, c) && program.Whole() {
			t.Errorf("no bug is killed by the check %s", c)
		}
	}
}

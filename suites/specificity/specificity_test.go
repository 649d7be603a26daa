package specificity_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"

	"github.com/failwell/failwell/suites/program"
	"github.com/failwell/failwell/suites/specificity"
)

// least is how many cases a run of a service must pass before its silence says anything.
const least = 8

// innocent are those that run each time: a third of them, of each language and sort of dependency. FAILWELL_ALL=1 runs all.
var innocent = []string{
	"circuit-breaker", "declared-policies", "half-open", "idempotency-keys", "ndjson-stream", "own-address", "php-plain", "pool-of-one", "ready-two-probes",
	"volatile-answers",
}

// table is what the suite prints: a row for each service and profile.
type table struct {
	mu   sync.Mutex
	rows []string
}

func (t *table) add(cells ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows = append(t.rows, fmt.Sprintf(strings.TrimSuffix(strings.Repeat("%v\t", len(cells)), "\t"), cells...))
}

func (t *table) print() {
	slices.Sort(t.rows)
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "service\tprofile\tlanguage\tcases\tpassed\tfailed\tinconclusive\tskipped\tknown\tseconds\thabit")
	for _, row := range t.rows {
		fmt.Fprintln(w, row)
	}
	_ = w.Flush()
}

// Failwell has nothing to say against what is correct, by what nobody disputes as by what most expect.
func TestSilence(t *testing.T) {
	p, rows, side := program.Build(t), &table{}, make(chan struct{}, 2)
	services := specificity.Services(t, "innocents", innocent)
	specificity.Beside(t)
	defer rows.print()
	t.Run("all", func(t *testing.T) {
		for _, name := range slices.Sorted(maps.Keys(services)) {
			language, lab := specificity.LanguageOf(t, services[name]), specificity.Lab(t, services[name])
			for _, profile := range []string{"floor", "standard"} {
				t.Run(name+"/"+profile, func(t *testing.T) {
					t.Parallel()
					specificity.Needs(t, language, lab)
					side <- struct{}{}
					defer func() { <-side }()
					got, run := p.Judge(t, []string{"PYTHONDONTWRITEBYTECODE=1"}, services[name], "--profile", profile)
					s, loud := run.Summary, specificity.Loud(run)
					unknown := specificity.Unknown(loud, name, known)
					rows.add(name, profile, language.Name, s.Cases, s.Pass, s.Fail, s.Inconclusive, s.Skipped, len(loud)-len(unknown),
						fmt.Sprintf("%.1f", got.Took.Seconds()), specificity.Habit(lab))
					if s.Broken > 0 || got.Code == 2 {
						t.Errorf("it could not be judged, exit %d\n%s%s", got.Code, got.Out, got.Err)
					}
					if len(unknown) > 0 {
						t.Errorf("%d findings:\n%s", len(unknown), strings.Join(unknown, "\n"))
					}
					if s.Pass < least {
						t.Errorf("only %d cases passed", s.Pass)
					}
				})
			}
		}
	})
}

// Whatever a run has against a service is heard, unless a row speaks of this very service and case.
func TestUnknown(t *testing.T) {
	loud := []string{"status@upstream/slow@a:b: fail: 500", "within@upstream/slow@a:b: fail: late"}
	rows := []specificity.Known{{Service: "shop", Case: "status@upstream/*", Because: "a test"}}
	if got := specificity.Unknown(loud, "shop", rows); len(got) != 1 || got[0] != loud[1] {
		t.Errorf("got %q", got)
	}
	if got := specificity.Unknown(loud, "other", rows); len(got) != 2 {
		t.Errorf("of another service: %q", got)
	}
}

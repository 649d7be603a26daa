package specificity_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/suites/program"
	"github.com/failwell/failwell/suites/specificity"
)

// guilty are those that run each time; FAILWELL_ALL=1 runs all.
var guilty = []string{"bare-trace", "empty-500", "limiter-refuses", "retried-write", "swallowed-error"}

// Every bug is found by the check that its folder names, and without it the same service is green.
func TestGuilty(t *testing.T) {
	p, side := program.Build(t), make(chan struct{}, 2)
	for name, folder := range specificity.Services(t, "guilty", guilty) {
		language, lab := specificity.LanguageOf(t, folder), specificity.Lab(t, folder)
		judge := func(t *testing.T, bug string) []string {
			t.Parallel()
			specificity.Needs(t, language, lab)
			side <- struct{}{}
			defer func() { <-side }()
			got, run := p.Judge(t, []string{"BUG=" + bug, "PYTHONDONTWRITEBYTECODE=1"}, folder, "--profile", "standard")
			if run.Summary.Broken > 0 || got.Code == 2 {
				t.Errorf("it could not be judged, exit %d\n%s%s", got.Code, got.Out, got.Err)
			}
			return specificity.Unknown(specificity.Loud(run), name, known) // a bug is not found by what is wrong without it, too
		}
		t.Run(name+"/buggy", func(t *testing.T) {
			want, err := os.ReadFile(filepath.Join(folder, "expected"))
			if err != nil {
				t.Fatal(err)
			}
			check := strings.TrimSpace(string(want)) + "@"
			loud := judge(t, "1")
			if !slices.ContainsFunc(loud, func(line string) bool { return strings.HasPrefix(line, check) && strings.Contains(line, ": fail: ") }) {
				t.Errorf("%s finds nothing; what was found is:\n%s", check, strings.Join(loud, "\n"))
			}
		})
		t.Run(name+"/clean", func(t *testing.T) {
			if loud := judge(t, "0"); len(loud) > 0 {
				t.Errorf("%d findings without the bug:\n%s", len(loud), strings.Join(loud, "\n"))
			}
		})
	}
}

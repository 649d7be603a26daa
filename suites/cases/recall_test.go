package cases_test

import (
	"testing"

	"github.com/failwell/failwell/suites/cases"
	"github.com/failwell/failwell/suites/program"
)

// guilty are the buggy variants that are found, and by which check.
var guilty = map[string]string{
	"01-db-down-500": "status", "02-error-as-200": "success", "03-idle-crash": "alive", "04-never-recovers": "healed",
	"05-redis-down-401": "blame", "07-sigterm-inflight": "answered", "08-no-timeout": "answered", "09-429-passed-on": "blame",
	"06-stream-closed-neatly": "success", "10-double-charge": "effect", "31-connect-hangs": "answered",
	"11-conn-leak-on-error": "healed", "12-health-lies": "readiness", "13-db-down-404": "blame", "14-malformed-kills": "alive",
	"15-stack-in-body": "leak", "32-optional-cache": "status",
}

// Every bug that was found stays found, and its fix does not fail in the same way everywhere. It takes minutes: .ci/all runs it.
func TestRecall(t *testing.T) {
	if !program.Whole() {
		t.Skip("this takes minutes: FAILWELL_ALL=1, as .ci/all has it")
	}
	p := program.Build(t)
	cases.Around(t, "05-redis-down-401") // and of the others that want it
	side := make(chan struct{}, 2)
	for folder, name := range guilty {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			side <- struct{}{}
			defer func() { <-side }()
			cases.Needs(t, folder)
			count := func(bug string) int {
				g := judge(t, p, cases.Row{Folder: folder, Args: []string{"--set", "system.env.BUG=" + bug}})
				return len(cases.Matching(name+"@*", g.failing))
			}
			buggy, fixed := count("1"), count("0")
			t.Logf("%s: %s fails in %d cases, fixed in %d", folder, name, buggy, fixed)
			if buggy == 0 || fixed >= buggy {
				t.Errorf("%s fails in %d cases with the bug and in %d without it", name, buggy, fixed)
			}
		})
	}
}

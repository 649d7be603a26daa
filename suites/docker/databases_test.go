package docker_test

import (
	"testing"

	"github.com/failwell/failwell/fakes/servers"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/suites/program"
)

// A database of this machine and one in a container give the same outcomes, wherever the system runs.
func TestSameOutcomesOnServersInContainers(t *testing.T) {
	if err := (servers.Postgres{}).Installed(); err != nil {
		missing(t, err.Error())
	}
	server := "dependencies.db.server={image: '" + postgres(t) + "'}"
	p := program.Build(t)
	only := []string{"testdata/orders", "--labs", "2", "--no-skips", "--only", "database/*@db:create-order*", "--only", "database/*@db:get-order*", "--only", "process/*", "--set"}
	_, installed := p.Judge(t, nil, append(only, "dependencies.db.server=installed")...)
	for name, more := range map[string][]string{"here": nil, "docker": {"--host", "docker"}, "cloned": {"--set", "dependencies.db.isolate=clone"}} {
		t.Run(name, func(t *testing.T) {
			r, contained := p.Judge(t, nil, append(append(only, server), more...)...)
			if same(t, installed, contained); r.Code != 0 {
				t.Errorf("exit %d\n%s", r.Code, r.Out)
			}
		})
	}
	if len(installed.Results) < 50 {
		t.Errorf("only %d cases", len(installed.Results))
	}
}

// same wants two runs to have the same cases with the same outcomes.
func same(t *testing.T, here, there report.Run) {
	t.Helper()
	outcomes := map[string]string{}
	for _, r := range here.Results {
		outcomes[r.ID] = string(r.Outcome)
	}
	differ := 0
	for _, r := range there.Results {
		if outcomes[r.ID] != string(r.Outcome) {
			differ++
			t.Errorf("%s: %q and %q: %s", r.ID, outcomes[r.ID], r.Outcome, r.Reason)
		}
	}
	t.Logf("%d and %d cases, %d differences", len(here.Results), len(there.Results), differ)
	if len(here.Results) != len(there.Results) {
		t.Error("the cases are not the same")
	}
}

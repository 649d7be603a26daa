package docker_test

import (
	"testing"

	"github.com/failwell/failwell/suites/program"
)

// The same scenarios give the same outcomes on this machine and in containers.
func TestSameOutcomesInContainers(t *testing.T) {
	engine(t)
	p := program.Build(t)
	only := []string{"testdata/orders", "--labs", "4", "--only", "database/*@db:create-order*", "--only", "upstream/*@payments:rates*", "--only", "settings/*", "--only", "secrets/*"}
	_, here := p.Judge(t, nil, only...)
	_, there := p.Judge(t, nil, append(only, "--host", "docker")...)
	outcomes := map[string]string{}
	for _, r := range here.Results {
		outcomes[r.ID] = string(r.Outcome)
	}
	differ := 0
	for _, r := range there.Results {
		if outcomes[r.ID] != string(r.Outcome) {
			differ++
			t.Errorf("%s: %q here, %q in a container: %s", r.ID, outcomes[r.ID], r.Outcome, r.Reason)
		}
	}
	t.Logf("%d cases here, %d in containers, %d differences", len(here.Results), len(there.Results), differ)
	if len(here.Results) < 80 || len(here.Results) != len(there.Results) {
		t.Error("the cases are not the same")
	}
}

package scenarios_test

import (
	"testing"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/standard"
	"github.com/failwell/failwell/scenarios"
)

// Every built-in scenario is well formed, and names only what there is.
func TestScenariosAreWellFormed(t *testing.T) {
	all, err := scenario.ReadAll(scenarios.Files, "scenarios")
	if err != nil {
		t.Fatal(err)
	}
	table, err := contract.Built()
	if err != nil {
		t.Fatal(err)
	}
	cat := standard.Catalog()
	known := scenario.Known{Catalog: cat, Table: table, Dependencies: map[string]fakes.Kind{}}
	for _, s := range all {
		if err := known.Check(s); err != nil {
			t.Error(err)
		}
		if s.Cause == "" {
			t.Errorf("%s: a built-in scenario says its cause", s.ID)
		}
	}
	if len(all) < 60 {
		t.Errorf("only %d scenarios", len(all))
	}
}

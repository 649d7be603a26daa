package scenarios_test

import (
	"slices"
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
		if s.Cause == "" || s.Event == "" {
			t.Errorf("%s: a built-in scenario says its cause, and for headlines its event", s.ID)
		}
	}
	if len(all) < 60 {
		t.Errorf("only %d scenarios", len(all))
	}
}

// notMade are the causes that the contract speaks of and no built-in scenario makes, with the reason. A team's own scenarios may.
var notMade = map[string]string{
	"cache/slow":            "no kind of dependency is a cache of its own yet: over plain TCP it is an upstream",
	"cache/unavailable":     "as cache/slow",
	"cache/wrong":           "as cache/slow",
	"data/null":             "a null in a row is data/invalid by what the service makes of it",
	"data/unknown-value":    "which value a column may have is not known",
	"input/conflict":        "what conflicts is the service's own matter",
	"input/forbidden":       "it needs the credentials of somebody who may not",
	"input/key-in-progress": "copies at once have keys of their own",
	"process/panic":         "nothing makes a handler of any language panic",
	"process/panic-midway":  "as process/panic",
	"process/quota":         "the quota is the service's own",
	"queue/ack-lost":        "no kind of dependency is a queue yet",
	"queue/unavailable":     "as queue/ack-lost",
	"secret/expired":        "when a key expires stands in the key, in a form of the service's own",
	"secret/store-down":     "a store of secrets is a dependency of the system, and broken as one",
	"upstream/at-capacity":  "the limit on calls in flight is the service's own",
	"upstream/circuit-open": "when a breaker opens is the service's own matter",
	"upstream/not-found":    "what an upstream does not have is upstream/absent by its replies",
}

// Every cause of the contract is made by a scenario, or it is said why not.
func TestEveryCauseIsMade(t *testing.T) {
	all, err := scenario.ReadAll(scenarios.Files, "scenarios")
	if err != nil {
		t.Fatal(err)
	}
	table, err := contract.Built()
	if err != nil {
		t.Fatal(err)
	}
	made, known := scenario.OfCause(all), table.Causes()
	for _, cause := range known {
		if why := notMade[cause]; len(made[cause]) == 0 && why == "" {
			t.Errorf("%s: no scenario makes it", cause)
		} else if len(made[cause]) > 0 && why != "" {
			t.Errorf("%s: it is made, and said not to be: %s", cause, why)
		}
	}
	for cause := range notMade {
		if !slices.Contains(known, cause) {
			t.Errorf("%s: the contract has no such cause", cause)
		}
	}
}

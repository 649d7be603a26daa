package main

import (
	"slices"
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
)

// --failed takes what failed, and nothing else; where nothing did, it says so.
func TestFailed(t *testing.T) {
	last := report.Run{Results: []report.Result{{ID: "a:x", Outcome: check.Fail}, {ID: "b:x", Outcome: check.Pass}, {ID: "c:x", Outcome: check.Inconclusive}}}
	ids, err := failedIn(last)
	if err != nil || !slices.Equal(ids, []string{"a:x"}) {
		t.Errorf("got %v, %v", ids, err)
	}
	l := &loaded{again: ids}
	kept, err := l.only([]scenario.Case{{ID: "a:x"}, {ID: "b:x"}})
	if err != nil || len(kept) != 1 || kept[0].ID != "a:x" {
		t.Errorf("kept %v, %v", kept, err)
	}
	if _, err := l.only([]scenario.Case{{ID: "b:x"}}); err == nil {
		t.Error("a run without any of them says nothing")
	}
	if _, err := failedIn(report.Run{Results: last.Results[1:]}); err == nil {
		t.Error("a last run without a failure says nothing")
	}
}

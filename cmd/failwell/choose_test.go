package main

import (
	"fmt"
	"testing"

	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
)

// What the plan, --only and --shard leave out is said by each of them, and is with what is run the full expansion.
func TestChooseSaysWhatItLeavesOut(t *testing.T) {
	var all []scenario.Case
	for i := range 40 {
		all = append(all, scenario.Case{ID: fmt.Sprintf("slow@db:get-%d", i)}, scenario.Case{ID: fmt.Sprintf("reset@db:get-%d", i)})
	}
	planned := all[:60]
	count := func(f runFlags) map[string]int {
		l := &loaded{flags: f.labFlags}
		got, err := (&program{}).choose(l, f, all, planned)
		if err != nil {
			t.Fatal(err)
		}
		n := map[string]int{"run": len(got.cases)}
		for _, left := range got.left {
			n[report.Deferral{By: left.By, With: left.With}.String()] = len(left.Cases)
		}
		return n
	}
	if n := count(runFlags{}); n["run"] != 60 || n["the plan"] != 20 || len(n) != 2 {
		t.Errorf("without flags: %v", n)
	}
	n := count(runFlags{labFlags: labFlags{only: []string{"slow*"}}, shard: "2/3"})
	if n["the plan"] != 20 || n["--only"] != 30 || n["run"]+n["--shard 2/3"] != 30 || n["run"] == 0 || n["--shard 2/3"] == 0 {
		t.Errorf("with --only and --shard: %v", n)
	}
	if n := count(runFlags{repeat: 3}); n["run"] != 180 || n["the plan"] != 20 {
		t.Errorf("with --repeat: %v", n)
	}
}

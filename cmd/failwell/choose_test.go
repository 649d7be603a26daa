package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/labfile"
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
		l := &loaded{File: &labfile.File{}, flags: f.labFlags}
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
	n = count(runFlags{labFlags: labFlags{only: []string{"slow*"}, not: []string{"*get-1", "*get-2*"}}})
	if n["--only"] != 30 || n["--not"] != 12 || n["run"] != 18 {
		t.Errorf("with --only and --not: %v", n)
	}
	if _, err := (&program{}).choose(&loaded{File: &labfile.File{}, flags: labFlags{not: []string{"nothing*"}}}, runFlags{}, all, planned); err == nil {
		t.Error("a --not that matches nothing is a mistake")
	}
	if n := count(runFlags{repeat: 3}); n["run"] != 180 || n["the plan"] != 20 {
		t.Errorf("with --repeat: %v", n)
	}
}

// What the lab excludes is never run and leaves the run a full one; what matches nothing is a mistake at its place.
func TestTheLabExcludes(t *testing.T) {
	all := []scenario.Case{{ID: "slow@db:get"}, {ID: "reset@db:get"}}
	excluded := func(glob string) *loaded {
		return &loaded{File: &labfile.File{Exclude: []labfile.Excluded{{Glob: glob, Pos: decode.Pos{File: "failwell.yaml", Line: 7, Col: 11}}}}}
	}
	got, err := (&program{}).choose(excluded("slow@*"), runFlags{}, all, all)
	if err != nil || len(got.cases) != 1 || got.cases[0].ID != "reset@db:get" || len(got.left) != 1 || got.left[0].By != report.ByLab {
		t.Errorf("%+v %v", got, err)
	}
	if !(report.Run{Deferred: []report.Deferral{{By: report.ByLab, Cases: 1}}}).Full() {
		t.Error("a run of all that the lab means is a full one")
	}
	if _, err := (&program{}).choose(excluded("solw@*"), runFlags{}, all, all); err == nil || !strings.Contains(err.Error(), "failwell.yaml:7:11: exclude solw@*") {
		t.Error(err)
	}
}

package sweep

import (
	"reflect"
	"testing"

	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
)

// What was left out of a run is counted once for the run, and at everything that it would have aimed at.
func TestCover(t *testing.T) {
	cut := func(id, request, on string) scenario.Case {
		return scenario.Case{ID: id, Request: request, Faults: fault.Injection{Links: []fault.Link{{On: on, State: fault.Refused}}}}
	}
	edit := scenario.Case{ID: "edit", Request: "get", Faults: fault.Injection{Edits: []fault.Edit{{Setting: "env.KEY", Op: "missing"}}}}
	killed := scenario.Case{ID: "killed", Request: "get", Faults: fault.Injection{Acts: []fault.Act{{On: "app", Do: "kill"}}}}
	again := cut("ran", "get", "db")
	again.Again = 2
	chosen := []scenario.Case{cut("ran", "get", "db"), again, cut("late", "get", "db"), cut("stopped", "pay", "payments")}
	out := Results{
		Results: []report.Result{{ID: "ran"}, {ID: "ran#2"}, {ID: "late", Deferred: true}},
		Uncalm:  []report.Uncalm{{Request: "pay", Why: "404"}},
		Declared: []report.Coverage{{Sort: report.OfRequest, Name: "get"}, {Sort: report.OfDependency, Name: "db"}, {Sort: report.OfDependency, Name: "hop", Part: "app"},
			{Sort: report.OfDependency, Name: "payments"}, {Sort: report.OfSecret, Name: "key", Settings: []string{"env.KEY"}}},
	}
	var r report.Run
	out.Cover(&r, chosen, "5s", Left{By: report.ByPlan, Cases: []scenario.Case{edit}}, Left{By: report.ByOnly, Cases: []scenario.Case{killed, cut("other", "pay", "db")}})
	plan, only := report.Deferral{By: report.ByPlan, Cases: 1}, report.Deferral{By: report.ByOnly, Cases: 1}
	late, stopped := report.Deferral{By: report.ByBudget, With: "5s", Cases: 1}, report.Deferral{By: report.ByStop, Cases: 1}
	want := report.Run{Expanded: 6, Uncalm: out.Uncalm, Deferred: []report.Deferral{plan, {By: report.ByOnly, Cases: 2}, late, stopped}}
	for i, d := range [][]report.Deferral{{plan, only, late}, {only, late}, {only}, {stopped}, {plan}} {
		c := out.Declared[i]
		c.Deferred = d
		want.Coverage = append(want.Coverage, c)
	}
	if !reflect.DeepEqual(r, want) {
		t.Errorf("got\n%+v\nwant\n%+v", r, want)
	}
	if out.Declared[0].Deferred != nil {
		t.Error("what the lab declares was changed")
	}
}

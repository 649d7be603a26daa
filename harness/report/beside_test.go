package report_test

import (
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/report"
)

// What was asked beside several cases stands once, as bad as it was; a result that is in the list already stays as it is.
func TestFlat(t *testing.T) {
	side := func(impact contract.Impact) report.Result {
		return report.Result{ID: "s@db:readiness", Request: "readiness", Outcome: check.Fail,
			Verdicts: []check.Verdict{{Check: "leak", Outcome: check.Fail, Impact: impact}}}
	}
	flat := report.Flat([]report.Result{
		{ID: "s@db:a", Outcome: check.Pass, Beside: []report.Result{side(contract.Minor)}},
		{ID: "s@db:b", Outcome: check.Pass, Beside: []report.Result{side(contract.Critical)}},
	})
	if len(flat) != 3 || flat[1].ID != "s@db:readiness" || flat[1].Verdicts[0].Impact != contract.Critical {
		t.Errorf("%+v", flat)
	}
	saved := side(contract.Note)
	if flat = report.Flat([]report.Result{{ID: "s@db:a", Beside: []report.Result{side(contract.Major)}}, saved}); len(flat) != 2 || flat[1].Verdicts[0].Impact != contract.Note {
		t.Errorf("%+v", flat)
	}
}

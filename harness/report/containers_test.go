package report

import (
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
)

func TestOperationsOnContainersAreCounted(t *testing.T) {
	r := Run{Results: []Result{{ID: "a", Outcome: check.Pass, Operations: 10}, {ID: "b", Outcome: check.Pass}, {ID: "c", Outcome: check.Pass, Operations: 2}}}
	r.Summary.Operations, r.Summary.FirstMS = 60, 3210
	r.Finish()
	var out strings.Builder
	if err := Terminal(&out, r, Style{}); err != nil {
		t.Fatal(err)
	}
	if want := "60 container operations, 12 of them in 2 of 3 cases; the first verdict came after 3.21s\n"; !strings.Contains(out.String(), want) {
		t.Errorf("want %q in\n%s", want, out.String())
	}
	r.Summary.Operations = 0
	out.Reset()
	if err := Terminal(&out, r, Style{}); err != nil || strings.Contains(out.String(), "container") {
		t.Errorf("without containers it says %v\n%s", err, out.String())
	}
}

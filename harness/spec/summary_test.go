package spec

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/report"
)

// spec is a failed one that tried these cases.
func spec(name, message string, results ...report.Result) judged {
	return judged{results: results, SpecReport: ginkgo.SpecReport{
		LeafNodeText: name, LeafNodeType: types.NodeTypeIt, State: types.SpecStateFailed, Failure: types.Failure{Message: message},
	}}
}

// found is a case in which a check found something.
func found(id, name string) report.Result {
	return report.Result{ID: id, Request: "get", On: []string{"db"}, Scenario: id, Outcome: check.Fail,
		Verdicts: []check.Verdict{{Check: name, Outcome: check.Fail, Impact: contract.Major, Reason: name + " is wrong"}}}
}

// told is the summary of specs.
func told(specs ...judged) string {
	run := report.Run{}
	for _, s := range specs {
		run.Results = append(run.Results, s.results...)
	}
	run.Finish()
	return summary(run, specs)
}

// One cause of many specs is told once; what failed without a finding is told by its reason.
func TestSummary(t *testing.T) {
	text := told(
		spec("a (b)", "x", found("one", "blame")), spec("c", "x", found("two", "blame")), spec("d", "x", found("three", "leak")),
		spec("e", "expected 502\nbut got 200"), spec("f", "expected 502\nbut got 201"),
		spec("g", "x", report.Result{ID: "four", Outcome: check.Inconclusive, Reason: "it never struck"}),
	)
	for _, want := range []string{
		"6 specs failed, by 2 causes", "MAJOR    2 specs: ", `ginkgo --focus 'a \(b\)$|c$'`, "MAJOR    1 spec: ",
		"-  2 specs: expected 502", "ginkgo --focus 'e$|f$'", "-  1 spec: cannot be told: it never struck",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

// However much fails, the summary fits one screen, and says what it leaves out.
func TestTheSummaryFitsOneScreen(t *testing.T) {
	var many []judged
	for i := range 60 {
		name := fmt.Sprintf("%s %c%c", strings.Repeat("long ", 40), 'a'+i/26, 'a'+i%26)
		many = append(many, spec(name, "x", found(name, fmt.Sprintf("check-%c%c", 'a'+i/26, 'a'+i%26))), spec("other "+name, name))
	}
	text := told(many...)
	if n := strings.Count(text, "\n"); n > 40 {
		t.Errorf("it has %d lines", n)
	}
	for _, want := range []string{"120 specs failed, by 60 causes", "and 51 more causes; FAILWELL_REPORT=html=FILE shows all", "56 more reasons"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

// Without a failed spec there is nothing to tell, whatever was found below the gate.
func TestNoSummaryOfWhatPassed(t *testing.T) {
	well := spec("a", "")
	well.State = types.SpecStatePassed
	if text := told(well); text != "" {
		t.Errorf("got %q, want nothing", text)
	}
}

// What a spec keeps is read again, from its own process and from another one.
func TestResultsComeFromEveryProcess(t *testing.T) {
	kept, err := pack([]report.Result{found("one", "blame")})
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range []any{kept, string(kept)} {
		s := ginkgo.SpecReport{ReportEntries: types.ReportEntries{{Name: "other"}, {Name: entry, Value: types.WrapEntryValue(value)}}}
		got, err := recorded(s)
		if err != nil || len(got) != 1 || got[0].ID != "one" || got[0].Verdicts[0].Reason != "blame is wrong" {
			t.Errorf("%T: got %v, %v", value, got, err)
		}
	}
	s := ginkgo.SpecReport{ReportEntries: types.ReportEntries{{Name: entry, Value: types.WrapEntryValue("?")}}}
	if _, err := recorded(s); err == nil {
		t.Error("what cannot be read is no error")
	}
}

// A report that cannot be written is an error which names it; the others are written.
func TestSave(t *testing.T) {
	dir := t.TempDir()
	err := save(report.Run{}, append(asked("json="+dir+"/a.json, html="+dir+"/b.html"), "htm="+dir+"/c"))
	if err == nil || !strings.Contains(err.Error(), `want FORMAT=PATH with one of agent, github, html, json`) {
		t.Errorf("got %v", err)
	}
	for _, name := range []string{"a.json", "b.html"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

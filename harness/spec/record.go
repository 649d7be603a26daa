package spec

import (
	"encoding/json"

	"github.com/onsi/ginkgo/v2"

	"github.com/failwell/failwell/harness/match"
	"github.com/failwell/failwell/harness/report"
)

// entry is the name under which a spec's report keeps what its cases came to.
const entry = "failwell"

// evidence is the JSON of judged cases. Ginkgo carries it from every process to the one that reports; no console shows it.
type evidence string

// String is what a console shows: nothing.
func (evidence) String() string { return "" }

// record keeps what a case of the running spec came to, and what was found beside it. Actual is a subject or a result.
func record(actual any) {
	ginkgo.GinkgoHelper()
	r, err := match.FailWell().Result(actual)
	if err != nil {
		ginkgo.Fail(err.Error())
	}
	text, err := json.Marshal(report.Flat([]report.Result{r}))
	if err != nil {
		ginkgo.Fail("keep the result: " + err.Error())
	}
	ginkgo.AddReportEntry(entry, ginkgo.ReportEntryVisibilityNever, evidence(text))
}

// recorded gives the judged cases of a spec.
func recorded(s ginkgo.SpecReport) ([]report.Result, error) {
	var all []report.Result
	for _, e := range s.ReportEntries {
		if e.Name != entry {
			continue
		}
		var text string
		switch v := e.Value.GetRawValue().(type) {
		case evidence: // of this process
			text = string(v)
		case string: // of another one
			text = v
		}
		var some []report.Result
		if err := json.Unmarshal([]byte(text), &some); err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

package spec

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"

	"github.com/failwell/failwell/harness/match"
	"github.com/failwell/failwell/harness/report"
)

// entry is the name under which a spec's report keeps what its cases came to.
const entry = "failwell"

// evidence is the JSON of judged cases, compressed, in base64. Ginkgo carries it from every process to the one that reports, as
// a string, and puts it into its own reports.
type evidence string

// String is what Ginkgo's own reports show in its place. Were it empty, they would show all of what another process sent.
func (evidence) String() string { return "kept for spec.Report" }

// record keeps what a case of the running spec came to, and what was found beside it. Actual is a subject or a result.
func record(actual any) {
	ginkgo.GinkgoHelper()
	r, err := match.FailWell().Result(actual)
	if err != nil {
		ginkgo.Fail(err.Error())
	}
	if r.Scenario == "" {
		r.Scenario = faultOf(r)
	}
	kept, err := pack(report.Flat([]report.Result{r}))
	if err != nil {
		ginkgo.Fail("keep the result: " + err.Error())
	}
	ginkgo.AddReportEntry(entry, ginkgo.ReportEntryVisibilityNever, kept)
}

// faultOf is what a case of Try was broken by, without the names of the dependencies, which reports say beside it.
func faultOf(r report.Result) string {
	words := strings.Fields(strings.TrimPrefix(r.ID, "try:"+r.Request+":"))
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return slices.Contains(r.On, w) }), " ")
}

// recorded gives the judged cases of a spec.
func recorded(s ginkgo.SpecReport) ([]report.Result, error) {
	var all []report.Result
	for _, e := range s.ReportEntries {
		if e.Name != entry {
			continue
		}
		var kept evidence
		switch v := e.Value.GetRawValue().(type) {
		case evidence: // of this process
			kept = v
		case string: // of another one
			kept = evidence(v)
		}
		some, err := kept.unpack()
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

func pack(results []report.Result) (evidence, error) {
	var text strings.Builder
	encoder := base64.NewEncoder(base64.StdEncoding, &text)
	z := gzip.NewWriter(encoder)
	err := errors.Join(json.NewEncoder(z).Encode(results), z.Close(), encoder.Close())
	return evidence(text.String()), err
}

func (e evidence) unpack() ([]report.Result, error) {
	z, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(string(e))))
	if err != nil {
		return nil, err
	}
	var results []report.Result
	return results, errors.Join(json.NewDecoder(z).Decode(&results), z.Close())
}

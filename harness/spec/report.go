package spec

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/onsi/ginkgo/v2"

	"github.com/failwell/failwell/harness/report"
)

// variable is the name in the environment that asks for reports.
const variable = "FAILWELL_REPORT"

// Report tells after the suite, on one screen, by which causes specs failed, and writes the reports that are asked for: by
// its arguments, each FORMAT=PATH as for `failwell run --report`, and by the environment's FAILWELL_REPORT, in which commas stand
// between several. It stands at the top level of a suite, and sees the specs of all parallel processes.
//
//	var _ = spec.Report()
func Report(reports ...string) bool {
	return ginkgo.ReportAfterSuite("failwell", func(suite ginkgo.Report) {
		run, specs, err := gather(suite)
		if err != nil {
			ginkgo.Fail("gather the results of the specs: " + err.Error())
		}
		if text := summary(run, specs); text != "" {
			ginkgo.AddReportEntry("why specs failed", printed(text))
		}
		if err := save(run, append(asked(os.Getenv(variable)), reports...)); err != nil {
			ginkgo.Fail("write reports: " + err.Error())
		}
	})
}

// printed is a text that is shown as it is.
type printed string

// String is the text.
func (p printed) String() string { return string(p) }

// asked splits what the environment asks for.
func asked(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

// save writes every report that can be written.
func save(run report.Run, reports []string) error {
	var bad []error
	for _, text := range reports {
		target, err := report.ParseTarget(text)
		if err == nil {
			err = target.Save(run)
		}
		if err != nil {
			bad = append(bad, err)
		}
	}
	return errors.Join(bad...)
}

// gather makes a run of what the specs of a suite came to. Each group says how its specs are run again.
func gather(suite ginkgo.Report) (report.Run, []judged, error) {
	run := report.Run{Lab: suite.SuiteDescription, Seed: fmt.Sprint(suite.SuiteConfig.RandomSeed), Started: suite.StartTime}
	run.Summary.DurationMS = suite.RunTime.Milliseconds()
	var specs []judged
	for _, s := range suite.SpecReports {
		results, err := recorded(s)
		if err != nil {
			return run, nil, fmt.Errorf("%s: %w", s.FullText(), err)
		}
		run.Results = append(run.Results, results...)
		if s.LeafNodeType.Is(ginkgoSpec) {
			specs = append(specs, judged{SpecReport: s, results: results})
		}
	}
	for _, r := range run.Results {
		if r.Subject != nil && r.Subject.Profile != "" {
			run.Profile = r.Subject.Profile
		}
	}
	run.Finish()
	for i := range run.Groups {
		g := &run.Groups[i]
		g.Rerun = again(namesOf(specs, *g))
	}
	return run, specs, nil
}

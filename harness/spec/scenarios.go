package spec

import (
	"context"
	"io/fs"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/match"
	"github.com/failwell/failwell/harness/scenario"
)

// Scenarios makes a spec of each scenario below root, at the line of its file; prefix stands before the file names. The lab
// is asked for when the specs run. A generic scenario runs every case that it expands to in this lab, and is skipped when
// there is none. Files with mistakes are a spec that fails.
//
//	var _ = spec.Scenarios(func() *spec.SuiteLab { return lab }, os.DirFS("failwell"), "failwell")
func Scenarios(lab func() *SuiteLab, root fs.FS, prefix string) bool {
	ginkgo.GinkgoHelper()
	all, err := scenario.ReadAll(root, prefix)
	return ginkgo.Describe("scenarios", func() {
		if err != nil {
			ginkgo.It("are well formed", func() { ginkgo.Fail(err.Error()) })
		}
		for _, s := range all {
			ginkgo.It(s.ID, ginkgo.Label(s.Labels...), types.NewCustomCodeLocation(s.Pos.String()), func(ctx ginkgo.SpecContext) {
				run(ctx, lab(), s)
			})
		}
	})
}

// run runs the cases of a scenario; all of them, so that the failure says in which it holds and in which not.
func run(ctx context.Context, l *SuiteLab, s scenario.Scenario) {
	cases, err := l.expand(s)
	if err != nil {
		ginkgo.Fail(err.Error())
	}
	var failed, skipped []string
	for _, c := range cases {
		ginkgo.By(c.ID)
		r, err := l.Run(ctx, c)
		if err != nil {
			ginkgo.Fail(err.Error())
		}
		if r.Outcome == check.Skipped {
			skipped = append(skipped, c.ID+": "+r.Reason)
			continue
		}
		record(r)
		m := match.FailWell()
		if ok, err := m.Match(r); err != nil {
			failed = append(failed, err.Error())
		} else if !ok {
			failed = append(failed, m.FailureMessage(r))
		}
	}
	switch {
	case len(failed) > 0:
		ginkgo.Fail(s.Pos.String() + ": " + strings.Join(failed, "\n"))
	case len(cases) == 0:
		ginkgo.Skip("the lab has nothing that the scenario speaks about")
	case len(skipped) == len(cases):
		ginkgo.Skip(strings.Join(skipped, "\n"))
	}
}

// expand makes the cases of a scenario from what calm shows.
func (l *SuiteLab) expand(s scenario.Scenario) ([]scenario.Case, error) {
	known := l.Known()
	if err := known.Check(s); err != nil {
		return nil, err
	}
	return known.Expand([]scenario.Scenario{s}, l.Facts(), scenario.Representative)
}

package report

import (
	"slices"
	"strings"
)

// Deferral is cases of the full expansion that were not run, and by what they were left out.
type Deferral struct {
	By    By     `json:"by"`
	With  string `json:"with,omitempty"` // its value: 2/6, 30s
	Cases int    `json:"cases"`
}

// By is what leaves cases out of a run.
type By string

// What leaves cases out. The plan leaves a run a full one, since it takes nothing out that nothing else stands for; so does the lab, which
// is the same in every run.
const (
	ByPlan   By = "the plan"
	ByLab    By = "`exclude`"
	ByOnly   By = "--only"
	ByNot    By = "--not"
	ByShard  By = "--shard"
	ByBudget By = "--budget"
	ByStop   By = "the stop"
)

// Full tells whether the run was of everything: nothing was left out of it but by the plan and by the lab itself.
func (r Run) Full() bool {
	return !r.Interrupted && !slices.ContainsFunc(r.Deferred, func(d Deferral) bool { return d.By != ByPlan && d.By != ByLab && d.Cases > 0 })
}

// deferrals says how many cases were left out, and by what; "" when there are none.
func deferrals(all []Deferral) string {
	n, by := 0, []string(nil)
	for _, d := range all {
		if d.Cases > 0 {
			n, by = n+d.Cases, append(by, d.String())
		}
	}
	if n == 0 {
		return ""
	}
	return plural(n, "case was", "cases were") + " deferred by " + strings.Join(by, ", ")
}

// String names what left cases out.
func (d Deferral) String() string { return strings.TrimSpace(string(d.By) + " " + d.With) }

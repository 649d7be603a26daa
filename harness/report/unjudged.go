package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/check"
)

// Unjudged is what checks could not judge since the lab does not declare something.
type Unjudged struct {
	check.Want
	Cases    int      `json:"cases"`        // in which there was something to judge
	On       []string `json:"on,omitempty"` // the dependencies that were broken in them
	Requests []string `json:"requests,omitempty"`
}

// unjudged counts the cases by the key that their verdicts want, each case once.
func unjudged(results []Result) []Unjudged {
	var all []Unjudged
	for _, c := range results {
		if c.beside() {
			continue
		}
		var counted []string
		for _, v := range c.Verdicts {
			if v.Outcome != check.Skipped || v.Wants == nil || slices.Contains(counted, v.Wants.Key) {
				continue
			}
			counted = append(counted, v.Wants.Key)
			i := slices.IndexFunc(all, func(u Unjudged) bool { return u.Key == v.Wants.Key })
			if i < 0 {
				i, all = len(all), append(all, Unjudged{Want: *v.Wants})
			}
			all[i].Cases++
			all[i].On, all[i].Requests = insert(all[i].On, c.On...), insert(all[i].Requests, c.Request)
		}
	}
	slices.SortFunc(all, func(a, b Unjudged) int { return strings.Compare(a.Key, b.Key) })
	return all
}

// String says it in one line.
func (u Unjudged) String() string {
	const most = 100
	key, at := u.Key, ""
	if !strings.Contains(key, ":") {
		key += ":"
	}
	switch Sort(u.Of) {
	case OfRequest:
		at = " on " + some(u.Requests, most)
	case OfDependency:
		at = " on " + some(u.On, most)
	}
	return fmt.Sprintf("%s in %s (no `%s`%s)", u.What, plural(u.Cases, "case", "cases"), key, at)
}

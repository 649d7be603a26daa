package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/check"
)

// Unjudged is what checks could not judge since the lab does not declare something.
type Unjudged struct {
	Wants string `json:"wants"` // the key of the lab file that would let them
	Cases int    `json:"cases"` // in which there was something to judge

	On       []string `json:"on,omitempty"` // the dependencies that were broken in them
	Requests []string `json:"requests,omitempty"`
}

// unjudged counts the cases by the key that their verdicts want.
func unjudged(results []Result) []Unjudged {
	var all []Unjudged
	for _, c := range results {
		if c.beside() {
			continue
		}
		var counted []string
		for _, v := range c.Verdicts {
			if v.Outcome != check.Skipped || v.Wants == "" || slices.Contains(counted, v.Wants) {
				continue
			}
			counted = append(counted, v.Wants)
			i := slices.IndexFunc(all, func(u Unjudged) bool { return u.Wants == v.Wants })
			if i < 0 {
				i, all = len(all), append(all, Unjudged{Wants: v.Wants})
			}
			all[i].Cases++
			all[i].On, all[i].Requests = insert(all[i].On, c.On...), insert(all[i].Requests, c.Request)
		}
	}
	slices.SortFunc(all, func(a, b Unjudged) int { return strings.Compare(a.Wants, b.Wants) })
	return all
}

// String says it in one line.
func (u Unjudged) String() string {
	at := ""
	words := plural(u.Cases, "case", "cases")
	switch key, _, _ := strings.Cut(u.Wants, ":"); {
	case key == "deadline":
		words = "whether " + plural(u.Cases, "answer was", "answers were") + " in time"
	case key == "trace" && strings.Contains(u.Wants, "logs"):
		words = "whether " + plural(u.Cases, "failure was", "failures were") + " logged"
	case key == "trace":
		words = "whether " + plural(u.Cases, "error answer leads", "error answers lead") + " to the log"
	case key == "effect":
		words = "whether " + plural(u.Cases, "write took", "writes took") + " effect once"
		at = " on " + strings.Join(u.Requests, ", ")
	case key == "ready":
		words = "readiness in " + words
	case key == "live":
		words = "liveness in " + words
	case key == "errors":
		words = "the shape of " + plural(u.Cases, "error answer", "error answers")
	case key == "credential":
		words = plural(u.Cases, "refusal", "refusals")
		at = " on " + strings.Join(u.On, ", ")
	}
	return fmt.Sprintf("%s (no `%s`%s)", words, plainKey(u.Wants), at)
}

// plainKey is a key as it is written in a lab: a single one with its colon.
func plainKey(wants string) string {
	if strings.Contains(wants, ":") {
		return wants
	}
	return wants + ":"
}

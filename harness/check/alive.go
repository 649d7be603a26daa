package check

import (
	"strconv"
	"strings"

	"github.com/failwell/failwell/harness/contract"
)

// Alive asks that the process outlives the fault.
type Alive struct{}

// Kind describes the check.
func (Alive) Kind() Kind {
	return Kind{
		Rank: 10, Beside: true,
		Doc:      "The process outlives every fault. A dependency that breaks must not end the system: whatever it was doing for other callers ends with it, and a process that restarts in a loop is an outage of its own. Data races and fatal errors in the log count too.",
		Example:  "an idle connection to db is closed, a goroutine of the pool panics, and the process ends with code 2",
		Expected: "the process outlives every fault",
		Look:     "a panic outside the handler, in a goroutine of its own",
		Findings: []Finding{
			{Class: "died", Headline: "dead: the process ends {when}", Place: "{on}", Same: []string{"class"}, Mark: "the system died: {how}"},
			{Class: "logged", Headline: "dead: the process ends {when}", Place: "{on}", Same: []string{"class"}, Mark: "the log has {line}"},
		},
	}
}

// Judge judges.
func (Alive) Judge(s Subject, _ Evidence) Verdict {
	if s.Ended {
		return skip("the case itself ended the system")
	}
	if s.Died != nil {
		how := "it ended with code " + text(float64(s.Died.Code))
		if s.Died.Signal != "" {
			how = "signal " + s.Died.Signal + " ended it"
		}
		return fail(contract.Critical, Invariant, "ASVS 5.0 16.5.4", "the system died: %s", how).because(lastWords(s)).with("how", how)
	}
	for _, l := range s.Logs {
		if strings.HasPrefix(l.Text, "WARNING: DATA RACE") || strings.HasPrefix(l.Text, "fatal error: ") {
			return fail(contract.Major, Invariant, "ASVS 5.0 16.5.4", "the log has %q", excerpt([]byte(l.Text))).
				as("logged").with("line", strconv.Quote(excerpt([]byte(l.Text))))
		}
	}
	return pass("the same process throughout")
}

func lastWords(s Subject) string {
	var last []string
	for _, l := range s.Logs {
		if strings.HasPrefix(l.Text, "panic:") || strings.HasPrefix(l.Text, "fatal error:") {
			return excerpt([]byte(l.Text))
		}
		last = append(last, l.Text)
	}
	if len(last) == 0 {
		return ""
	}
	return excerpt([]byte(last[len(last)-1]))
}

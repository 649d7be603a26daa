package check

import (
	"strconv"
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Alive asks that the process outlives the fault; of a system of several processes, the one that was started.
type Alive struct{}

// Kind describes the check.
func (Alive) Kind() Kind {
	return Kind{
		Rank: 10, Beside: true,
		Doc:      "The process outlives every fault. A dependency that breaks must not end the system: whatever it was doing for other callers ends with it, and a process that restarts in a loop is an outage of its own. Data races and fatal errors in the log count too.",
		Example:  "an idle connection to db is closed, a goroutine of the pool panics, and the process ends with code 2",
		Expected: "the process outlives every fault",
		Look:     "the last lines of the log: an error that nobody catches, outside of where requests are handled",
		Findings: []Finding{
			{Class: "died", Headline: "process dies {when}", Place: "{on}", Name: "dies[-when-{on}-fails]", Same: []string{"class"}, Mark: "the system died: {how}", Itself: true},
			{Class: "logged", Headline: "{line:first} in the log {when}", Place: "{on}", Same: []string{"class"}, Mark: "the log has {line}", Itself: true},
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
	if s.Declared.Attached {
		return skip("whether its process ended is not seen: failwell does not run it")
	}
	return pass("the same process throughout")
}

func lastWords(s Subject) string {
	var all []string
	for _, l := range s.Logs {
		all = append(all, l.Text)
	}
	if c, ok := exchange.CrashOf(all); ok {
		return excerpt([]byte(c.Says))
	}
	if len(all) == 0 {
		return ""
	}
	return excerpt([]byte(all[len(all)-1]))
}

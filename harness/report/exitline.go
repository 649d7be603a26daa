package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/check"
)

// ExitLine says the exit code and why it is that one.
func (r Run) ExitLine(noSkips bool) string {
	code, why := r.Verdict(noSkips)
	if code == Held {
		return fmt.Sprintf("exit %d: %s", code, why)
	}
	return fmt.Sprintf("exit %d %s", code, why)
}

// undecided lists why it cannot be told whether the run passed.
func (r Run) undecided() []string {
	var why []string
	if n := r.Summary.Inconclusive; n > 0 {
		why = append(why, plural(n, "case is", "cases are")+" inconclusive")
	}
	var never []string
	for _, c := range r.Uncovered() {
		never = append(never, Plain(c.String()))
	}
	if len(never) > 0 {
		why = append(why, together(never)+orWord(orNothing(len(never) == 1, " was"), " were")+" never broken")
	}
	if len(why) == 0 && r.Summary.Pass+r.Summary.Fail == 0 {
		why = append(why, "nothing was judged")
	}
	return why
}

// together joins names in a sentence, and counts those for which there is no room.
func together(names []string) string {
	const most = 5
	if n := len(names); n > most {
		names = append(slices.Clone(names[:most-1]), fmt.Sprint(n-most+1, " more"))
	}
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// passed says what a run comes to in which nothing fails it; never that everything passed when not everything was judged.
func (r Run) passed() string {
	if r.Summary.Fail > 0 {
		return strings.Join(nonEmpty("what was found is known, or below "+string(r.gate()), r.leftOut()), "; ")
	}
	if out := r.leftOut(); out != "" {
		return "what was judged passed; " + out
	}
	return "everything passed"
}

// leftOut says how many cases were not judged; "" when all were.
func (r Run) leftOut() string {
	deferred, by := 0, []string(nil)
	for _, d := range r.Deferred {
		if d.Cases > 0 {
			deferred, by = deferred+d.Cases, append(by, Plain(d.String()))
		}
	}
	skipped := 0
	for _, c := range r.Results {
		if c.Outcome == check.Skipped && !c.Deferred {
			skipped++
		}
	}
	return strings.Join(nonEmpty(
		orNothing(deferred > 0, fmt.Sprintf("%d of %d deferred by %s", deferred, max(r.Expanded, deferred), strings.Join(by, ", "))),
		orNothing(skipped > 0, fmt.Sprintf("%d of %d skipped", skipped, len(r.Results))),
	), ", ")
}

// emptyShard tells whether the run is a part of the cases in which there is none.
func (r Run) emptyShard() (Deferral, bool) {
	i := slices.IndexFunc(r.Deferred, func(d Deferral) bool { return d.By == ByShard })
	if i < 0 || len(r.Results) > 0 {
		return Deferral{}, false
	}
	return r.Deferred[i], true
}

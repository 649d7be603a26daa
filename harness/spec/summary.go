package spec

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/report"
)

// ginkgoSpec is the node of a spec itself, not of what is set up around it.
const ginkgoSpec = types.NodeTypeIt

// judged is a spec, and the cases that it tried.
type judged struct {
	ginkgo.SpecReport
	results []report.Result
}

// One screen: how wide a line is, how many causes are told, and how many reasons of what failed without one.
const (
	width   = 110
	causes  = 9
	reasons = 4
)

// summary tells why specs failed: the causes, the worst first, each with its size and how it is run again. It fits one
// screen, and is empty when no spec failed.
func summary(run report.Run, specs []judged) string {
	failed := slices.DeleteFunc(slices.Clone(specs), func(s judged) bool { return !s.Failed() })
	if len(failed) == 0 {
		return ""
	}
	var told []string
	explained := map[string]bool{}
	n := 0
	for _, g := range run.Groups {
		names := namesOf(failed, g)
		if len(names) == 0 || !run.Counts(g) {
			continue
		}
		for _, name := range names {
			explained[name] = true
		}
		if n++; n <= causes {
			told = append(told, cause(g, names)...)
		}
	}
	if n > causes {
		told = append(told, fmt.Sprintf("   and %s; %s=html=FILE shows all", count(n-causes, "more cause"), variable))
	}
	head := fmt.Sprintf("%s failed, by %s", count(len(failed), "spec"), count(n, "cause"))
	told = append(told, otherwise(failed, explained)...)
	return head + "\n" + strings.Join(told, "\n")
}

// cause tells one cause in three lines.
func cause(g report.Group, names []string) []string {
	lines := []string{short(fmt.Sprintf("%-2s %-8s %s: %s", g.Letter, strings.ToUpper(string(g.Impact)), count(len(names), "spec"), report.Plain(g.Headline)))}
	if len(g.When) > 0 {
		lines = append(lines, short("   when     "+g.Seen(width-12)))
	}
	return append(lines, "   rerun    "+again(names))
}

// otherwise tells of specs that failed and have no cause: what cannot be told, and what other expectations say.
func otherwise(failed []judged, explained map[string]bool) []string {
	why := map[string][]string{}
	var order []string
	for _, s := range failed {
		if explained[s.FullText()] {
			continue
		}
		reason := reasonOf(s)
		if why[reason] == nil {
			order = append(order, reason)
		}
		why[reason] = append(why[reason], s.FullText())
	}
	slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(len(why[b]), len(why[a])) })
	var lines []string
	for i, reason := range order {
		if i == reasons {
			return append(lines, "-  "+count(len(order)-reasons, "more reason"))
		}
		lines = append(lines, short(fmt.Sprintf("-  %s: %s", count(len(why[reason]), "spec"), reason)), "   rerun    "+again(why[reason]))
	}
	return lines
}

// reasonOf says why a spec failed without a finding: what its case could not tell, else the first line of its failure.
func reasonOf(s judged) string {
	for _, r := range s.results {
		if r.Outcome == check.Inconclusive || r.Outcome == check.Broken {
			return report.Plain("cannot be told: " + cmp.Or(r.Reason, string(r.Outcome)))
		}
	}
	line, _, _ := strings.Cut(strings.TrimSpace(s.FailureMessage()), "\n")
	return report.Plain(cmp.Or(line, s.State.String()))
}

// namesOf lists the specs in which a group is seen, sorted.
func namesOf(specs []judged, g report.Group) []string {
	var names []string
	for _, s := range specs {
		if slices.ContainsFunc(s.results, func(r report.Result) bool { return slices.Contains(g.Cases, r.ID) }) {
			names = append(names, s.FullText())
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// again is the command that runs these specs: all of them where a line has room for that, else the first ones.
func again(names []string) string {
	if len(names) == 0 {
		return ""
	}
	focus := regexp.QuoteMeta(names[0]) + "$"
	for _, name := range names[1:] {
		more := focus + "|" + regexp.QuoteMeta(name) + "$"
		if utf8.RuneCountInString(more) > width {
			break
		}
		focus = more
	}
	return "ginkgo --focus '" + strings.ReplaceAll(focus, "'", ".") + "'"
}

// short cuts a line at the edge of the screen.
func short(line string) string {
	if utf8.RuneCountInString(line) <= width {
		return line
	}
	return string([]rune(line)[:width-3]) + "..."
}

// count says how many there are of something.
func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", one, "s")
}

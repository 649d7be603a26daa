package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/check"
)

// Terminal writes a finished run for a person at a terminal: what was run, the groups, a matrix of requests and faults,
// what is inconclusive, skipped or asked, and why the exit code is what it is.
func Terminal(w io.Writer, r Run, style Style) error {
	p := &paper{w: w, style: style}
	p.line("%s", p.paint(bold, header(r)))
	p.line("%s", counts(r))
	if text := containers(r); text != "" {
		p.line("%s", text)
	}
	full := 3
	if len(r.Groups) > full { // then the others are only named
		full = 2
	}
	for i, g := range r.Groups {
		if i < full || style.All {
			p.line("")
			p.group(r, g)
			continue
		}
		if i == full {
			p.line("")
		}
		p.brief(r, g)
	}
	p.matrix(r)
	p.line("")
	p.reasons(r, check.Broken, "broken", "!")
	p.reasons(r, check.Inconclusive, "inconclusive", "?")
	if style.NoSkips {
		p.skips(r)
	} else {
		p.reasons(r, check.Skipped, "skipped", p.marks().skipped)
	}
	p.questions(r)
	p.coverage(r)
	for _, k := range r.Fixed {
		p.line("%s", p.paint(green, "fixed: "+Plain(k.Group)+" "+Plain(k.What)+". `--tidy` takes it off the baseline"))
	}
	p.slowest(r)
	code := r.Exit(style.NoSkips)
	colour := green
	if code != Held {
		colour = red
	}
	for i, l := range wrap(r.ExitLine(style.NoSkips), style.width()) {
		if i > 0 {
			l = "  " + l
		}
		p.line("%s", p.paint(colour, l))
	}
	return p.err
}

func header(r Run) string {
	words := []string{strings.TrimSpace("failwell " + Plain(r.Failwell)), Plain(r.Lab)}
	if r.Seed != "" {
		words = append(words, "seed "+Plain(r.Seed))
	}
	if r.Profile != "" {
		words = append(words, "profile "+Plain(string(r.Profile)))
	}
	if r.Labs > 0 {
		words = append(words, plural(r.Labs, "lab", "labs"))
	}
	words = append(words, round(time.Duration(r.Summary.DurationMS)*time.Millisecond))
	if r.Interrupted {
		words = append(words, "STOPPED before its end")
	}
	return strings.Join(nonEmpty(words...), "  ")
}

// counts says how many cases came to what; the findings are counted as groups.
func counts(r Run) string {
	s := r.Summary
	words := []string{fmt.Sprint(s.Pass, " passed"), fmt.Sprint(s.Fail, " failed")}
	for _, c := range []struct {
		n    int
		word string
	}{{s.Broken, "broken"}, {s.Inconclusive, "inconclusive"}, {s.Skipped, "skipped"}} {
		if c.n > 0 {
			words = append(words, fmt.Sprint(c.n, " ", c.word))
		}
	}
	text := plural(s.Cases, "case", "cases") + ": " + strings.Join(words, ", ")
	if s.Fail == 0 {
		return text
	}
	text += "     " + plural(s.Fail, "failure has ", "failures have ") + plural(len(r.Groups), "cause", "causes")
	return text + wrapBare(": ", states(r))
}

// containers says what was done to containers, and how long the first verdict took with them; "" without containers.
func containers(r Run) string {
	if r.Summary.Operations == 0 {
		return ""
	}
	operations, cases := 0, 0
	for _, c := range r.Results {
		if c.Operations > 0 {
			operations, cases = operations+c.Operations, cases+1
		}
	}
	text := fmt.Sprintf("%s, %d of them in %d of %s", plural(r.Summary.Operations, "container operation", "container operations"),
		operations, cases, plural(r.Summary.Cases, "case", "cases"))
	if r.Summary.FirstMS > 0 {
		text += "; the first verdict came after " + round(time.Duration(r.Summary.FirstMS)*time.Millisecond)
	}
	return text
}

// states counts the groups by what the baseline says, "" without a baseline.
func states(r Run) string {
	var words []string
	for _, s := range []State{New, Worse, Expired, Spread, Knew} {
		n := 0
		for _, g := range r.Groups {
			if g.State == s {
				n++
			}
		}
		if n > 0 {
			words = append(words, fmt.Sprint(n, " ", s))
		}
	}
	return strings.Join(words, ", ")
}

func wrapBare(before, text string) string {
	if text == "" {
		return ""
	}
	return before + text
}

// why is a reason for which cases came to no judgement.
type why struct {
	words string
	cases []string
}

// whys are the reasons of cases of one outcome, the most frequent first. What asks the team something is listed by questions.
func whys(r Run, o check.Outcome) []why {
	cases, words := map[string][]string{}, map[string]string{}
	for _, c := range r.Results {
		if _, asks := question(c); c.Outcome != o && (o != check.Broken || c.Outcome != "") || asks && o == check.Inconclusive {
			continue
		}
		text := reason(c)
		same := mask(text, said(c.Subject))
		words[same] = orWord(words[same], text)
		cases[same] = append(cases[same], c.ID)
	}
	var all []why
	for same, ids := range cases {
		all = append(all, why{words[same], ids})
	}
	slices.SortFunc(all, func(a, b why) int { return cmp.Or(len(b.cases)-len(a.cases), strings.Compare(a.words, b.words)) })
	return all
}

// reasons lists cases of one outcome by their reason.
func (p *paper) reasons(r Run, o check.Outcome, word, mark string) {
	const most = 4
	total := 0
	for _, c := range r.Results {
		if c.Outcome == o || o == check.Broken && c.Outcome == "" {
			total++
		}
	}
	if total == 0 {
		return
	}
	p.line("%s  %d %s", mark, total, word)
	all := whys(r, o)
	for i, y := range all {
		if i == most && !p.style.All {
			p.entry("", fmt.Sprintf("%s: --all", plural(len(all)-most, "more reason", "more reasons")))
			break
		}
		p.entryOf(fmt.Sprint(len(y.cases)), y.words+": "+some(y.cases, p.style.width()), 3)
	}
}

// reason says why a case came to no judgement: its own reason, else that of the first verdict of its outcome.
func reason(c Result) string {
	if c.Reason != "" {
		return Plain(c.Reason)
	}
	for _, v := range c.Verdicts {
		if v.Outcome == c.Outcome && v.Reason != "" {
			return Plain(v.Check + ": " + v.Reason)
		}
	}
	return "no reason was given"
}

// slowest says what costs most: a group whose cases take much longer than others, else a scenario.
func (p *paper) slowest(r Run) {
	busy := r.Summary.BusyMS
	if busy == 0 {
		return
	}
	of := " of " + round(time.Duration(busy)*time.Millisecond)
	if r.Labs > 1 {
		of += fmt.Sprintf(" of work in %d labs", r.Labs)
	}
	for _, g := range r.Groups {
		if share := g.TookMS * int64(r.Summary.Cases); g.TookMS*4 > busy && share > 2*busy*int64(len(g.Cases)) {
			p.line("slowest: %s, %s, cost %s%s", g.Letter, plural(len(g.Cases), "case", "cases"), round(time.Duration(g.TookMS)*time.Millisecond), of)
			return
		}
	}
	cost, count, worst := map[string]time.Duration{}, map[string]int{}, ""
	for _, c := range r.Results {
		cost[c.Scenario] += c.Took
		count[c.Scenario]++
		if cost[c.Scenario] > cost[worst] {
			worst = c.Scenario
		}
	}
	if worst != "" {
		p.line("slowest: %s, %s, cost %s%s", Plain(worst), plural(count[worst], "case", "cases"), round(cost[worst]), of)
	}
}

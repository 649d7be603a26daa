package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/check"
)

// covered says in one line how much of what the lab declares was broken; "" when nothing is declared.
func covered(r Run) string {
	var words []string
	accepted, deferred, needless := 0, 0, 0
	for _, s := range []struct {
		sort      Sort
		one, many string
	}{{OfRequest, "request", "requests"}, {OfDependency, "dependency", "dependencies"}, {OfSecret, "secret", "secrets"}} {
		all, broken := 0, 0
		for _, c := range r.Coverage {
			switch {
			case c.Sort != s.sort:
				continue
			case c.Broken > 0:
				broken++
			case c.Unbroken != "":
				accepted++
			case c.Never == PutOff:
				deferred++
			case c.Never == NeedsNothing:
				needless++
			}
			all++
		}
		if all > 0 {
			words = append(words, fmt.Sprintf("%d of %s", broken, plural(all, s.one, s.many)))
		}
	}
	if words == nil {
		return ""
	}
	text := "coverage: broke " + strings.Join(words, ", ")
	return text + wrapBare("; ", strings.Join(nonEmpty(
		orNothing(accepted > 0, fmt.Sprint(accepted, " accepted as unbroken")),
		orNothing(needless > 0, orMany(needless, "1 calls nothing that could be broken", fmt.Sprint(needless, " call nothing that could be broken"))),
		orNothing(deferred > 0, fmt.Sprint(deferred, " left to the cases that were deferred"))), ", "))
}

// neverBroken lists what was never broken and nobody accepts, with why and what to write; what waits for cases that were left
// out of this run only with them.
func neverBroken(r Run, deferred bool) []string {
	var lines []string
	for _, c := range r.Coverage {
		if c.Broken == 0 && c.Unbroken == "" && (deferred || c.Never != PutOff && c.Never != NeedsNothing) {
			lines = append(lines, c.line())
		}
	}
	return lines
}

// line says what came of one thing that is declared.
func (c Coverage) line() string {
	switch {
	case c.Broken > 0:
		return fmt.Sprintf("%s: broken by %s", c, plural(c.Broken, "case", "cases"))
	case c.Unbroken != "":
		return fmt.Sprintf("%s: never broken, because %s; accepted: %s", c, c.Why, c.Unbroken)
	}
	return fmt.Sprintf("%s: never broken, because %s", c, c.Why) + wrapBare("; ", c.Mend)
}

// coverageNotes lists what is worth knowing about what was asked, and what was broken although the lab accepts that it is not.
func coverageNotes(r Run) []string {
	notes := slices.Clone(r.Notes)
	for _, c := range r.Coverage {
		if c.Broken > 0 && c.Unbroken != "" {
			notes = append(notes, fmt.Sprintf("%s was broken by %s, although the lab says `unbroken: %s`: take that out", c, plural(c.Broken, "case", "cases"), c.Unbroken))
		}
	}
	return notes
}

// coverage writes what was never broken, what is not calm, what could not be judged, and with --all everything declared.
func (p *paper) coverage(r Run) {
	for _, u := range r.Uncalm {
		p.paragraph(p.marks().unclear+"  ", u.String())
	}
	if lines := neverBroken(r, p.style.All); len(lines) > 0 {
		mark := p.marks().unclear
		if !r.Full() {
			mark = p.marks().skipped
		}
		p.line("%s  %d never broken", mark, len(lines))
		for _, l := range lines {
			p.entry("", l)
		}
	}
	if text := covered(r); text != "" {
		p.paragraph("", text)
	}
	for _, c := range r.Coverage {
		if p.style.All && (c.Broken > 0 || c.Unbroken != "") {
			p.entry("", c.line())
		}
	}
	for _, n := range coverageNotes(r) {
		p.paragraph("", "note: "+n)
	}
	if len(r.Unjudged) > 0 {
		p.line("%s  not judged, for want of a line in the lab", p.marks().skipped)
		for _, u := range r.Unjudged {
			p.entry("", u.String())
		}
	}
}

// paragraph writes a text that may take several lines; before stands before the first of them.
func (p *paper) paragraph(before, text string) {
	for i, l := range wrap(Plain(text), p.style.width()-3) {
		if i > 0 {
			before = "   "
		}
		p.line("%s%s", before, l)
	}
}

// skips lists every case that was skipped, by reason: what --no-skips asks for.
func (p *paper) skips(r Run) {
	total := 0
	cases, order := map[string][]string{}, []string(nil)
	for _, c := range r.Results {
		if c.Outcome != check.Skipped || c.Deferred {
			continue // how many were put off is said by the exit line
		}
		total++
		why := reason(c)
		if cases[why] == nil {
			order = append(order, why)
		}
		cases[why] = append(cases[why], Plain(c.ID))
	}
	if total == 0 {
		return
	}
	p.line("%s  %d skipped", p.marks().skipped, total)
	for _, why := range order {
		p.entry(fmt.Sprint(len(cases[why])), why+": "+strings.Join(cases[why], ", "))
	}
}

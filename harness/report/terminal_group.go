package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// group writes what a person needs to mend one cause.
func (p *paper) group(r Run, g Group) {
	p.title(r, g)
	room := p.style.width() - indent
	p.entryOf("when", told(g.When, 2*room-8), 2)
	p.entryOf("not when", told(g.NotWhen, room-14)+orNothing(len(g.NotWhen) > 0, " (those pass)"), 2)
	p.entryOf("got", g.Got, 2)
	p.entry("made by", g.Hop)
	p.entryOf("evidence", found(g), 2)
	p.entry("expected", strings.Join(nonEmpty(g.Expected, g.Cite), "; "))
	p.entry("cause", orNothing(g.Because != "", "one, because "+g.Because))
	p.entry("also", orNothing(len(g.Found) > 0, "the same cases fail: "+strings.Join(g.Found, ", ")))
	p.entryOf("look", g.Look, 2)
	if k := g.Known; k != nil {
		p.entry("known", known(*k, g))
	}
	if g.Rerun != "" {
		p.verbatim("rerun", again(r, g))
		return
	}
	p.abreast("rerun", again(r, g), "in full: "+command(r, "show", "@"+called(g)))
}

// brief writes of one cause only what it is, and when.
func (p *paper) brief(r Run, g Group) {
	p.title(r, g)
	p.entry("when", told(g.When, p.style.width()-indent))
	p.entryOf("look", g.Look, 1)
	p.verbatim("rerun", again(r, g))
}

// abreast writes two texts that are to be copied on one line where there is room, else the second below the first.
func (p *paper) abreast(label, a, b string) {
	const gap = "    "
	if indent+utf8.RuneCountInString(a+gap+b) <= p.style.width() {
		p.verbatim(label, a+gap+b)
		return
	}
	p.verbatim(label, a)
	p.verbatim("", b)
}

// found is what the headline's check said and showed, as far as neither the headline nor the answer says it.
func found(g Group) string {
	reason, evidence := g.Reason, Plain(g.Evidence)
	if g.Said || g.Got == reason || strings.HasSuffix(g.Headline, reason) {
		reason = ""
	}
	if g.Certainty != "" && g.Certainty != "certain" {
		reason = strings.TrimSpace(reason + " (" + g.Certainty + ")")
	}
	if start := strings.TrimSuffix(evidence, "..."); strings.Contains(Plain(g.Got), start[:min(len(start), 60)]) {
		evidence = ""
	}
	return strings.Join(nonEmpty(reason, evidence), ": ")
}

// title writes what a cause is, its state and its size.
func (p *paper) title(r Run, g Group) {
	state := string(g.State)
	if g.State == New || g.State == Worse || g.State == Expired {
		state = strings.ToUpper(state)
	}
	size := plural(len(g.Cases), "case", "cases") + ", " + share(r, g) + orNothing(g.Name != "", "  @"+Plain(g.Name))
	lines := wrap(Plain(g.Headline), p.style.width()-indent-5)
	for i, l := range lines {
		if i == len(lines)-1 {
			before := indent + orNone(i == 0, utf8.RuneCountInString(state)+2)
			if gap := p.style.width() - before - utf8.RuneCountInString(l+size); gap >= 2 {
				l, size = l+pad("", gap)+p.paint(dim, size), ""
			}
		}
		if i == 0 {
			p.line("%s %s %s%s", p.paint(bold, pad(g.Letter, 2)), p.impact(g.Impact), orNothing(state != "", state+"  "), l)
		} else {
			p.line("%s%s", pad("", indent), l)
		}
	}
	if size != "" {
		p.line("%s%s", pad("", indent), p.paint(dim, size))
	}
}

// share says on how many of the requests that its dependencies were broken for a group is seen.
func share(r Run, g Group) string {
	var all []string
	for _, c := range r.Results {
		same := len(c.On) == 0 && len(g.Dependencies) == 0
		if same || slices.ContainsFunc(c.On, func(on string) bool { return slices.Contains(g.Dependencies, on) }) {
			all = insert(all, c.Request)
		}
	}
	if len(all) <= len(g.Requests) {
		return plural(len(g.Requests), "request", "requests")
	}
	return fmt.Sprintf("%d of %d requests", len(g.Requests), len(all))
}

// known says who answers for a group, until when, and what the baseline does not cover.
func known(k Known, g Group) string {
	var words []string
	for _, w := range [][2]string{{"", k.What}, {"owner ", k.Owner}, {"", k.Because}} {
		if w[1] != "" {
			words = append(words, w[0]+w[1])
		}
	}
	if !k.Since.IsZero() {
		words = append(words, "since "+k.Since.Format("2 Jan 2006"))
	}
	if !k.Until.IsZero() {
		words = append(words, "until "+k.Until.Format("2 Jan 2006"))
	}
	switch g.State {
	case Spread:
		words = append(words, "new on "+strings.Join(g.SpreadTo, ", "))
	case Worse:
		words = append(words, fmt.Sprintf("was %s on %s", k.Impact, strings.Join(k.On, ", ")))
	case Expired:
		words = append(words, "that day has passed")
	}
	return strings.Join(words, ", ")
}

// again is how to see the group once more.
func again(r Run, g Group) string { return orWord(Plain(g.Rerun), replay(r)+" --only @"+called(g)) }

// command is a command about one case of the run's lab.
func command(r Run, what, id string) string {
	line := "failwell " + what + " " + quote(id)
	if words := strings.Fields(replay(r)); len(words) > 2 && !strings.HasPrefix(words[2], "-") {
		line += " --lab " + words[2]
	}
	return line
}

// called is what a group is called where it is to be found again: a run that was saved before groups had names has letters alone.
func called(g Group) string { return orWord(Plain(g.Name), g.Letter) }

func replay(r Run) string { return orWord(Plain(r.Replay), "failwell run") }

func orNone(yes bool, n int) int {
	if yes {
		return n
	}
	return 0
}

func orNothing(yes bool, text string) string {
	if yes {
		return text
	}
	return ""
}

package report

import (
	"fmt"
	"strings"
)

// group writes what a person needs to mend one cause.
func (p *paper) group(r Run, g Group) {
	p.line("%s %s %s", p.paint(bold, pad(g.Name, 2)), p.impact(g.Impact), title(g))
	p.entry("when", strings.Join(g.When, ", "))
	p.entry("not when", strings.Join(g.NotWhen, ", ")+orNothing(len(g.NotWhen) > 0, " (those hold)"))
	p.entry("came", g.Came)
	if g.Reason != g.Came {
		p.entry("found", g.Reason+orNothing(g.Certainty != "" && g.Certainty != "certain", " ("+g.Certainty+")"))
	}
	if g.Evidence != g.Came {
		p.entry("shown", g.Evidence)
	}
	p.entry("owed", strings.Join(nonEmpty(g.Owed, g.Cite), "; "))
	if g.Because != "" {
		p.entry("cause", "one, because "+g.Because)
	}
	p.entry("also", strings.Join(g.Found, ", "))
	p.entry("look", g.Look)
	if k := g.Known; k != nil {
		p.entry("known", known(*k, g))
	}
	p.verbatim("again", again(r, g))
	if len(g.Cases) > 1 {
		p.verbatim("one case", replay(r)+" --only "+quote(g.Cases[0]))
	}
	p.verbatim("by hand", "failwell up @"+g.Name)
}

// title is the headline of a group with its state and size.
func title(g Group) string {
	state := string(g.State)
	if g.State == New || g.State == Worse || g.State == Expired {
		state = strings.ToUpper(state)
	}
	size := plural(len(g.Cases), "case", "cases") + ", " + plural(len(g.Requests), "request", "requests")
	return strings.Join(nonEmpty(state, Plain(g.Headline), "  "+size), "  ")
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
		words = append(words, fmt.Sprintf("spread by %d", g.Spread))
	case Worse:
		words = append(words, fmt.Sprintf("was %s on %s", k.Impact, strings.Join(k.On, ", ")))
	case Expired:
		words = append(words, "that day has passed")
	}
	return strings.Join(words, ", ")
}

// again is how to see the group once more.
func again(r Run, g Group) string { return replay(r) + " --only @" + g.Name }

func replay(r Run) string { return orWord(Plain(r.Replay), "failwell run") }

func orNothing(yes bool, text string) string {
	if yes {
		return text
	}
	return ""
}

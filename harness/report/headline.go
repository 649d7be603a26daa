package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/failwell/failwell/harness/check"
)

// headline says in plain words what is wrong in the cases of a group.
func headline(template string, fact func(name, how string) string) string {
	return short(orWord(fill(template, fact), "no verdict"), 160)
}

// whatever is said of what is seen under too much to be named.
const whatever = "whatever fails"

// circumstance says under what a group is seen, as a clause: what happens in its scenarios where these are few, else what fails.
func circumstance(g Group, aimed []string, cases []Result) string {
	if text := events(cases); text != "" {
		return text
	}
	var on []string
	settings, input := false, false
	for _, w := range g.When {
		family, _, _ := strings.Cut(w, " ")
		switch {
		case family == "settings" || family == "secrets":
			settings = true
		case late(cell{On: family}) >= 0:
			input = true
		default:
			on = insert(on, family)
		}
	}
	switch {
	case len(on) == 0 && settings:
		return either(aimed) + " is not right"
	case len(on) == 0:
		return "the request is wrong"
	case input || len(aimed) > 3:
		return whatever
	case len(aimed) == 1 && aimed[0] == theSystem:
		return "the process is in want"
	case settings:
		return either(aimed) + " fails or is not right"
	}
	return either(aimed) + " fails"
}

// events joins what happens in the scenarios of cases: one thing, or two that are said in a few words; "" where there are more, or where
// a scenario does not say it.
func events(cases []Result) string {
	const most, few = 2, 80
	var all []string
	for _, c := range cases {
		if all = insert(all, c.Event); c.Event == "" || len(all) > most {
			return ""
		}
	}
	if len(all) == most {
		all[1] = without(all[0], all[1])
	}
	text := either(all)
	if len(all) > 1 && len(text) > few {
		return ""
	}
	return Plain(text)
}

func either(words []string) string { return strings.Join(words, " or ") }

// without leaves out of a clause the words with which another begins, too: db closes connections or resets them.
func without(first, second string) string {
	a, b := strings.Fields(first), strings.Fields(second)
	n := 0
	for n < len(a)-1 && n < len(b)-1 && a[n] == b[n] {
		n++
	}
	return strings.Join(b[n:], " ")
}

// because says why the cases of a group have one cause, by the finding that speaks for it; a single case needs no reason.
func because(f check.Finding, sig signature, g Group, members []signed) string {
	if len(g.Cases) < 2 {
		return ""
	}
	all := "all " + strconv.Itoa(len(g.Cases))
	if len(g.Cases) == 2 {
		all = "both"
	}
	one := fill(f.One, of(sig.facts))
	led := slices.DeleteFunc(slices.Clone(members), func(m signed) bool { return m.follows })
	switch {
	case len(led) < len(members):
		return plural(len(led), "case shows", "cases show") + " the cause" + orNothing(one != "", " ("+one+")") +
			"; the others are seen under the very same fault, or say the same error"
	case len(g.Also) > 0 && sig.log.known() && !slices.ContainsFunc(members, func(m signed) bool { return m.sig.log.String() != sig.log.String() }):
		return all + " log the same error: " + short(sig.log.shown(), 120)
	case one != "":
		return all + " " + one
	case len(g.Also) > 0:
		return "each of them shares its answer, its fault or the error in its log with another one"
	}
	return "" // one rule, broken in one way: the headline says it
}

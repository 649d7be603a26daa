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

// circumstance says under what a group is seen.
func circumstance(g Group) string {
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
		return "when " + either(g.Dependencies) + " is not right"
	case len(on) == 0:
		return "when the request is wrong"
	case input || len(on) > 3:
		return "whatever fails"
	case settings:
		on = append(on, "a setting")
	}
	return "when " + either(on) + " fails"
}

func either(words []string) string { return strings.Join(words, " or ") }

// because says why the cases of a group have one cause; a single case needs no reason.
func because(f check.Finding, g Group, members []signed) string {
	if len(g.Cases) < 2 {
		return ""
	}
	all := "all " + strconv.Itoa(len(g.Cases))
	if len(g.Cases) == 2 {
		all = "both"
	}
	sig := members[0].sig
	if len(g.Also) > 0 {
		if !slices.ContainsFunc(members, func(m signed) bool { return m.sig.log != sig.log }) {
			return all + " log the same error: " + short(sig.log.String(), 120)
		}
		return "each of them shares its answer or the error in its log with another one"
	}
	if f.One == "" {
		return "" // one rule, broken in one way: the headline says it
	}
	return all + " " + fill(f.One, of(sig.facts))
}

package report

import (
	"fmt"
	"slices"
	"strings"
)

// cell is a column of the matrix: a fault of a dependency, all its variants. Settings, secrets and bad input, which are no
// dependencies, stand under the first word of their scenario.
type cell struct{ On, Fault string }

func (c cell) String() string { return strings.TrimSpace(c.On + " " + c.Fault) }

// place says where the matrix shows a case.
func place(c Result) cell {
	family, name := "", c.Scenario
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		family, _, _ = strings.Cut(name, "/")
		name = name[i+1:]
	}
	if name == "" {
		name, _, _ = strings.Cut(c.ID, "@")
	}
	on := strings.Join(c.On, "+")
	switch {
	case on == "":
		return cell{Plain(orWord(family, "input")), Plain(name)}
	case family == "secrets" || family == "settings" || c.Subject != nil && len(c.Subject.Injection.Edits) > 0:
		return cell{Plain(orWord(family, "settings")), Plain(name + " " + on)}
	}
	return cell{Plain(on), Plain(name)}
}

// variant is the part of a case's id that tells it from others of its scenario and request, or nothing.
func variant(c Result) string {
	_, rest, ok := strings.Cut(c.ID, ":"+c.Request+":")
	if !ok || c.Request == "" {
		return ""
	}
	return rest
}

// conditions names the faults of cases for people. A fault stands there alone when all its variants among those tried do,
// else with the variants that do.
func conditions(cases []Result, tried map[cell][]string) []string {
	seen := map[cell][]string{}
	for _, c := range cases {
		seen[place(c)] = insert(seen[place(c)], orWord(variant(c), "-"))
	}
	var names []string
	for at, variants := range seen {
		name := at.String()
		if n := len(tried[at]); len(variants) > 2 && len(variants) < n {
			name += fmt.Sprintf("(%d of %d variants)", len(variants), n)
		} else if len(variants) < n {
			name += "(" + strings.Join(variants, ", ") + ")"
		}
		names = insert(names, name)
	}
	return names
}

// tried lists the variants of each fault among cases.
func tried(cases []Result) map[cell][]string {
	all := map[cell][]string{}
	for _, c := range cases {
		all[place(c)] = insert(all[place(c)], orWord(variant(c), "-"))
	}
	return all
}

// Seen says under which faults the group is seen, in about so many characters.
func (g Group) Seen(most int) string { return Plain(told(g.When, most)) }

// told lists faults with each dependency said once, in about so many characters.
func told(conditions []string, most int) string {
	var families []string
	names := map[string][]string{}
	for _, c := range conditions {
		on, name, _ := strings.Cut(c, " ")
		if names[on] == nil {
			families = append(families, on)
		}
		names[on] = append(names[on], name)
	}
	need := func(on string) int { return len(on) + 3 + len(strings.Join(names[on], ", ")) }
	// Who needs less than an even share leaves the rest to the others.
	room := map[string]int{}
	byNeed := slices.SortedStableFunc(slices.Values(families), func(a, b string) int { return need(a) - need(b) })
	for i, on := range byNeed {
		room[on] = min(need(on), most/(len(byNeed)-i))
		most -= room[on]
	}
	for i, on := range families {
		families[i] = strings.TrimSpace(on + " " + some(names[on], room[on]-len(on)-3))
	}
	return strings.Join(families, "; ")
}

// some lists names in so many characters, at least one, and counts the rest.
func some(names []string, most int) string {
	for n := len(names); ; n-- {
		text := strings.Join(names[:n], ", ")
		if n < len(names) {
			text += fmt.Sprintf(" and %d more", len(names)-n)
		}
		if len(text) <= most || n <= 1 {
			return text
		}
	}
}

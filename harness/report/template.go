package report

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// hole is what a template of a check has in place of a fact, {NAME} or {NAME:HOW}, or a [part] that needs its facts: check.Kind
// says what they mean.
var hole = regexp.MustCompile(`\[([^\[\]]*)\]|\{([a-z]+)(?::([a-z]+))?\}`)

// fill puts facts into a template. What they hold is not read as a template again.
func fill(template string, fact func(name, how string) string) string {
	return hole.ReplaceAllStringFunc(template, func(h string) string {
		m := hole.FindStringSubmatch(h)
		if h[0] == '{' {
			return fact(m[2], m[3])
		}
		whole := true
		part := fill(m[1], func(name, how string) string {
			text := fact(name, how)
			whole = whole && text != ""
			return text
		})
		if !whole {
			return ""
		}
		return part
	})
}

// of gives the facts of one case to a template.
func of(facts map[string]string) func(name, how string) string {
	return func(name, how string) string { return joined([]string{facts[name]}, how) }
}

// asSeen gives the facts of one case to a template, for people: as they are, with nothing masked.
func asSeen(facts map[string]string) func(name, how string) string {
	return func(name, how string) string {
		if how == "alike" {
			how = ""
		}
		return joined([]string{facts[name]}, how)
	}
}

// all gives the facts of the cases of a group to a template. What own says of the group as a whole comes first.
func all(own map[string]string, cases []map[string]string) func(name, how string) string {
	return func(name, how string) string {
		if text, ok := own[name]; ok {
			return joined([]string{text}, how)
		}
		var texts []string
		for _, c := range cases {
			if c[name] != "" {
				texts = append(texts, c[name])
			}
		}
		return joined(texts, how)
	}
}

// joined says in one text what several cases say.
func joined(texts []string, how string) string {
	switch how {
	case "first":
		return strings.Join(texts[:min(1, len(texts))], "")
	case "most":
		n := 0
		for _, t := range texts {
			if got, err := strconv.Atoi(t); err == nil {
				n = max(n, got)
			}
		}
		return strconv.Itoa(n)
	case "list":
		once, _ := frequent(texts)
		return some(once, 60)
	case "count":
		once, counted := frequent(texts)
		if len(once) < 2 {
			return ""
		}
		return some(counted, 120)
	}
	text := either(insert(nil, texts...))
	switch how {
	case "alike":
		return mask(text, nil)
	case "short":
		return short(text, 60)
	}
	return text
}

// frequent lists texts once, the most frequent first, bare and with the number of cases that say it.
func frequent(texts []string) (once, counted []string) {
	count := map[string]int{}
	for _, t := range texts {
		if count[t]++; count[t] == 1 {
			once = append(once, t)
		}
	}
	slices.SortFunc(once, func(a, b string) int { return cmp.Or(count[b]-count[a], strings.Compare(a, b)) })
	for _, t := range once {
		counted = append(counted, fmt.Sprintf("%s (%s)", t, plural(count[t], "case", "cases")))
	}
	return once, counted
}

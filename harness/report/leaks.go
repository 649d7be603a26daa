package report

import (
	"fmt"
	"slices"
	"strings"
)

// leaks says what came out in cases of one leak: each kind of text once, with the number of cases that show it, the most
// frequent first.
func leaks(cases []Result) (kinds, counted []string) {
	count := map[string]int{}
	for _, c := range cases {
		k := leakKind(c)
		if count[k]++; count[k] == 1 {
			kinds = append(kinds, k)
		}
	}
	slices.SortFunc(kinds, func(a, b string) int {
		if d := count[b] - count[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	for _, k := range kinds {
		counted = append(counted, fmt.Sprintf("%s (%s)", k, plural(count[k], "case", "cases")))
	}
	return kinds, counted
}

// leakKind puts what was found into words: a canary is what a dependency said, else the family of the detector's rule.
func leakKind(c Result) string {
	what, _, _ := strings.Cut(Headline(c).Reason, " in the answer")
	if on, _, ok := strings.Cut(what, " "); ok && slices.Contains(c.On, on) {
		return "what " + on + " said"
	}
	family, _, isRule := strings.Cut(what, "/")
	words := map[string]string{
		"trace": "a stack trace", "sql": "SQL", "db": "a database driver's text", "net": "a network error with its address",
		"engine": "an error text of the language", "place": "a file path", "secret": "a secret", "page": "a debug page", "store": "a store's own text",
	}
	if text, ok := words[family]; ok && isRule {
		return text
	}
	return what
}

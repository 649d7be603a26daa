package report

import (
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/check"
)

// owed says what would have been right for a finding: the rule in words, or the statuses that the contract owes for the causes
// of the cases.
func owed(v check.Verdict, facts []map[string]string, cases ...Result) string {
	template := v.Told().Expected
	if v.Check == "" {
		template = "{statuses}"
	}
	return fill(template, all(map[string]string{"statuses": statuses(cases)}, facts))
}

// statuses lists what the contract prefers and accepts for the cause of cases; of several causes only the statuses that it
// prefers.
func statuses(cases []Result) string {
	var words, codes, causes []string
	for _, c := range cases {
		if c.Subject == nil || c.Subject.Row == nil {
			continue
		}
		row := c.Subject.Row
		both := append(slices.Clone(row.Prefer), row.Accept...)
		causes = insert(causes, strings.Join(both, " "))
		words = insert(words, inWords(both)...)
		for _, w := range row.Prefer {
			if w != "" && w[0] >= '1' && w[0] <= '5' {
				codes = insert(codes, strings.TrimSuffix(w, "+RA"))
			}
		}
	}
	if len(causes) > 1 && len(codes) > 0 {
		words = codes
	}
	if n := len(words); n > 2 {
		words = []string{strings.Join(words[:n-1], ", "), words[n-1]}
	}
	return strings.Join(words, " or ")
}

// inWords puts the contract's words into a person's.
func inWords(words []string) []string {
	var out []string
	for _, w := range words {
		switch w {
		case "recovered":
			w = "success by a retry"
		case "calm":
			w = "the calm answer"
		case "exit":
			w = "an end with a code"
		case "not-ready":
			w = "not ready"
		case "broken-stream":
			w = "a body cut off"
		}
		out = append(out, strings.Replace(w, "+RA", " + Retry-After", 1))
	}
	return out
}

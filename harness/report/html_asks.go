package report

import (
	"strings"

	"github.com/failwell/failwell/harness/check"
)

// htmlAsk is something that only the team can settle: a question, a reason why cases came to no verdict, or what is not judged; with the
// line to write, where one line settles it.
type htmlAsk struct {
	Sort, Class, About, Text, Line string
	Cases                          []string
}

func htmlAsks(r Run) []htmlAsk {
	var all []htmlAsk
	for _, q := range r.Questions() {
		all = append(all, htmlAsk{Sort: "question", Class: "major", About: Plain(strings.Join(q.Requests, ", ")), Text: strings.TrimSpace(strings.TrimSuffix(q.Text, Plain(q.Line))), Line: Plain(q.Line)})
	}
	for _, u := range r.Uncalm {
		all = append(all, htmlAsk{Sort: "not calm", Class: "inconclusive", Text: Plain(u.String())})
	}
	for _, w := range whys(r, check.Broken) {
		all = append(all, htmlAsk{Sort: "broken", Class: "broken", Text: Plain(w.words), Cases: plains(w.cases)})
	}
	for _, w := range whys(r, check.Inconclusive) {
		all = append(all, htmlAsk{Sort: "inconclusive", Class: "inconclusive", Text: Plain(w.words), Cases: plains(w.cases)})
	}
	for _, c := range r.Uncovered() {
		all = append(all, htmlAsk{Sort: "never broken", Class: "inconclusive", Text: Plain(c.line())})
	}
	for _, u := range r.Unjudged {
		all = append(all, htmlAsk{Sort: "not judged", Class: "note", Text: Plain(u.String())})
	}
	return all
}

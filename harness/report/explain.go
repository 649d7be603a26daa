package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/failwell/failwell/harness/check"
)

// ExplainCheck writes what a check asks for and why, what it has found somewhere, what its failures rest on, and the headlines
// of what it finds, with words in capitals for what differs between cases.
func ExplainCheck(w io.Writer, name string, k check.Kind) error {
	p := &paper{w: w, style: Style{Width: 120}}
	p.line("%s", Plain(name))
	for _, l := range wrap(Plain(k.Doc), p.style.width()) {
		p.line("%s", l)
	}
	for i, l := range strings.Split(k.Example, "\n") {
		p.entry(orNothing(i == 0, "example"), l)
	}
	p.entry("expected", capitals(k.Expected))
	p.entry("look", k.Look)
	p.entry("needs", needs(k.Needs))
	p.entry("rank", fmt.Sprintf("%d; of several findings of a case the one with the lowest is its headline", k.Order()))
	p.entry("judges", map[bool]string{true: "where a scenario asks for it", false: "every case"}[k.Asked])
	for i, f := range k.Findings {
		p.entry(orNothing(i == 0, "finds"), capitals(f.Headline))
	}
	return p.err
}

// needs says in words what failures rest on.
func needs(n check.Need) string {
	var words []string
	if n&check.NeedsCalm != 0 {
		words = append(words, "success without the fault")
	}
	if n&check.NeedsStruck != 0 {
		words = append(words, "a fault that took place during the request")
	}
	return strings.Join(words, ", and ")
}

// capitals shows a template with words in capitals for its facts.
func capitals(template string) string {
	return fill(template, func(name, _ string) string {
		if name == "statuses" {
			return "what the contract owes for the cause"
		}
		return strings.ToUpper(name)
	})
}

// ListChecks writes a line for each check, sorted by name: the first sentence of what it says of itself.
func ListChecks(w io.Writer, kinds map[string]check.Kind) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		_, _ = fmt.Fprintf(t, "%s\t%s\n", Plain(name), Plain(sentence(kinds[name].Doc)))
	}
	return t.Flush()
}

// sentence is the first one of a paragraph.
func sentence(doc string) string {
	first, _, more := strings.Cut(doc, ". ")
	return first + orNothing(more, ".")
}

package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// ShowGroup writes one cause: what a person needs to mend it, its cases by request and fault, and the one that speaks for it in full.
func ShowGroup(w io.Writer, r Run, g Group, style Style) error {
	p := &paper{w: w, style: style}
	p.group(r, g)
	p.entry("key", strings.Join(append([]string{g.Key}, g.Also...), ", "))
	p.line("")
	p.line("%s", p.paint(bold, plural(len(g.Cases), "case", "cases")+" by request and fault"))
	for _, name := range g.Requests {
		faults := map[string][]string{}
		var order []string
		for _, c := range r.Results {
			if c.Request != name || !slices.Contains(g.Cases, c.ID) {
				continue
			}
			at := place(c).String()
			if faults[at] == nil {
				order = append(order, at)
			}
			faults[at] = insert(faults[at], variant(c))
		}
		for i, at := range order {
			if variants := faults[at]; len(variants) > 0 {
				order[i] = fmt.Sprintf("%s(%s)", at, strings.Join(variants, ", "))
			}
		}
		for i, l := range wrap(Plain(name+": "+told(order, 2000)), p.style.width()-6) {
			p.line("   %s%s", orNothing(i > 0, "   "), l)
		}
	}
	example := orWord(g.Example, strings.Join(g.Cases[:min(1, len(g.Cases))], ""))
	c, ok := r.result(example)
	p.line("")
	if p.err != nil || !ok {
		return p.err
	}
	return Show(w, r, c, style)
}

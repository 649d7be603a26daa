package labfile

import (
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/decode"
)

// readTLS reads whether the system speaks TLS to a dependency. It is given the path of the authority's certificate then.
func (r *reader) readTLS(d *Dependency, n *decode.Node) {
	if !d.TLS {
		return
	}
	var kinds []string
	for _, name := range r.catalog.FakeNames() {
		if r.catalog.Fakes[name].Kind.TLS() {
			kinds = append(kinds, name)
		}
	}
	switch {
	case d.part != "":
		r.bad.Add(n.Pos(), "what stands before a part of the system is spoken to in the clear")
		d.TLS = false
	case !slices.Contains(kinds, d.Kind) && slices.Contains(r.catalog.FakeNames(), d.Kind):
		r.bad.Add(n.Pos(), "a dependency of kind %s cannot speak TLS; %s can", d.Kind, strings.Join(kinds, ", "))
	default:
		r.hide(d.Name + ".ca")
	}
}

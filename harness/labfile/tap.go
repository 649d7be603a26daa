package labfile

import (
	"slices"
	"strings"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/lab"
)

// partOf gives the part that `forward: $PART.url` names; "" for the address of something else.
func (r *reader) partOf(forward *decode.Node) string {
	names := decode.Names(forward.Text())
	if len(names) == 0 {
		return ""
	}
	part, isURL := strings.CutSuffix(names[0], ".url")
	if whole := forward.Text(); !isURL || whole != "$"+names[0] && whole != "${"+names[0]+"}" {
		r.bad.Add(forward.Pos(), "want the address of something real, or the URL of a part of the system such as $app.url, not %q", whole)
		return ""
	}
	r.tapped = append(r.tapped, tapped{part, forward.Pos()})
	return part
}

// tapped is a part that a dependency forwards to.
type tapped struct {
	part string
	pos  decode.Pos
}

// checkTaps finds dependencies before parts that are not there.
func (r *reader) checkTaps() {
	parts := r.File.system.Parts.Keys()
	for _, t := range r.tapped {
		if !slices.Contains(parts, t.part) {
			r.bad.Add(t.pos, "forward: there is no part %q of the system%s", t.part, decode.DidYouMean(t.part, parts))
		}
	}
}

// kind is the kind of a dependency in this lab: before a part of the system it is of another class.
func (f *File) kind(d Dependency) fakes.Kind {
	k := f.catalog.Fakes[d.Kind].Kind
	if !d.TLS {
		k = k.InTheClear()
	}
	if d.part != "" {
		k.Class = lab.ClassTap
	}
	return k
}

package labfile

import (
	"maps"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/scenario"
)

// lent gives a scope that knows why a capture of one request is not there for others.
func (r *reader) lent(s scope) scope {
	for _, q := range r.Requests {
		for _, step := range q.Before {
			s = s.without("the `before` of "+q.Name+" captures it, for that request alone", slices.Collect(maps.Keys(step.Capture))...)
		}
	}
	return s
}

// checkSteps checks the steps before a request; the scope that comes back has their captures.
func (r *reader) checkSteps(n *decode.Node, q *scenario.Request, known scope, d document) scope {
	nodes := n.Get("before").Items()
	if n.Get("before").Kind() != decode.List {
		nodes = []*decode.Node{n.Get("before")}
	}
	for i := range q.Before {
		s := &q.Before[i]
		if s.Request != nil {
			s.Request.Name = q.Name + ".before"
		}
		r.checkStep(nodes[i], s, known, d)
		known = known.with(slices.Collect(maps.Keys(s.Capture))...)
	}
	return known
}

func (r *reader) checkStep(n *decode.Node, s *scenario.Step, known scope, d document) {
	if s.Request == nil {
		r.checkUse(*s, known, d.Requests)
	} else {
		r.checkRequest(n, *s.Request, known)
		r.addDefaults(s.Request, d.Defaults, known)
	}
	r.checkCapture(n, *s)
}

// checkUse checks a step that sends a request of the lab: its names must be known here too.
func (r *reader) checkUse(s scenario.Step, known scope, requests *decode.Node) {
	var all []string
	for i, q := range r.Requests {
		all = append(all, q.Name)
		if q.Name != s.Use {
			continue
		}
		if i >= len(requests.Fields()) {
			continue // an operation: its names are those of the section, which are checked there
		}
		for _, n := range asked(requests.Fields()[i].Value) {
			for _, name := range namesIn(n) {
				if err := known.check(name); err != nil {
					r.bad.Add(s.Pos, "%s, sent from here: %v", s.Use, err)
				}
			}
		}
	}
	if !slices.Contains(all, s.Use) && !r.Open() {
		r.bad.Add(s.Pos, "unknown request %q%s", s.Use, decode.DidYouMean(s.Use, all))
	}
}

// checkCapture checks what a step keeps of its answer.
func (r *reader) checkCapture(n *decode.Node, s scenario.Step) {
	capture := n.Get("capture")
	if s.Request == nil && n.Kind() == decode.Map {
		capture = n.Fields()[0].Value.Get("capture")
	}
	for _, f := range capture.Fields() {
		if !plain(f.Key.Text()) {
			r.bad.Add(f.Key.Pos(), "%q cannot be captured: want a name of small letters, digits and -, beginning with a letter", f.Key.Text())
		}
		if from := f.Value.Text(); from == "" || strings.Contains(from, ":") || strings.Contains(from, "/") && !strings.HasPrefix(from, "/") {
			r.bad.Add(f.Value.Pos(), "want a JSON Pointer such as /id, or a header field such as Location, not %q", from)
		}
	}
}

package labfile

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/scenario"
)

// defaults are for all requests.
type defaults struct {
	Header map[string]string `json:"header"`
	node   *decode.Node
}

// ReadNode keeps the node, for the places of its names.
func (d *defaults) ReadNode(n *decode.Node) error {
	type plain defaults
	err := n.Into((*plain)(d))
	d.node = n
	return err
}

// requestName keeps clear of what case ids are made of.
var requestName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

func (r *reader) readRequests(d document) {
	fields := r.entries(d.Requests, "requests")
	if d.Requests.Kind() == decode.Map && len(fields) == 0 {
		r.bad.Add(d.Requests.Pos(), "no requests: name at least one, such as get-order: {get: /orders/1}")
	}
	for _, f := range fields {
		if !requestName.MatchString(f.Key.Text()) {
			r.bad.Add(f.Key.Pos(), "%q is no name for a request: want letters, digits, -, _ and .", f.Key.Text())
		}
		var q scenario.Request
		r.bad.Join(f.Value.Into(&q), f.Value.Pos())
		q.Name = f.Key.Text()
		r.Requests = append(r.Requests, q)
	}
	for _, f := range r.entries(d.Before, "before") {
		r.claim(f.Key, "step of before")
		var s scenario.Step
		r.bad.Join(f.Value.Into(&s), f.Value.Pos())
		s.Name = f.Key.Text()
		if s.Request != nil {
			s.Request.Name = s.Name
		}
		r.Before = append(r.Before, s)
		for _, name := range slices.Sorted(maps.Keys(s.Capture)) {
			r.captured = append(r.captured, s.Name+"."+name)
		}
	}
}

// checkAsked checks what requests and steps name, and gives them the default header fields.
func (r *reader) checkAsked(d document) {
	captures := 0
	for i, f := range d.Before.Fields() {
		s := &r.Before[i]
		if s.Request == nil {
			r.checkUse(*s, r.asking(captures).without(perLaunch, "case.key"), d.Requests)
		} else {
			known := r.asking(captures).without(perLaunch, "case.key")
			r.checkRequest(f.Value, *s.Request, known)
			r.addDefaults(s.Request, d.Defaults, known)
		}
		r.checkCapture(f.Value, *s)
		captures += len(s.Capture)
	}
	all := r.asking(len(r.captured)).with("case.key")
	r.check(d.Defaults.node.Get("header"), all)
	others := r.ownCaptures()
	for i, f := range d.Requests.Fields() {
		q := &r.Requests[i]
		known := all
		for name, of := range others {
			known = known.without("the `before` of "+of+" captures it, for that request alone", name)
		}
		known = r.checkSteps(f.Value, q, known, d)
		r.checkRequest(f.Value, *q, known)
		r.addDefaults(q, d.Defaults, all)
	}
}

// ownCaptures are the names that requests capture for themselves.
func (r *reader) ownCaptures() map[string]string {
	own := map[string]string{}
	for _, q := range r.Requests {
		for _, s := range q.Before {
			for name := range s.Capture {
				own[name] = q.Name
			}
		}
	}
	return own
}

// checkSteps checks the steps before a request; the scope that comes back has their captures.
func (r *reader) checkSteps(n *decode.Node, q *scenario.Request, known scope, d document) scope {
	nodes := n.Get("before").Items()
	if n.Get("before").Kind() != decode.List {
		nodes = []*decode.Node{n.Get("before")}
	}
	for i := range q.Before {
		s := &q.Before[i]
		if s.Request == nil {
			r.checkUse(*s, known, d.Requests)
		} else {
			s.Request.Name = q.Name + ".before"
			r.checkRequest(nodes[i], *s.Request, known)
			r.addDefaults(s.Request, d.Defaults, known)
		}
		r.checkCapture(nodes[i], *s)
		known = known.with(slices.Collect(maps.Keys(s.Capture))...)
	}
	return known
}

// checkUse checks a step that sends a request of the lab: its names must be known here too.
func (r *reader) checkUse(s scenario.Step, known scope, requests *decode.Node) {
	var all []string
	for i, q := range r.Requests {
		all = append(all, q.Name)
		if q.Name != s.Use {
			continue
		}
		for _, n := range asked(requests.Fields()[i].Value) {
			for _, name := range namesIn(n) {
				if err := known.check(name); err != nil {
					r.bad.Add(s.Pos, "%s, sent from here: %v", s.Use, err)
				}
			}
		}
	}
	if !slices.Contains(all, s.Use) {
		r.bad.Add(s.Pos, "unknown request %q%s", s.Use, decode.DidYouMean(s.Use, all))
	}
}

// checkRequest checks the names, the port and the dependencies of a request.
func (r *reader) checkRequest(n *decode.Node, q scenario.Request, known scope) {
	for _, text := range asked(n) {
		r.check(text, known)
	}
	r.checkTarget(q.Target, q.Pos)
	for _, f := range n.Get("uses").Fields() {
		r.knownDependency(f.Key.Pos(), f.Key.Text())
		r.role(f.Value)
	}
	if on := n.Get("effect").Get("on"); on != nil {
		r.knownDependency(on.Pos(), on.Text())
	}
}

// asked are the parts of a request in which names are filled in.
func asked(n *decode.Node) []*decode.Node {
	said := []string{"keyed", "expect", "uses", "maps", "labels", "before", "effect", "capture", "tolerate"}
	return []*decode.Node{decode.Without(n, said...), n.Get("effect").Get("sql")}
}

func namesIn(n *decode.Node) []string {
	var all []string
	_, _ = n.Expand(func(name string, _ decode.Pos) (string, error) {
		all = append(all, name)
		return "", nil
	})
	return all
}

// addDefaults gives a request the default header fields that it does not have and whose names are known by then.
func (r *reader) addDefaults(q *scenario.Request, d defaults, known scope) {
	q.Header = maps.Clone(q.Header)
	for name, text := range d.Header {
		has := slices.ContainsFunc(slices.Collect(maps.Keys(q.Header)), func(h string) bool { return strings.EqualFold(h, name) })
		early := slices.ContainsFunc(decode.Names(text), func(used string) bool { return !known.known[used] })
		if has || early {
			continue
		}
		if q.Header == nil {
			q.Header = map[string]string{}
		}
		q.Header[name] = text
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
		if from := f.Value.Text(); from == "" || strings.Contains(from, "/") && !strings.HasPrefix(from, "/") {
			r.bad.Add(f.Value.Pos(), "want a JSON Pointer such as /id, or a header field such as Location, not %q", from)
		}
	}
}

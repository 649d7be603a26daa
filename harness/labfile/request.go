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
	Header map[string]string `json:"header" doc:"header fields of every request" example:"{Authorization: Bearer $login.token}"`
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
	if d.Requests == nil && d.GraphQL == nil {
		r.bad.Add(decode.Pos{File: r.Path, Line: 1, Col: 1}, "nothing is asked: name at least one of `requests`, such as get-order: {get: /orders/1}, or say graphql: {endpoint: /graphql}")
	}
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
		r.unbroken(f.Value.Get("unbroken"))
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
		known := r.lent(r.asking(captures).without(perLaunch, "case.key"))
		r.checkStep(f.Value, &r.Before[i], known, d)
		captures += len(r.Before[i].Capture)
	}
	all := r.asking(len(r.captured)).with("case.key")
	r.check(d.Defaults.node.Get("header"), all)
	r.checkHeader(r.File.system.Ready.Header)
	r.checkHeader(r.File.system.Live.Header)
	for i, f := range d.Requests.Fields() {
		q := &r.Requests[i]
		known := r.checkSteps(f.Value, q, r.lent(all), d)
		r.checkRequest(f.Value, *q, known)
		r.addDefaults(q, d.Defaults, all)
	}
	r.checkOperations(d, all)
}

// checkOperations checks the names in the section `graphql`, and gives its requests the default header fields.
func (r *reader) checkOperations(d document, known scope) {
	if d.GraphQL == nil {
		return
	}
	for _, key := range []string{"endpoint", "variables", "header"} {
		r.check(d.GraphQL.node.Get(key), known)
	}
	for i := len(d.Requests.Fields()); i < len(r.Requests); i++ {
		r.addDefaults(&r.Requests[i], d.Defaults, known)
	}
	q := scenario.Request{Header: d.GraphQL.Header}
	r.addDefaults(&q, d.Defaults, known)
	d.GraphQL.Header = q.Header // for what is discovered
}

// checkRequest checks the names, the port and the dependencies of a request.
func (r *reader) checkRequest(n *decode.Node, q scenario.Request, known scope) {
	for _, text := range asked(n) {
		r.check(text, known)
	}
	r.checkTarget(q.Target, q.Pos)
	for _, f := range n.Get("uses").Fields() {
		r.knownDependency(f.Key.Pos(), f.Key.Text())
		r.use(f.Value)
	}
	if on := n.Get("effect").Get("on"); on != nil {
		r.knownDependency(on.Pos(), on.Text())
	}
}

// asked are the parts of a request in which names are filled in.
func asked(n *decode.Node) []*decode.Node {
	said := []string{"keyed", "expect", "uses", "maps", "labels", "before", "effect", "capture", "tolerate", "unbroken"}
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

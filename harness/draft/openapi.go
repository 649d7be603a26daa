package draft

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// old is how a Swagger 2.0 document begins.
var old = regexp.MustCompile(`(?m)^[ {]*"?swagger"?\s*:`)

// openAPI takes the requests of a document: what is safe, and the writes for which it has an example.
func (d *Draft) openAPI(path string, src []byte) error {
	if old.Match(src) {
		return fmt.Errorf("%s: want OpenAPI 3.0 or 3.1; a converter makes it of Swagger 2.0", path)
	}
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = !strings.Contains(path, "://")
	at := &url.URL{Path: filepath.ToSlash(path)}
	doc, err := loader.LoadFromDataWithPath(src, at)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.") {
		return fmt.Errorf("%s: want OpenAPI 3.0 or 3.1, not %q", path, doc.OpenAPI)
	}
	if doc.Paths == nil || doc.Paths.Len() == 0 {
		return fmt.Errorf("%s: it has no paths", path)
	}
	s := spec{Draft: d, doc: doc, base: basePath(doc)}
	if d.system.url == "" {
		d.system.own = true
		for _, server := range doc.Servers {
			if u, err := url.Parse(server.URL); err == nil && local(u) {
				d.system.url = u.Scheme + "://" + u.Host
				break
			}
		}
	}
	s.authenticate()
	paths := doc.Paths.InMatchingOrder()
	slices.SortStableFunc(paths, func(a, b string) int { return strings.Count(a, "{") - strings.Count(b, "{") })
	for _, path := range paths {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			if op := doc.Paths.Value(path).GetOperation(method); op != nil {
				s.operation(method, path, op)
			}
		}
	}
	return nil
}

// spec is a document while it is read.
type spec struct {
	*Draft
	doc  *openapi3.T
	base string
}

// basePath is the path of the first server, without variables.
func basePath(doc *openapi3.T) string {
	for _, s := range doc.Servers {
		address := s.URL
		for name, v := range s.Variables {
			address = strings.ReplaceAll(address, "{"+name+"}", v.Default)
		}
		if u, err := url.Parse(address); err == nil {
			return strings.TrimSuffix(u.Path, "/")
		}
	}
	return ""
}

func local(u *url.URL) bool {
	return slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname()) && (u.Scheme == "http" || u.Scheme == "https")
}

var hole = regexp.MustCompile(`\{([^}]*)\}`)

// operation takes one operation, as a request or as the question after readiness.
func (s spec) operation(method, path string, op *openapi3.Operation) {
	if method == http.MethodGet && s.health(s.base+path) {
		return
	}
	safe := method == http.MethodGet || method == http.MethodHead
	r := request{name: op.OperationID, method: method, status: success(op)}
	if r.name == "" {
		r.name = strings.ToLower(method) + " " + hole.ReplaceAllString(path, "by-$1")
	}
	if !safe && !s.write(&r, op) {
		return
	}
	full := s.parameters(&r, path, op)
	r.path = s.base + full
	if s.login != nil && s.login.path == r.path {
		return
	}
	s.problem = s.problem || declaresProblem(op)
	s.ask(r)
}

// write fills in the body of a write; false: the document has no example of it.
func (s spec) write(r *request, op *openapi3.Operation) bool {
	if op.RequestBody == nil || op.RequestBody.Value == nil {
		return false
	}
	media := op.RequestBody.Value.Content.Get("application/json")
	example, ok := mediaExample(media)
	if !ok {
		s.leave("%s %s: the document has no example of its body", r.method, r.name)
		return false
	}
	r.body = value(example)
	return true
}

// parameters fills in those of the path, and the query and header fields that are required.
func (s spec) parameters(r *request, path string, op *openapi3.Operation) string {
	all := slices.Clone(op.Parameters)
	if item := s.doc.Paths.Value(path); item != nil {
		all = append(all, item.Parameters...)
	}
	for _, p := range all {
		if p.Value == nil {
			continue
		}
		v, exact := parameterExample(p.Value)
		written := plain(v)
		switch p.Value.In {
		case openapi3.ParameterInPath:
			token := "{" + p.Value.Name + "}"
			if !strings.Contains(path, token) {
				continue
			}
			if !exact && s.fromList(r, path, token, p.Value.Name) {
				path = put(path, token, word(p.Value.Name))
				continue
			}
			if !exact && !closed(p.Value.Schema) {
				r.todo = "a " + p.Value.Name + " that exists"
			}
			path = strings.Replace(path, token, escaped(url.PathEscape(written)), 1)
		case openapi3.ParameterInQuery:
			if p.Value.Required && !slices.ContainsFunc(r.query, named(p.Value.Name)) {
				r.query = append(r.query, field{name: text(p.Value.Name), value: literal(written)})
			}
		case openapi3.ParameterInHeader:
			r.wantHeader(p.Value, written)
		}
	}
	return hole.ReplaceAllString(path, "1")
}

// named tells whether a field has this name.
func named(name string) func(field) bool {
	return func(f field) bool { return f.name == text(name) }
}

// put puts the name of a capture into a path.
func put(path, token, name string) string {
	_, after, _ := strings.Cut(path, token)
	if after != "" && after[0] != '/' {
		return strings.Replace(path, token, "${"+name+"}", 1)
	}
	return strings.Replace(path, token, "$"+name, 1)
}

// wantHeader takes a field of the head; a key of idempotency is one that each case has anew.
func (r *request) wantHeader(p *openapi3.Parameter, example string) {
	if strings.EqualFold(p.Name, "Idempotency-Key") {
		r.header, r.keyed = append(r.header, field{name: p.Name, value: "$case.key"}), true
		return
	}
	if p.Required && !strings.EqualFold(p.Name, "Authorization") {
		r.header = append(r.header, field{name: text(p.Name), value: literal(example)})
	}
}

// fromList takes the parameter from the answer of the list, where the document says that it has it: GET /orders gives an array of
// objects with `id`, for /orders/{id}.
func (s spec) fromList(r *request, path, token, name string) bool {
	list := strings.TrimSuffix(path[:strings.Index(path, token)], "/")
	item := s.doc.Paths.Value(list)
	if strings.ContainsAny(list, "{$") || item == nil || item.Get == nil || r.before != "" {
		return false
	}
	place := firstOf(answer(item.Get), name)
	i := slices.IndexFunc(s.requests, func(x request) bool { return x.method == http.MethodGet && x.path == s.base+list })
	if place == "" || i < 0 {
		return false
	}
	r.before = fmt.Sprintf("[{%s: {capture: {%s: %s}}}]", s.requests[i].name, word(name), place)
	return true
}

// firstOf is the JSON Pointer of an id in the first entry of a list.
func firstOf(list *openapi3.Schema, name string) string {
	prefix := ""
	if list != nil && !list.Type.Is("array") {
		for _, member := range []string{"items", "data", "results", "content", "values"} {
			if p := list.Properties[member]; p != nil && p.Value != nil && p.Value.Type.Is("array") {
				list, prefix = p.Value, "/"+member
				break
			}
		}
	}
	if list == nil || !list.Type.Is("array") || list.Items == nil || list.Items.Value == nil {
		return ""
	}
	for _, id := range []string{name, "id"} {
		if list.Items.Value.Properties[id] != nil {
			return prefix + "/0/" + id
		}
	}
	return ""
}

// answer is the schema of the JSON of the success of an operation.
func answer(op *openapi3.Operation) *openapi3.Schema {
	r := op.Responses.Value(success(op))
	if r == nil || r.Value == nil {
		return nil
	}
	if m := r.Value.Content.Get("application/json"); m != nil && m.Schema != nil {
		return m.Schema.Value
	}
	return nil
}

// success is the first 2xx status that an operation declares; empty: any.
func success(op *openapi3.Operation) string {
	first := ""
	for code := range op.Responses.Map() {
		if len(code) == 3 && code[0] == '2' && plainNumber(code) && (first == "" || code < first) {
			first = code
		}
	}
	return first
}

// declaresProblem tells whether the errors of an operation are those of RFC 9457.
func declaresProblem(op *openapi3.Operation) bool {
	for code, r := range op.Responses.Map() {
		if (code == "default" || code[0] == '4' || code[0] == '5') && r.Value != nil && r.Value.Content["application/problem+json"] != nil {
			return true
		}
	}
	return false
}

func (d *Draft) leave(format string, args ...any) {
	d.Left = append(d.Left, fmt.Sprintf(format, args...))
}

package httpapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/failwell/failwell/harness/decode"
)

// Route is one answer of a stub.
type Route struct {
	Method string            `json:"method"`             // default GET; a GET route answers HEAD too
	Path   string            `json:"path" decode:"must"` // /charges, /charges/{id}, or /charges/* for all below
	Query  map[string]string `json:"query"`              // parameters that the request must have
	Status int               `json:"status"`             // default 200
	JSON   any               `json:"json"`               // the body as a value; a *decode.Node keeps its order
	Body   string            `json:"body"`               // the body as text
	Header map[string]string `json:"header"`
	Times  int               `json:"times"` // answers only that often; 0: always
}

// ReadNode reads a route of a file.
func (r *Route) ReadNode(n *decode.Node) error {
	type fields Route
	var mistakes decode.Problems
	mistakes.Join(n.Into((*fields)(r)), n.Pos())
	if value := n.Get("json"); value != nil {
		r.JSON = value
	}
	if len(mistakes) == 0 {
		mistakes.Join(r.check(), n.Pos())
	}
	return mistakes.Err()
}

func (r *Route) check() error {
	switch {
	case !strings.HasPrefix(r.Path, "/") || strings.ContainsAny(r.Path, "? #"):
		return fmt.Errorf("want a path such as /charges/{id}, not %q", r.Path)
	case r.Status != 0 && (r.Status < 200 || r.Status > 999):
		return fmt.Errorf("want a status from 200 on, not %d", r.Status)
	case r.JSON != nil && r.Body != "":
		return fmt.Errorf("route %s has json and body; want one of them", r.Path)
	case r.Times < 0:
		return fmt.Errorf("want times that are not negative, not %d", r.Times)
	}
	return nil
}

// prepare fills in the defaults and the bytes of the body.
func (r Route) prepare() (*line, error) {
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("read stub route: %w", err)
	}
	if r.Method == "" {
		r.Method = http.MethodGet
	}
	r.Method = strings.ToUpper(r.Method)
	if r.Status == 0 {
		r.Status = http.StatusOK
	}
	body := []byte(r.Body)
	if r.JSON != nil {
		var err error
		if body, err = json.Marshal(r.JSON); err != nil {
			return nil, fmt.Errorf("read stub route %s: %w", r.Path, err)
		}
	}
	header := map[string]string{}
	for name, value := range r.Header {
		header[http.CanonicalHeaderKey(name)] = value
	}
	r.Header = header
	return &line{Route: r, body: body}, nil
}

func (r Route) matches(q *http.Request) bool {
	if q.Method != r.Method && (q.Method != http.MethodHead || r.Method != http.MethodGet) {
		return false
	}
	if !matchPath(r.Path, q.URL.Path) {
		return false
	}
	if len(r.Query) == 0 {
		return true
	}
	given := q.URL.Query()
	for name, value := range r.Query {
		if !given.Has(name) || given.Get(name) != value {
			return false
		}
	}
	return true
}

// matchPath matches a path against one with {name} segments, or a trailing /* that stands for everything below.
func matchPath(pattern, path string) bool {
	above, below := strings.CutSuffix(pattern, "/*")
	for {
		want, wants, more := strings.Cut(above, "/")
		got, gets, deeper := strings.Cut(path, "/")
		if want != got && !(strings.HasPrefix(want, "{") && strings.HasSuffix(want, "}") && got != "") {
			return false
		}
		if !more {
			return deeper == below
		}
		if !deeper {
			return false
		}
		above, path = wants, gets
	}
}

func quote(text string) []byte {
	quoted, _ := json.Marshal(text)
	return quoted
}

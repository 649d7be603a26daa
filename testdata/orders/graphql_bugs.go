package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/graph-gophers/graphql-go/errors"
)

// What the bugs of /graphql do, as far as it is more than a line at its place.

// misname ends the path of an error with the name of the field instead of its alias.
func (v *visit) misname(e *errors.QueryError, field string) {
	if v == nil || e == nil || len(e.Path) == 0 || !v.bugs.has("gql-path-by-name") {
		return
	}
	e.Path[len(e.Path)-1] = field
}

// spoil changes one error.
func (g *graphQL) spoil(e *resultError, f *failure) {
	ours := f.Status >= 500
	switch {
	case g.s.bug("gql-driver-text") && ours:
		e.Message = f.Error()
	case g.s.bug("gql-exception") && ours:
		e.Extensions["exception"] = map[string]any{"stacktrace": []string{"at resolve (resolve.go:41)", "at execute (graphql.go:96)"}}
	case g.s.bug("gql-no-code"):
		delete(e.Extensions, "code")
	case g.s.bug("gql-no-trace"):
		delete(e.Extensions, "traceId")
	case g.s.bug("gql-blames-caller") && strings.HasPrefix(f.Code, "store_"):
		e.Extensions["code"] = "BAD_USER_INPUT"
	}
}

// worse changes a result that has errors.
func (g *graphQL) worse(r result) result {
	for i := range r.Errors {
		e := &r.Errors[i]
		if len(e.Path) == 0 {
			continue
		}
		switch {
		case g.s.bug("gql-no-path"):
			e.Path = nil
		case g.s.bug("gql-path-from-one"):
			e.Path = counted(e.Path)
		case g.s.bug("gql-code-by-field"):
			e.Extensions["code"] = strings.ToUpper(e.Path[len(e.Path)-1].(string)) + "_FAILED"
		case g.s.bug("gql-null-parent"):
			r.Data = replaced(r.Data, e.Path[:len(e.Path)-1], nil)
		case g.s.bug("gql-empty-object"):
			r.Data = replaced(r.Data, e.Path, map[string]any{})
		case g.s.bug("gql-all-or-nothing"):
			r.Data = json.RawMessage("null")
		case g.s.bug("gql-null-kept") && string(r.Data) == "null":
			r.Data, _ = json.Marshal(map[string]any{e.Path[0].(string): nil}) // a name always encodes
		}
	}
	switch n := len(r.Errors); {
	case n == 0 || len(r.Data) == 0:
	case g.s.bug("gql-error-twice"):
		r.Errors = append(r.Errors, r.Errors[0])
	case g.s.bug("gql-null-unsaid"):
		r.Errors = r.Errors[:1]
	}
	return r
}

// counted is a path whose indices begin at 1.
func counted(path []any) []any {
	out := append([]any{}, path...)
	for i, at := range out {
		if n, ok := at.(int); ok {
			out[i] = n + 1
		}
	}
	return out
}

// replaced is data with another value at a path, or as they were when they do not reach so far.
func replaced(data json.RawMessage, path []any, value any) json.RawMessage {
	var whole any
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	decoder.Decode(&whole) // our own data always decode
	if !put(&whole, path, value) {
		return data
	}
	text, _ := json.Marshal(whole) // and encode
	return text
}

func put(into *any, path []any, value any) bool {
	if len(path) == 0 {
		*into = value
		return true
	}
	switch at := (*into).(type) {
	case map[string]any:
		inner, ok := at[path[0].(string)]
		ok = ok && put(&inner, path[1:], value)
		at[path[0].(string)] = inner
		return ok
	case []any:
		return put(&at[path[0].(int)], path[1:], value)
	}
	return false
}

// sendBadly sends a result as the switched-on bugs want it, or nothing if no bug cares.
func (g *graphQL) sendBadly(w http.ResponseWriter, r *http.Request, rep reply, media string) bool {
	out := rep.body.(result)
	media += "; charset=utf-8"
	switch executed := len(out.Data) > 0; {
	case g.s.bug("gql-field-errors-500") && executed && out.Errors != nil:
		g.s.send(w, r, http.StatusInternalServerError, media, out)
	case g.s.bug("gql-text-plain"):
		g.s.send(w, r, rep.status, "text/plain; charset=utf-8", out)
	case g.s.bug("gql-empty-errors") && out.Errors == nil:
		g.s.send(w, r, rep.status, media, map[string]any{"data": out.Data, "errors": []resultError{}})
	case g.s.bug("gql-status-member"):
		g.s.send(w, r, rep.status, media, struct {
			result
			Status string `json:"status"`
		}{out, map[bool]string{true: "success", false: "failure"}[out.Errors == nil]})
	case g.s.bug("gql-null-data") && !executed:
		out.Data = json.RawMessage("null")
		g.s.send(w, r, rep.status, media, out)
	case g.s.bug("gql-no-trace") && out.Errors != nil:
		g.s.send(untraced{w}, r, rep.status, media, out)
	default:
		return false
	}
	return true
}

// untraced is an answer without the id of its trace.
type untraced struct{ http.ResponseWriter }

// WriteHeader takes it out at the last moment.
func (u untraced) WriteHeader(status int) {
	u.Header().Del("X-Request-Id")
	u.ResponseWriter.WriteHeader(status)
}

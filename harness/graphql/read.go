package graphql

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
)

// The sections of the GraphQL specification, edition October 2021, by whose numbers they are cited, that answers are held against.
const (
	citeFormat = "GraphQL specification 7.1"
	citeErrors = "GraphQL specification 7.1.2"
)

// ReadAnswer reads the body of a response, and lists in what it breaks the response format (section 7.1): an answer without a breach can
// be relied on in its form.
func ReadAnswer(body []byte) (Answer, []Breach) {
	var a Answer
	var whole any
	if err := json.Unmarshal(body, &whole); err != nil {
		return a, []Breach{{Rule: "not-json", Reason: "it is no JSON", Cite: citeFormat}}
	}
	members, ok := whole.(map[string]any)
	if !ok {
		return a, []Breach{{Rule: "not-object", Reason: "it is no JSON object", Cite: citeFormat}}
	}
	r := reading{}
	r.answer(&a, members)
	return a, r.breaches
}

// reading collects breaches.
type reading struct{ breaches []Breach }

func (r *reading) bad(rule, at, cite, format string, args ...any) {
	if len(r.breaches) >= mostBreaches {
		return
	}
	r.breaches = append(r.breaches, Breach{Rule: rule, At: at, Reason: fmt.Sprintf(format, args...), Cite: cite})
}

func (r *reading) answer(a *Answer, members map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if name != "data" && name != "errors" && name != "extensions" {
			r.bad("member", name, citeFormat, "an answer has data, errors and extensions, and no other member")
		}
	}
	a.Data, a.HasData = members["data"]
	if _, isObject := a.Data.(map[string]any); a.HasData && a.Data != nil && !isObject {
		r.bad("data", "data", citeFormat, "it is neither an object nor null")
	}
	listed, hasErrors := members["errors"]
	list, isList := listed.([]any)
	switch {
	case hasErrors && !isList:
		r.bad("errors", "errors", citeFormat, "it is no list")
	case hasErrors && len(list) == 0:
		r.bad("errors-empty", "errors", citeFormat, "it is empty: without an error it is left out")
	case !hasErrors && !a.HasData:
		r.bad("nothing", "", citeFormat, "it has neither data nor errors")
	case !hasErrors && a.Data == nil:
		r.bad("data-null", "data", citeFormat, "it is null, and there are no errors")
	}
	a.Errors = slices.Grow(a.Errors, len(list))
	for i, e := range list {
		a.Errors = append(a.Errors, r.error(fmt.Sprintf("errors[%d]", i), e))
	}
	a.Extensions = r.extensions("extensions", members)
}

// error reads one entry of errors.
func (r *reading) error(at string, entry any) Error {
	var e Error
	members, ok := entry.(map[string]any)
	if !ok {
		r.bad("error", at, citeErrors, "it is no object")
		return e
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !slices.Contains([]string{"message", "locations", "path", "extensions"}, name) {
			r.bad("error-member", at+"."+name, citeErrors, "what a service adds to an error stands in its extensions")
		}
	}
	if e.Message, ok = members["message"].(string); !ok {
		r.bad("message", at, citeErrors, "it has no message that is a text")
	}
	e.Locations = r.locations(at+".locations", members)
	e.Path = r.path(at+".path", members)
	e.Extensions = r.extensions(at+".extensions", members)
	return e
}

func (r *reading) extensions(at string, members map[string]any) map[string]any {
	value, has := members["extensions"]
	m, ok := value.(map[string]any)
	if has && value != nil && !ok {
		r.bad("extensions", at, citeFormat, "it is no object")
	}
	return m
}

// locations reads the places in the document; null, as some servers write it, is as good as none.
func (r *reading) locations(at string, members map[string]any) []Location {
	value, has := members["locations"]
	list, ok := value.([]any)
	if !has || value == nil {
		return nil
	}
	if !ok {
		r.bad("locations", at, citeErrors, "it is no list of places")
		return nil
	}
	var all []Location
	for i, entry := range list {
		m, _ := entry.(map[string]any)
		line, okLine := whole(m["line"])
		column, okColumn := whole(m["column"])
		if !okLine || !okColumn || line < 1 || column < 1 {
			r.bad("locations", fmt.Sprintf("%s[%d]", at, i), citeErrors, "line and column are numbers from 1")
			continue
		}
		all = append(all, Location{line, column})
	}
	return all
}

// path reads the place in the data.
func (r *reading) path(at string, members map[string]any) []any {
	value, has := members["path"]
	list, ok := value.([]any)
	if !has || value == nil {
		return nil
	}
	if !ok || len(list) == 0 {
		r.bad("path", at, citeErrors, "it is no list of keys and indices")
		return nil
	}
	var all []any
	for i, step := range list {
		if key, isKey := step.(string); isKey {
			all = append(all, key)
			continue
		}
		n, isIndex := whole(step)
		if !isIndex || n < 0 {
			r.bad("path", fmt.Sprintf("%s[%d]", at, i), citeErrors, "it is neither a key nor an index from 0")
			return nil
		}
		all = append(all, n)
	}
	return all
}

// whole is a number without a fraction.
func whole(v any) (int, bool) {
	f, ok := v.(float64)
	return int(f), ok && f == math.Trunc(f) && math.Abs(f) < 1<<53
}

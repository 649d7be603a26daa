package draft

import (
	"math"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// mediaExample is the example of a body; false: the document has none of it, neither of the whole nor of all that is required.
func mediaExample(m *openapi3.MediaType) (any, bool) {
	if m == nil {
		return nil, false
	}
	if m.Example != nil {
		return m.Example, true
	}
	for _, name := range sortedNames(m.Examples) {
		if x := m.Examples[name].Value; x != nil && x.Value != nil {
			return x.Value, true
		}
	}
	return schemaExample(m.Schema, 0)
}

// schemaExample is the example that a schema has, or that the members have of which it is made: all that are required, and those that
// are not where they have one.
func schemaExample(ref *openapi3.SchemaRef, depth int) (any, bool) {
	if ref == nil || ref.Value == nil || depth > 8 {
		return nil, false
	}
	s := ref.Value
	if v, ok := said(s); ok {
		return v, true
	}
	if len(s.Properties) == 0 && len(s.AllOf) == 0 {
		if s.Type.Is("array") {
			one, ok := schemaExample(s.Items, depth+1)
			return []any{one}, ok
		}
		return nil, false
	}
	out := map[string]any{}
	for _, part := range s.AllOf {
		if v, ok := schemaExample(part, depth+1); ok {
			for k, x := range asMap(v) {
				out[k] = x
			}
		} else if part.Value != nil && len(part.Value.Required) > 0 {
			return nil, false
		}
	}
	for name, p := range s.Properties {
		v, ok := schemaExample(p, depth+1)
		switch {
		case p.Value != nil && p.Value.ReadOnly:
		case ok:
			out[name] = v
		case slices.Contains(s.Required, name):
			return nil, false
		}
	}
	return out, len(out) > 0
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// said is a value that a schema names itself: an example, its default, its constant, or the first of its enumeration.
func said(s *openapi3.Schema) (any, bool) {
	switch {
	case s.Example != nil:
		return s.Example, true
	case len(s.Examples) > 0:
		return s.Examples[0], true
	case s.Const != nil:
		return s.Const, true
	case s.Default != nil:
		return s.Default, true
	case len(s.Enum) > 0:
		return s.Enum[0], true
	}
	return nil, false
}

// closed tells whether any value of a schema is as good as another, since it lists them.
func closed(ref *openapi3.SchemaRef) bool {
	return ref != nil && ref.Value != nil && (len(ref.Value.Enum) > 0 || ref.Value.Const != nil || ref.Value.Type.Is("boolean"))
}

// parameterExample is the example of a parameter, or else the smallest value that fits its schema; exact tells which.
func parameterExample(p *openapi3.Parameter) (v any, exact bool) {
	if p.Example != nil {
		return p.Example, true
	}
	for _, name := range sortedNames(p.Examples) {
		if x := p.Examples[name].Value; x != nil && x.Value != nil {
			return x.Value, true
		}
	}
	if p.Schema == nil || p.Schema.Value == nil {
		return "1", false
	}
	v, ok := schemaExample(p.Schema, 0)
	if ok {
		if list, is := v.([]any); is && len(list) > 0 {
			v = list[0]
		}
		return v, true
	}
	return fitting(p.Schema.Value), false
}

// formats are values that fit a format (OpenAPI Format Registry, JSON Schema 2020-12 validation, 7.3).
var formats = map[string]string{
	"uuid": "00000000-0000-4000-8000-000000000001", "date": "2026-01-15", "date-time": "2026-01-15T12:00:00Z", "time": "12:00:00Z",
	"email": "ann@example.com", "uri": "https://example.com/", "hostname": "example.com", "ipv4": "192.0.2.1", "ipv6": "2001:db8::1",
}

// fitting is the smallest value that fits a simple schema.
func fitting(s *openapi3.Schema) any {
	switch {
	case s.Type.Includes("integer"), s.Type.Includes("number"):
		low := 1.0
		if s.Min != nil && *s.Min > low {
			low = math.Ceil(*s.Min)
		}
		if s.Max != nil && *s.Max < low {
			low = math.Floor(*s.Max)
		}
		return int64(low)
	case s.Type.Is("boolean"):
		return true
	case formats[s.Format] != "":
		return formats[s.Format]
	case s.Type.Is("array") && s.Items != nil && s.Items.Value != nil:
		if v, ok := said(s.Items.Value); ok {
			return v
		}
		return fitting(s.Items.Value)
	case s.MinLength > 1 && s.MinLength < 100:
		return strings.Repeat("a", int(s.MinLength))
	}
	return "1"
}

func sortedNames[V any](m map[string]V) []string {
	var all []string
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

package graphql

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Made is an operation that was made of the schema, with the values of its variables.
type Made struct {
	Written
	Field  string // of the root
	Values map[string]any
}

// Left is a field of which no operation could be made, and why.
type Left struct{ Field, Why string }

// How much the operations that are made select: so deep, and less where that would be more fields.
const (
	madeDepth  = 3
	madeFields = 500
)

// Make makes one operation for each field of the query type, and for those of the mutation type that are named: all scalars and enums,
// to a depth of 3, or less where that is more than 500 fields. Arguments have a given value (by FIELD.NAME, at the root and where they must
// be given also by NAME), or none where they need not have one; those of the root have one by their type. They are variables of the
// operation. Fields below the root that want an argument which nobody gave are left out, and all that is deprecated.
func (s *Schema) Make(mutations []string, values map[string]any) (made []Made, left []Left) {
	for _, root := range []struct {
		kind string
		def  *ast.Definition
		want func(name string) bool
	}{
		{Query, s.types.Query, func(name string) bool { return !strings.HasPrefix(name, "__") }},
		{Mutation, s.types.Mutation, func(name string) bool { return slices.Contains(mutations, name) }},
	} {
		if root.def == nil {
			continue
		}
		for _, f := range root.def.Fields {
			if !root.want(f.Name) || f.Directives.ForName("deprecated") != nil {
				continue
			}
			m, why := s.make(root.kind, f, values)
			if why != "" {
				left = append(left, Left{f.Name, why})
			} else {
				made = append(made, m)
			}
		}
	}
	for _, name := range mutations {
		if s.types.Mutation == nil || s.types.Mutation.Fields.ForName(name) == nil {
			left = append(left, Left{name, "the schema has no such mutation"})
		}
	}
	return made, left
}

// make makes the operation for one field; why says why it cannot be made.
func (s *Schema) make(kind string, f *ast.FieldDefinition, examples map[string]any) (m Made, why string) {
	w := &writer{Schema: s, examples: examples, operation: f.Name}
	text := ""
	for _, b := range []bounds{{depth: madeDepth}, {depth: 2}, {depth: 2, one: true}, {depth: 1}} {
		if text, why = w.write(kind, f, b); why != "" {
			return m, why
		}
		if w.fields <= madeFields {
			break
		}
	}
	written, err := s.Parse(f.Name, []byte(text), w.given)
	if err != nil {
		return m, err.Error()
	}
	written[0].Pos.File, written[0].Pos.Line, written[0].Pos.Col = "", 0, 0
	return Made{Written: written[0], Field: f.Name, Values: w.given}, ""
}

package graphql

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// example is the value that the lab gives for an argument.
func (w *writer) example(field, argument string) (any, bool) {
	if v, ok := w.examples[field+"."+argument]; ok {
		return v, true
	}
	v, ok := w.examples[argument]
	return v, ok
}

// fits tells whether a value that was given for another argument of the same name can be one of a type.
func fits(t *ast.Type, value any) bool {
	switch value.(type) {
	case string:
		return !slices.Contains([]string{"Int", "Float", "Boolean"}, t.Name())
	case bool:
		return !slices.Contains([]string{"Int", "Float", "String", "ID"}, t.Name())
	case int, int64, float64:
		return !slices.Contains([]string{"String", "Boolean"}, t.Name())
	}
	return true
}

// value makes a value by its type. A list of what contains itself is empty; else no such value can be made.
func (w *writer) value(t *ast.Type, way []string) (value any, why string) {
	if t.Elem != nil {
		if slices.Contains(way, t.Name()) {
			return []any{}, ""
		}
		inner, why := w.value(t.Elem, way)
		return []any{inner}, why
	}
	switch d := w.named(t.NamedType); d.Kind {
	case ast.Enum:
		return firstOf(d), ""
	case ast.InputObject:
		return w.input(d, way)
	}
	simple := map[string]any{"Int": 1, "Float": 1.5, "String": "a", "Boolean": true, "ID": "1"}
	if v, ok := simple[t.NamedType]; ok {
		return v, ""
	}
	return nil, "nobody knows what a " + t.NamedType + " looks like; give one under `graphql: {variables: ...}`"
}

// firstOf is the first value of an enum, of those that are not deprecated if there are.
func firstOf(enum *ast.Definition) string {
	for _, v := range enum.EnumValues {
		if v.Directives.ForName("deprecated") == nil {
			return v.Name
		}
	}
	return enum.EnumValues[0].Name
}

// input makes an input object with the members that must be given: of those with @oneOf exactly one.
func (w *writer) input(d *ast.Definition, way []string) (value any, why string) {
	if slices.Contains(way, d.Name) {
		return nil, d.Name + " contains itself"
	}
	way = append(slices.Clone(way), d.Name)
	members := map[string]any{}
	oneOf := d.Directives.ForName("oneOf") != nil
	for _, f := range d.Fields {
		if !oneOf && (!f.Type.NonNull || f.DefaultValue != nil) {
			continue
		}
		made, no := w.value(f.Type, way)
		if no != "" {
			why = no
			continue
		}
		members[f.Name] = made
		if oneOf {
			return members, ""
		}
	}
	if why != "" {
		return nil, why
	}
	return members, ""
}

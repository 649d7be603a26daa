package graphql

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// selection writes what is selected of a type: "" of a scalar, and where nothing can be. Types on the way to it are not entered again.
func (w *writer) selection(d *ast.Definition, way []string) string {
	if !d.IsCompositeType() {
		return ""
	}
	var fields []string
	if d.IsAbstractType() {
		fields = append(fields, "__typename")
	}
	way = append(slices.Clone(way), d.Name)
	for _, f := range d.Fields {
		if w.fields > madeFields && w.depth > 1 || w.one && len(way) > 1 && len(fields) > 0 {
			break // too much, which is written again with less; or enough
		}
		named := w.named(f.Type.Name())
		enters := named.IsCompositeType()
		if strings.HasPrefix(f.Name, "__") || f.Directives.ForName("deprecated") != nil || enters && (len(way) >= w.depth || slices.Contains(way, named.Name)) {
			continue
		}
		if text := w.field(f, named, way); text != "" {
			fields = append(fields, text)
		}
	}
	if len(fields) == 0 {
		return ""
	}
	indent := strings.Repeat("  ", len(way)+1)
	return " {\n" + indent + strings.Join(fields, "\n"+indent) + "\n" + indent[2:] + "}"
}

// field writes a field below the root: "" where it cannot be asked for.
func (w *writer) field(f *ast.FieldDefinition, named *ast.Definition, way []string) string {
	before := len(w.variables)
	arguments, ok := w.below(f)
	if !ok {
		return ""
	}
	inner := w.selection(named, way)
	if inner == "" && named.IsCompositeType() {
		w.forget(before)
		return ""
	}
	w.fields++
	return f.Name + arguments + inner
}

package graphql

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// writer writes one operation.
type writer struct {
	*Schema
	examples  map[string]any
	operation string

	bounds
	fields    int            // that were selected
	variables []Variable     // in the order in which they are used
	given     map[string]any // their values
}

// bounds are how much is selected: how deep, and whether but one field of what is not the first object.
type bounds struct {
	depth int
	one   bool
}

// write writes the operation for a field of the root.
func (w *writer) write(kind string, f *ast.FieldDefinition, b bounds) (text, why string) {
	w.bounds, w.fields, w.variables, w.given = b, 0, nil, map[string]any{}
	arguments, why := w.root(f)
	if why != "" {
		return "", why
	}
	named := w.named(f.Type.Name())
	selection := w.selection(named, nil)
	if selection == "" && named.IsCompositeType() {
		selection = " {\n    __typename\n  }" // of what has no other field that can be asked for
	}
	var declared []string
	for _, v := range w.variables {
		declared = append(declared, "$"+v.Name+": "+string(v.Type))
	}
	return fmt.Sprintf("%s %s%s {\n  %s%s%s\n}\n", kind, w.operation, listed(declared), f.Name, arguments, selection), ""
}

// root writes the arguments of a field of the root.
func (w *writer) root(f *ast.FieldDefinition) (text, why string) {
	var all []string
	for _, a := range f.Arguments {
		value, ok := w.example(f.Name, a.Name)
		if !ok && !wanted(a) {
			continue
		}
		if !ok {
			if value, why = w.value(a.Type, nil); why != "" {
				return "", fmt.Sprintf("the argument %s needs a value: %s", a.Name, why)
			}
		}
		all = append(all, w.argument(f.Name, a, value))
	}
	return listed(all), ""
}

// below writes the arguments of a field below the root; false: it wants one that nobody gave.
func (w *writer) below(f *ast.FieldDefinition) (string, bool) {
	values := map[string]any{}
	for _, a := range f.Arguments {
		value, ok := w.examples[f.Name+"."+a.Name]
		if wanted(a) && !ok {
			if value, ok = w.examples[a.Name]; !ok || !fits(a.Type, value) {
				return "", false
			}
		}
		if ok {
			values[a.Name] = value
		}
	}
	var all []string
	for _, a := range f.Arguments {
		if value, ok := values[a.Name]; ok {
			all = append(all, w.argument(f.Name, a, value))
		}
	}
	return listed(all), true
}

// argument writes an argument as a variable, which has its name where no other has it already.
func (w *writer) argument(field string, a *ast.ArgumentDefinition, value any) string {
	v := Variable{Name: a.Name, Type: Type(a.Type.String())}
	for {
		i := slices.IndexFunc(w.variables, func(o Variable) bool { return o.Name == v.Name })
		if i < 0 {
			w.variables, w.given[v.Name] = append(w.variables, v), value
			break
		}
		if w.variables[i].Type == v.Type && reflect.DeepEqual(w.given[v.Name], value) {
			break
		}
		v.Name = field + "_" + v.Name
	}
	return a.Name + ": $" + v.Name
}

// forget takes back the variables behind the first n.
func (w *writer) forget(n int) {
	for _, v := range w.variables[n:] {
		delete(w.given, v.Name)
	}
	w.variables = w.variables[:n]
}

func listed(arguments []string) string {
	if len(arguments) == 0 {
		return ""
	}
	return "(" + strings.Join(arguments, ", ") + ")"
}

// wanted tells whether an argument must be given.
func wanted(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil }

package graphql

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

// Alone gives, for each field of the root of a query that has several, the document that asks for it alone, by its response key. What
// stands in fragments at the root is left out.
func Alone(document, operation string) map[string]string {
	doc, err := parser.ParseQuery(&ast.Source{Input: document})
	if err != nil {
		return nil
	}
	op := doc.Operations.ForName(operation)
	if op == nil || op.Operation != ast.Query || len(op.SelectionSet) < 2 {
		return nil
	}
	all := map[string]string{}
	for _, selected := range op.SelectionSet {
		field, ok := selected.(*ast.Field)
		if !ok || strings.HasPrefix(field.Name, "__") {
			continue
		}
		key := field.Alias
		if key == "" {
			key = field.Name
		}
		all[key] = only(doc, op, field)
	}
	return all
}

// only is a document of one operation that selects one field, with the variables and fragments that it uses.
func only(doc *ast.QueryDocument, op *ast.OperationDefinition, field *ast.Field) string {
	used := uses{fragments: map[string]bool{}, variables: map[string]bool{}, doc: doc}
	used.selection(ast.SelectionSet{field})
	one := *op
	one.Name, one.SelectionSet, one.VariableDefinitions = "", ast.SelectionSet{field}, nil
	for _, v := range op.VariableDefinitions {
		if used.variables[v.Variable] {
			one.VariableDefinitions = append(one.VariableDefinitions, v)
		}
	}
	out := ast.QueryDocument{Operations: ast.OperationList{&one}}
	for _, f := range doc.Fragments {
		if used.fragments[f.Name] {
			out.Fragments = append(out.Fragments, f)
		}
	}
	var text strings.Builder
	formatter.NewFormatter(&text).FormatQueryDocument(&out)
	return text.String()
}

// uses are the fragments and variables that a selection uses, also through fragments.
type uses struct {
	doc                  *ast.QueryDocument
	fragments, variables map[string]bool
}

func (u uses) selection(set ast.SelectionSet) {
	for _, selected := range set {
		switch s := selected.(type) {
		case *ast.Field:
			u.arguments(s.Arguments)
			u.directives(s.Directives)
			u.selection(s.SelectionSet)
		case *ast.InlineFragment:
			u.directives(s.Directives)
			u.selection(s.SelectionSet)
		case *ast.FragmentSpread:
			u.directives(s.Directives)
			if f := u.doc.Fragments.ForName(s.Name); f != nil && !u.fragments[s.Name] {
				u.fragments[s.Name] = true
				u.selection(f.SelectionSet)
			}
		}
	}
}

func (u uses) directives(all ast.DirectiveList) {
	for _, d := range all {
		u.arguments(d.Arguments)
	}
}

func (u uses) arguments(all ast.ArgumentList) {
	for _, a := range all {
		u.value(a.Value)
	}
}

func (u uses) value(v *ast.Value) {
	if v == nil {
		return
	}
	if v.Kind == ast.Variable {
		u.variables[v.Raw] = true
	}
	for _, c := range v.Children {
		u.value(c.Value)
	}
}

package graphql

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/failwell/failwell/harness/decode"
)

// importer makes definitions of what introspection tells. What a service of an older edition does not tell is as if there were none.
type importer struct {
	at  decode.Pos
	bad decode.Problems
}

// document is the schema as if it had been written.
func (i *importer) document(d described) *ast.SchemaDocument {
	roots := &ast.SchemaDefinition{Position: nowhere()}
	for _, root := range []struct {
		operation ast.Operation
		named     *struct{ Name string }
	}{{ast.Query, d.QueryType}, {ast.Mutation, d.MutationType}, {ast.Subscription, d.SubscriptionType}} {
		if root.named != nil {
			roots.OperationTypes = append(roots.OperationTypes, &ast.OperationTypeDefinition{Operation: root.operation, Type: root.named.Name, Position: nowhere()})
		}
	}
	doc := &ast.SchemaDocument{Schema: ast.SchemaDefinitionList{roots}}
	for _, t := range d.Types {
		if !strings.HasPrefix(t.Name, "__") && !builtIn(t.Name) {
			doc.Definitions = append(doc.Definitions, i.definition(t))
		}
	}
	for _, one := range d.Directives {
		if !slices.Contains([]string{"skip", "include", "deprecated", "specifiedBy", "oneOf", "defer"}, one.Name) {
			doc.Directives = append(doc.Directives, &ast.DirectiveDefinition{Name: one.Name, Locations: one.Locations,
				Arguments: i.arguments("@"+one.Name+"(", ":)", one.Args), Position: nowhere()})
		}
	}
	implemented(doc, d.Types)
	return doc
}

// implemented adds what only interfaces tell: who implements them.
func implemented(doc *ast.SchemaDocument, types []describedType) {
	silent := map[string]*ast.Definition{}
	for _, d := range doc.Definitions {
		if d.Kind == ast.Object && len(d.Interfaces) == 0 {
			silent[d.Name] = d
		}
	}
	for _, t := range types {
		if t.Kind != string(ast.Interface) {
			continue
		}
		for _, p := range t.PossibleTypes {
			if d := silent[p.Name]; d != nil && !slices.Contains(d.Interfaces, t.Name) {
				d.Interfaces = append(d.Interfaces, t.Name)
			}
		}
	}
}

func builtIn(name string) bool {
	return slices.Contains([]string{"Int", "Float", "String", "Boolean", "ID"}, name)
}

func (i *importer) definition(t describedType) *ast.Definition {
	out := &ast.Definition{Kind: ast.DefinitionKind(t.Kind), Name: t.Name, Position: nowhere()}
	switch out.Kind {
	case ast.Scalar, ast.Object, ast.Interface, ast.Enum, ast.InputObject:
	case ast.Union:
		for _, p := range t.PossibleTypes {
			out.Types = append(out.Types, p.Name)
		}
	default:
		i.bad.Add(i.at, "the type %q is of no kind that is known: %q", t.Name, t.Kind)
	}
	for _, one := range t.Interfaces {
		out.Interfaces = append(out.Interfaces, one.Name)
	}
	for _, v := range t.EnumValues {
		out.EnumValues = append(out.EnumValues, &ast.EnumValueDefinition{Name: v.Name, Directives: deprecated(v.IsDeprecated), Position: nowhere()})
	}
	for _, f := range t.Fields {
		of := t.Name + "." + f.Name
		out.Fields = append(out.Fields, &ast.FieldDefinition{Name: f.Name, Type: i.written(of, f.Type), Arguments: i.arguments(of+"(", ":)", f.Args),
			Directives: deprecated(f.IsDeprecated), Position: nowhere()})
	}
	for _, a := range i.arguments(t.Name+".", "", t.InputFields) {
		out.Fields = append(out.Fields, &ast.FieldDefinition{Name: a.Name, Type: a.Type, DefaultValue: a.DefaultValue, Position: nowhere()})
	}
	return out
}

// arguments are those of a field or a directive, or the members of an input. Before and after make a place of the name of one.
func (i *importer) arguments(before, after string, all []describedInput) (out ast.ArgumentDefinitionList) {
	for _, a := range all {
		one := &ast.ArgumentDefinition{Name: a.Name, Type: i.written(before+a.Name+after, a.Type), Position: nowhere()}
		if a.DefaultValue != nil {
			one.DefaultValue = constant(*a.DefaultValue)
		}
		out = append(out, one)
	}
	return out
}

// written is a type as a schema writes it. One that is not told is a mistake, and reads as a String.
func (i *importer) written(of string, r *reference) *ast.Type {
	switch {
	case r == nil || r.Kind != "NON_NULL" && r.Kind != "LIST" && r.Name == "":
		i.bad.Add(i.at, "the type of %s is not told, or is nested deeper than was asked", of)
		return ast.NamedType("String", nowhere())
	case r.Kind == "NON_NULL":
		one := i.written(of, r.OfType)
		one.NonNull = true
		return one
	case r.Kind == "LIST":
		return ast.ListType(i.written(of, r.OfType), nowhere())
	}
	return ast.NamedType(r.Name, nowhere())
}

// nowhere is the place of what no file holds.
func nowhere() *ast.Position { return &ast.Position{Src: &ast.Source{}} }

func deprecated(is bool) ast.DirectiveList {
	if !is {
		return nil
	}
	return ast.DirectiveList{{Name: "deprecated", Position: nowhere()}}
}

// constant reads a value in the language of GraphQL; one that cannot be read is as good as null: that there is a default is what matters.
func constant(text string) *ast.Value {
	doc, err := parser.ParseQuery(&ast.Source{Input: "{ a(b: " + text + ") }"})
	if err == nil && len(doc.Operations) == 1 {
		if field, ok := doc.Operations[0].SelectionSet[0].(*ast.Field); ok && len(field.Arguments) == 1 {
			return field.Arguments[0].Value
		}
	}
	return &ast.Value{Kind: ast.NullValue, Raw: "null", Position: nowhere()}
}

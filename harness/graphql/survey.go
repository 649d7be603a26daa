package graphql

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/failwell/failwell/harness/decode"
)

// survey finds the usual mistakes of a schema all at once, of which gqlparser tells the first.
type survey struct {
	file       string
	bad        decode.Problems
	types      map[string]*ast.Definition
	names      []string // of types that may be meant
	directives []string
}

// surveyed tells what is defined twice, and what is used but not defined. It takes directives that are not defined off the definitions:
// those of code generators and gateways seldom are, and they say nothing of what an answer looks like. One that is but misspelt is a mistake.
func surveyed(file string, doc *ast.SchemaDocument) error {
	s := &survey{file: file, types: map[string]*ast.Definition{}}
	for _, d := range doc.Definitions {
		if first := s.types[d.Name]; first != nil {
			s.bad.Add(s.pos(d.Position), "type %s is defined twice, first %s", d.Name, s.first(first.Position))
			continue
		}
		s.define(d)
	}
	for _, d := range doc.Extensions {
		if s.types[d.Name] == nil {
			s.define(d)
		}
	}
	for _, d := range doc.Directives {
		s.directives = append(s.directives, d.Name)
	}
	for _, roots := range slices.Concat(doc.Schema, doc.SchemaExtension) {
		roots.Directives = s.known(roots.Directives)
		for _, r := range roots.OperationTypes {
			s.named(r.Position, r.Type, "the schema has the "+string(r.Operation)+" type")
		}
	}
	for _, d := range doc.Directives {
		d.Directives = s.known(d.Directives)
		s.arguments("@"+d.Name, d.Arguments)
	}
	for _, d := range slices.Concat(doc.Definitions, doc.Extensions) {
		s.definition(d)
	}
	return s.bad.Err()
}

func (s *survey) define(d *ast.Definition) {
	s.types[d.Name] = d
	if !strings.HasPrefix(d.Name, "__") {
		s.names = append(s.names, d.Name)
	}
}

func (s *survey) definition(d *ast.Definition) {
	d.Directives = s.known(d.Directives)
	for _, i := range d.Interfaces {
		s.named(d.Position, i, d.Name+" implements")
	}
	for i, t := range d.Types {
		pos := d.Position
		if i < len(d.TypePositions) {
			pos = d.TypePositions[i]
		}
		s.named(pos, t, d.Name+" has the member")
	}
	for _, v := range d.EnumValues {
		v.Directives = s.known(v.Directives)
	}
	first := map[string]*ast.Position{}
	for _, f := range d.Fields {
		of := d.Name + "." + f.Name
		if at, twice := first[f.Name]; twice {
			s.bad.Add(s.pos(f.Position), "%s is defined twice, first %s", of, s.first(at))
		}
		first[f.Name] = f.Position
		f.Directives = s.known(f.Directives)
		s.typed(f.Type, of)
		s.arguments(of, f.Arguments)
	}
}

func (s *survey) arguments(of string, all ast.ArgumentDefinitionList) {
	for _, a := range all {
		a.Directives = s.known(a.Directives)
		s.typed(a.Type, of+"("+a.Name+":)")
	}
}

// typed looks at the type of a field or an argument.
func (s *survey) typed(t *ast.Type, of string) {
	for t.Elem != nil {
		t = t.Elem
	}
	s.named(t.Position, t.NamedType, of+" has the type")
}

// named tells of a type that is used and not defined.
func (s *survey) named(at *ast.Position, name, says string) {
	if s.types[name] == nil {
		s.bad.Add(s.pos(at), "%s %s, which is not defined%s", says, name, decode.DidYouMean(name, s.names))
	}
}

// known are the directives that are defined.
func (s *survey) known(all ast.DirectiveList) ast.DirectiveList {
	return slices.DeleteFunc(all, func(d *ast.Directive) bool {
		if slices.Contains(s.directives, d.Name) {
			return false
		}
		if near := decode.Nearest(d.Name, s.directives); near != "" {
			s.bad.Add(s.pos(d.Position), "there is no directive @%s; did you mean @%s?", d.Name, near)
		}
		return true
	})
}

// pos is a place of gqlparser as one of the file; what introspection tells has none in it.
func (s *survey) pos(at *ast.Position) decode.Pos {
	if at == nil {
		return decode.Pos{File: s.file}
	}
	return decode.Pos{File: s.file, Line: at.Line, Col: at.Column}
}

// first says where something was defined first.
func (s *survey) first(at *ast.Position) string {
	if at == nil || at.Src == nil || at.Src.BuiltIn {
		return "by GraphQL itself"
	}
	return "at " + s.pos(at).String()
}

package graphql

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/failwell/failwell/harness/decode"
)

// Written is one operation of a document, as it is sent.
type Written struct {
	Operation
	Document string     // the whole of it
	Pos      decode.Pos // where the operation begins
}

// Parse parses a document, holds it against the schema and gives its operations. Values are those of variables that are known: what
// @skip and @include say by others stays open. The error is a decode.Problems of everything that is wrong.
func (s *Schema) Parse(file string, src []byte, values map[string]any) ([]Written, error) {
	doc, err := parser.ParseQuery(&ast.Source{Name: file, Input: string(src)})
	if err != nil {
		return nil, placed(file, err)
	}
	var bad decode.Problems
	rules := rules.NewDefaultRules()
	rules.AddRule("NoDefer", noDefer)
	if found := validator.ValidateWithRules(s.types, doc, rules); len(found) > 0 {
		bad.Join(placed(file, found), decode.Pos{File: file})
	}
	if len(doc.Operations) == 0 {
		bad.Add(decode.Pos{File: file}, "there is no operation in it")
	}
	var all []Written
	for _, op := range doc.Operations {
		pos := decode.Pos{File: file}
		if op.Position != nil {
			pos.Line, pos.Col = op.Position.Line, op.Position.Column
		}
		if op.Operation == ast.Subscription {
			bad.Add(pos, "a subscription cannot be asked for yet; leave it out")
		}
		if len(bad) == 0 {
			all = append(all, Written{Operation: s.compile(doc, op, values), Document: string(src), Pos: pos})
		}
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	return all, nil
}

// noDefer refuses @defer, which gqlparser knows in every schema: what it defers comes in answers of its own.
func noDefer(observers *core.Events, bad core.AddErrFunc) {
	observers.OnDirective(func(_ *core.Walker, d *ast.Directive) {
		if d.Name == "defer" {
			bad(core.Message("@defer cannot be asked for yet; leave it out"), core.At(d.Position))
		}
	})
}

// compile gives an operation with all of the schema that its answers are judged by.
func (s *Schema) compile(doc *ast.QueryDocument, op *ast.OperationDefinition, values map[string]any) Operation {
	root, kind := s.types.Query, Query
	if op.Operation == ast.Mutation {
		root, kind = s.types.Mutation, Mutation
	}
	c := newCollector(s, doc, values)
	out := Operation{Kind: kind, Name: op.Name}
	for _, v := range op.VariableDefinitions {
		named := s.named(v.Type.Name())
		out.Variables = append(out.Variables, Variable{Name: v.Variable, Type: Type(v.Type.String()),
			Required: v.Type.NonNull && v.DefaultValue == nil, Enum: named != nil && named.Kind == ast.Enum})
		c.defaults[v.Variable] = v.DefaultValue
	}
	out.Root = c.selection(root, []part{{set: op.SelectionSet}}).Selection
	return out
}

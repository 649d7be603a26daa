package graphql

import (
	"bytes"
	"errors"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/failwell/failwell/harness/decode"
)

// Schema is a schema that has been read and holds together.
type Schema struct{ types *ast.Schema }

// Read reads a schema: SDL, or the JSON that an introspection query gives. The error is a decode.Problems with the places in the file.
func Read(file string, src []byte) (*Schema, error) {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	switch text := bytes.TrimSpace(src); {
	case bytes.HasPrefix(text, []byte("{")):
		doc, err := imported(file, src)
		if err != nil {
			return nil, err
		}
		return valid(file, doc)
	case bytes.HasPrefix(text, []byte("<")):
		return nil, decode.Problems{{Pos: decode.Pos{File: file}, What: "it is HTML or XML, neither a schema nor the result of an introspection query"}}
	}
	doc, err := parser.ParseSchema(&ast.Source{Name: file, Input: string(src)})
	if err != nil {
		return nil, placed(file, err)
	}
	return valid(file, doc)
}

// valid makes a schema of a document, with the types that every schema has.
func valid(file string, own *ast.SchemaDocument) (*Schema, error) {
	doc := validator.PreludeDocument()
	doc.Merge(own)
	if err := surveyed(file, doc); err != nil {
		return nil, err
	}
	types, err := validator.ValidateSchemaDocument(doc)
	if err := placed(file, err); err != nil {
		return nil, err
	}
	if types.Query == nil {
		return nil, decode.Problems{{Pos: decode.Pos{File: file}, What: "the schema has no query type, so nothing can be asked"}}
	}
	return &Schema{types: types}, nil
}

// placed is an error of gqlparser with its places in a file.
func placed(file string, err error) error {
	var bad decode.Problems
	for _, e := range each(err) {
		pos := decode.Pos{File: file}
		if len(e.Locations) > 0 {
			pos.Line, pos.Col = e.Locations[0].Line, e.Locations[0].Column
		}
		bad.Add(pos, "%s", e.Message)
	}
	return bad.Err()
}

// each lists the errors in one.
func each(err error) []*gqlerror.Error {
	var list gqlerror.List
	var one *gqlerror.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &list):
		return list
	case errors.As(err, &one):
		return []*gqlerror.Error{one}
	}
	return []*gqlerror.Error{{Message: err.Error()}}
}

// named is the definition of a type by its name; nil: there is none.
func (s *Schema) named(name string) *ast.Definition { return s.types.Types[name] }

// concrete are the names of the object types that a value of a type may be, in the order of the schema.
func (s *Schema) concrete(d *ast.Definition) []string {
	if d.Kind == ast.Object {
		return []string{d.Name}
	}
	var all []string
	for _, p := range s.types.GetPossibleTypes(d) {
		all = append(all, p.Name)
	}
	return all
}

package graphql

import "github.com/vektah/gqlparser/v2/ast"

// reached are the names of the types that operations can come upon.
func (s *Schema) reached() map[string]bool {
	seen := map[string]bool{}
	var next []*ast.Definition
	visit := func(d *ast.Definition) {
		if d != nil && !seen[d.Name] {
			seen[d.Name] = true
			next = append(next, d)
		}
	}
	visit(s.types.Query)
	visit(s.types.Mutation)
	for len(next) > 0 {
		d := next[len(next)-1]
		next = next[:len(next)-1]
		for _, f := range d.Fields {
			visit(s.named(f.Type.Name()))
			for _, a := range f.Arguments {
				visit(s.named(a.Type.Name()))
			}
		}
		for _, i := range d.Interfaces {
			visit(s.named(i))
		}
		for _, p := range s.types.GetPossibleTypes(d) {
			visit(p)
		}
	}
	return seen
}

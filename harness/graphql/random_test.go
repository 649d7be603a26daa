package graphql_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	reference "github.com/graphql-go/graphql"
	"github.com/graphql-go/graphql/language/ast"
	"github.com/graphql-go/graphql/language/parser"

	"github.com/failwell/failwell/harness/graphql"
)

// world is a random schema, an operation that selects all of it, and the same schema for the reference executor.
type world struct {
	*rand.Rand
	document string
	op       graphql.Operation
	served   reference.Schema
	ast      *ast.Document
}

// The shape of a random schema: objects that lead only to later ones, so that everything can be selected.
const (
	objects = 5
	perType = 4
)

// newWorld makes a random schema. U is a union of the last two objects; of the second it selects under other names, so that the answers
// of both can be told.
func newWorld(t *testing.T, r *rand.Rand) world {
	t.Helper()
	w := world{Rand: r}
	types := map[string]reference.Output{"Int": reference.Int, "String": reference.String, "Boolean": reference.Boolean,
		"Colour": reference.NewEnum(reference.EnumConfig{Name: "Colour", Values: reference.EnumValueConfigMap{"RED": {Value: "RED"}, "BLUE": {Value: "BLUE"}}})}
	texts, selections := []string{"enum Colour { RED BLUE }"}, map[string]string{}
	var made []*reference.Object
	for i := objects - 1; i >= 0; i-- {
		name := fmt.Sprintf("T%d", i)
		if i == 0 {
			name = "Query"
		}
		object, sdl, selected := w.objectType(name, i, types, selections)
		types[name], selections[name] = object, " { "+selected+" }"
		texts, made = append(texts, sdl), append(made, object)
		if i == objects-2 {
			types["U"] = union(made)
			texts = append(texts, "union U = "+made[0].Name()+" | "+made[1].Name())
			other := strings.TrimSuffix(strings.TrimPrefix(selections[made[0].Name()], " { "), " }")
			selections["U"] = " { kind: __typename ... on " + made[1].Name() + selections[made[1].Name()] + " ... on " + made[0].Name() + " { " + other + " } }"
		}
	}
	var err error
	if w.served, err = reference.NewSchema(reference.SchemaConfig{Query: types["Query"].(*reference.Object)}); err != nil {
		t.Fatal(err)
	}
	sdl, document := strings.Join(texts, "\n"), "query "+selections["Query"]
	written, err := read(t, sdl).Parse("ops.graphql", []byte(document), nil)
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, sdl, document)
	}
	w.op, w.document = written[0].Operation, document
	if w.ast, err = parser.Parse(parser.ParseParams{Source: document}); err != nil {
		t.Fatal(err)
	}
	return w
}

func union(of []*reference.Object) *reference.Union {
	return reference.NewUnion(reference.UnionConfig{Name: "U", Types: of, ResolveType: func(p reference.ResolveTypeParams) *reference.Object {
		if p.Value.(map[string]any)["__typename"] == of[0].Name() {
			return of[0]
		}
		return of[1]
	}})
}

// objectType makes the n-th object type for the executor, as a schema writes it, and what is selected of it.
func (w world) objectType(name string, n int, types map[string]reference.Output, selections map[string]string) (*reference.Object, string, string) {
	var sdl, selected []string
	fields := reference.Fields{}
	for f := range perType {
		leaf := []string{"Int", "String", "Boolean", "Colour"}[w.IntN(4)]
		switch {
		case n < objects-2 && w.IntN(5) == 0:
			leaf = "U"
		case n < objects-2 && w.IntN(2) == 0:
			leaf = fmt.Sprintf("T%d", n+1+w.IntN(objects-1-n))
		}
		typ, text := w.wrapped(types[leaf], leaf)
		field := fmt.Sprintf("f%d", f)
		fields[field] = &reference.Field{Type: typ, Resolve: resolve}
		sdl = append(sdl, field+": "+text)
		key := fmt.Sprintf("%s%d: %s", strings.ToLower(name), f, field)
		if n < objects-2 && w.IntN(2) == 0 {
			key = field
		}
		selected = append(selected, key+selections[leaf])
	}
	return reference.NewObject(reference.ObjectConfig{Name: name, Fields: fields}), "type " + name + " { " + strings.Join(sdl, " ") + " }", strings.Join(selected, " ")
}

// wrapped puts a type into lists and non-nulls at random.
func (w world) wrapped(typ reference.Output, text string) (reference.Output, string) {
	null := func() {
		if w.IntN(2) == 0 {
			typ, text = reference.NewNonNull(typ), text+"!"
		}
	}
	null()
	for w.IntN(3) == 0 {
		typ, text = reference.NewList(typ), "["+text+"]"
		null()
	}
	return typ, text
}

// broken stands where a resolver fails.
type broken struct{}

// resolve gives what the source has for a field, by its response key, or fails.
func resolve(p reference.ResolveParams) (any, error) {
	node := p.Info.FieldASTs[0]
	key := node.Name.Value
	if node.Alias != nil {
		key = node.Alias.Value
	}
	v := p.Source.(map[string]any)[key]
	if _, fails := v.(broken); fails {
		return nil, errors.New("it failed")
	}
	return v, nil
}

// tree makes whole data for the operation, the source of the executor in which some positions fail, and these positions.
func (w world) tree() (whole any, source any, failed [][]any) {
	whole, source = w.object(w.op.Root, nil, &failed)
	return whole, source, failed
}

func (w world) object(of graphql.Selection, path []any, failed *[][]any) (whole, source map[string]any) {
	shape := of[w.IntN(len(of))]
	whole, source = map[string]any{}, map[string]any{"__typename": shape.Types[0]}
	for i := range shape.Fields {
		f := &shape.Fields[i]
		if f.Name == "__typename" {
			whole[f.Key] = shape.Types[0]
			continue
		}
		at := append(append([]any(nil), path...), f.Key)
		v, s := w.value(f, f.Type, at, failed)
		whole[f.Key], source[f.Key] = v, s
		if w.IntN(20) == 0 {
			source[f.Key] = broken{}
			*failed = append(*failed, at)
		}
	}
	return whole, source
}

// value makes a value of a type: a null where it may be, now and then; and in the source a null where it may not be, which fails too.
func (w world) value(f *graphql.Field, typ graphql.Type, path []any, failed *[][]any) (whole, source any) {
	if !typ.NonNull() && w.IntN(8) == 0 {
		return nil, nil
	}
	defer func() {
		if typ.NonNull() && w.IntN(40) == 0 {
			source = nil
			*failed = append(*failed, path)
		}
	}()
	if elem, ok := typ.Elem(); ok {
		list, sources := []any{}, []any{}
		for i := range w.IntN(4) {
			v, s := w.value(f, elem, append(append([]any(nil), path...), i), failed)
			list, sources = append(list, v), append(sources, s)
		}
		return list, sources
	}
	switch typ.Named() {
	case "Int":
		n := float64(w.IntN(1000))
		return n, int(n)
	case "String":
		text := fmt.Sprint(w.IntN(1000))
		return text, text
	case "Boolean":
		return true, true
	case "Colour":
		return "RED", "RED"
	}
	v, s := w.object(f.Of, path, failed)
	return v, s
}

package graphql_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/graphql"
)

// large is a schema of this many types that all lead to each other through one interface.
func large(types int) string {
	var b strings.Builder
	b.WriteString("interface Node { id: ID! name: String }\ntype Query { node(id: ID!): Node t0: T0 }\n")
	for i := range types {
		fmt.Fprintf(&b, "type T%d implements Node { id: ID! name: String! next: T%d node: Node list(first: Int = 5, after: String): [Node!]! e: E%d }\n", i, (i+1)%types, i%7)
	}
	for i := range 7 {
		fmt.Fprintf(&b, "enum E%d { A B C }\n", i)
	}
	return b.String()
}

// object is one of JSON.
type object = map[string]any

// largeTold is the same schema as introspection tells it.
func largeTold(tb testing.TB, types int) []byte {
	tb.Helper()
	named := func(kind, name string) object { return object{"kind": kind, "name": name, "ofType": nil} }
	of := func(kind string, inner object) object { return object{"kind": kind, "name": nil, "ofType": inner} }
	field := func(name string, typ object, args ...object) object {
		return object{"name": name, "isDeprecated": false, "args": args, "type": typ}
	}
	id, node := field("id", of("NON_NULL", named("SCALAR", "ID"))), named("INTERFACE", "Node")
	all := []object{
		{"kind": "INTERFACE", "name": "Node", "fields": []object{id, field("name", named("SCALAR", "String"))}},
		{"kind": "OBJECT", "name": "Query", "fields": []object{
			field("node", node, object{"name": "id", "type": of("NON_NULL", named("SCALAR", "ID"))}), field("t0", named("OBJECT", "T0"))}},
	}
	for i := range types {
		all = append(all, object{"kind": "OBJECT", "name": fmt.Sprint("T", i), "interfaces": []object{node}, "fields": []object{
			id, field("name", of("NON_NULL", named("SCALAR", "String"))), field("next", named("OBJECT", fmt.Sprint("T", (i+1)%types))), field("node", node),
			field("list", of("NON_NULL", of("LIST", of("NON_NULL", node))), object{"name": "first", "type": named("SCALAR", "Int"), "defaultValue": "5"},
				object{"name": "after", "type": named("SCALAR", "String"), "defaultValue": nil}),
			field("e", named("ENUM", fmt.Sprint("E", i%7)))}})
	}
	for i := range 7 {
		all = append(all, object{"kind": "ENUM", "name": fmt.Sprint("E", i), "enumValues": []object{{"name": "A"}, {"name": "B"}, {"name": "C"}}})
	}
	text, err := json.Marshal(object{"data": object{"__schema": object{"queryType": object{"name": "Query"}, "types": all}}})
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

func TestLargeSchemasAreTheSame(t *testing.T) {
	written, told := read(t, large(300)), read(t, string(largeTold(t, 300)))
	if d := append(written.Differs(told), told.Differs(written)...); len(d) > 0 {
		t.Errorf("%q", d)
	}
}

func BenchmarkRead3000(b *testing.B) {
	for name, src := range map[string][]byte{"SDL": []byte(large(3000)), "introspection": largeTold(b, 3000)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				if _, err := graphql.Read("schema.graphql", src); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Selections nested through an interface of 3,000 types are collected once, not once for each way; and documents are long.
func BenchmarkParse(b *testing.B) {
	s := read(b, large(3000))
	var long strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&long, " a%d: t0 { id next { name e } }", i)
	}
	const nested = "{ node(id: 1) { id ... on T1 { node { id ... on T2 { list { id ... on T3 { node { id name } } } } } } } }"
	for name, document := range map[string]string{"nested": nested, "long": "{" + long.String() + " }"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Parse("ops.graphql", []byte(document), nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

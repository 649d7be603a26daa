package graphql_test

import (
	"encoding/json"
	"testing"

	"github.com/failwell/failwell/harness/graphql"
)

// Whatever is read as a schema or a document, nothing panics; a schema is as it is, and what is made of it is asked for in its own words.
func FuzzRead(f *testing.F) {
	f.Add([]byte(shop), []byte("query($x: Boolean!) { a: rates @skip(if: $x) { eur } ...f search(text: \"a\") { ... on Line { sku } } } fragment f on Query { rates { eur } }"))
	f.Add([]byte(aged), []byte("{ node(id: 1) { id ... on Order { states } } __schema { types { name } } }"))
	f.Add(largeTold(f, 2), []byte("{ node(id: 1) { __typename name ... on T1 { list { id } } } }"))
	f.Add([]byte("type Query @key(fields: \"a\") { a(i: I = {b: [E]}): Int } extend type Query { b: U } input I @oneOf { b: [I!]! c: S } union U = Query scalar S"), []byte("{ b { ... on Query { a } } }"))
	f.Add([]byte(`{"errors": [{"message": "no"}], "data": null}`), []byte("mutation { a }"))
	f.Fuzz(func(t *testing.T, schema, document []byte) {
		s, err := graphql.Read("schema.graphql", schema)
		if err != nil {
			return
		}
		if d := s.Differs(s); d != nil {
			t.Errorf("it differs from itself: %q", d)
		}
		written, _ := s.Parse("ops.graphql", document, nil)
		for _, w := range written {
			if _, err := json.Marshal(w.Operation); err != nil {
				t.Error(err)
			}
		}
		made, _ := s.Make([]string{"create"}, map[string]any{"id": "1"})
		for _, m := range made {
			if _, err := s.Parse("made.graphql", []byte(m.Document), m.Values); err != nil {
				t.Errorf("%s: %v", m.Document, err)
			}
		}
	})
}

package graphql_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	reference "github.com/graphql-go/graphql"

	"github.com/failwell/failwell/harness/graphql"
)

// A service of the edition of 2015 tells less: no directives, no interfaces of interfaces, null and nothing where there is none.
const aged = `{"__schema": {"queryType": {"name": "Root"}, "mutationType": null, "types": [
{"kind": "SCALAR", "name": "String", "fields": null}, {"kind": "SCALAR", "name": "Time"},
{"kind": "OBJECT", "name": "__Type", "fields": [{"name": "x", "type": null}]},
{"kind": "OBJECT", "name": "Root", "interfaces": null, "fields": [
  {"name": "node", "args": [{"name": "id", "type": {"kind": "NON_NULL", "name": null, "ofType": {"kind": "SCALAR", "name": "ID", "ofType": null}}},
    {"name": "at", "type": {"kind": "SCALAR", "name": "Time"}, "defaultValue": "\"now\""},
    {"name": "odd", "type": {"kind": "SCALAR", "name": "String"}, "defaultValue": "} not GraphQL"}],
   "type": {"kind": "INTERFACE", "name": "Node"}},
  {"name": "gone", "type": {"kind": "SCALAR", "name": "String"}, "isDeprecated": true}]},
{"kind": "INTERFACE", "name": "Node", "fields": [{"name": "id", "args": [], "type": {"kind": "SCALAR", "name": "ID"}}], "possibleTypes": [{"name": "Order"}]},
{"kind": "OBJECT", "name": "Order", "fields": [{"name": "id", "type": {"kind": "SCALAR", "name": "ID"}},
  {"name": "states", "type": {"kind": "LIST", "ofType": {"kind": "ENUM", "name": "State"}}}]},
{"kind": "ENUM", "name": "State", "enumValues": [{"name": "OPEN"}, {"name": "PAID", "isDeprecated": false}]}
]}}`

func TestServicesOfOldEditions(t *testing.T) {
	s := read(t, aged)
	want := read(t, `schema { query: Root } scalar Time
type Root { node(id: ID!, at: Time = "now", odd: String = null): Node gone: String @deprecated }
interface Node { id: ID } type Order implements Node { id: ID states: [State] } enum State { OPEN PAID }`)
	if d := append(want.Differs(s), s.Differs(want)...); len(d) > 0 {
		t.Error(d)
	}
	all, err := s.Parse("ops.graphql", []byte("{ node(id: 1) { id ... on Order { states } } }"), nil)
	if err != nil || compact(all[0].Root) != "Root{node:NodeOrder{id:ID states:[State]=OPEN/PAID}}" {
		t.Errorf("%v %+v", err, all)
	}
	if made, _ := s.Make(nil, nil); len(made) != 1 || made[0].Field != "node" {
		t.Errorf("what is deprecated is not asked for: %+v", made)
	}
}

// What introspection leaves out is said, all of it.
func TestBrokenIntrospection(t *testing.T) {
	_, err := graphql.Read("i", []byte(`{"data": {"__schema": {"queryType": {"name": "Q"}, "types": [null,
{"name": "A"}, {"kind": "OBJECT", "name": "Q", "fields": [
{"name": "a", "type": {"kind": "NON_NULL", "ofType": {"kind": "LIST", "ofType": {"kind": "NON_NULL"}}}},
{"name": "b", "args": [{"name": "c"}], "type": {"kind": "OBJECT", "name": "A"}}]}]}}}`))
	want := `i: the type "" is of no kind that is known: ""
i: the type "A" is of no kind that is known: ""
i: the type of Q.a is not told, or is nested deeper than was asked
i: the type of Q.b(c:) is not told, or is nested deeper than was asked`
	if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" {
		t.Error(diff)
	}
	_, err = graphql.Read("i", []byte(`{"__schema": {"queryType": {"name": "Q"}, "types": [{"kind": "OBJECT", "name": "Q", "fields": [{"name": "a", "type": {"kind": "OBJECT", "name": "Rates"}}]}]}}`))
	if got := fmt.Sprint(err); got != "i: Q.a has the type Rates, which is not defined; known: Boolean, Float, ID, Int, Q, String" {
		t.Error(got)
	}
}

// A directive that only the service knows may stand in documents.
func TestDirectivesOfServices(t *testing.T) {
	directives := append(reference.SpecifiedDirectives, reference.NewDirective(reference.DirectiveConfig{Name: "cached",
		Locations: []string{reference.DirectiveLocationField}, Args: reference.FieldConfigArgument{"for": {Type: reference.NewNonNull(reference.Int)}}}))
	served, err := reference.NewSchema(reference.SchemaConfig{Directives: directives,
		Query: reference.NewObject(reference.ObjectConfig{Name: "Query", Fields: reference.Fields{"a": &reference.Field{Type: reference.Int}}})})
	if err != nil {
		t.Fatal(err)
	}
	told, err := json.Marshal(reference.Do(reference.Params{Schema: served, RequestString: graphql.Introspection()}))
	if err != nil {
		t.Fatal(err)
	}
	s := read(t, string(told))
	if _, err := s.Parse("ops.graphql", []byte("{ a @cached(for: 3) }"), nil); err != nil {
		t.Error(err)
	}
	_, err = s.Parse("ops.graphql", []byte("{ a @cached a @cache }"), nil)
	want := `ops.graphql:1:6: Directive "@cached" argument "for" of type "Int!" is required, but it was not provided.
ops.graphql:1:16: Unknown directive "@cache".`
	if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" {
		t.Error(diff)
	}
}

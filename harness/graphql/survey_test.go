package graphql_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/failwell/failwell/harness/graphql"
)

// All mistakes of a schema are told at once.
func TestMistakesOfSchemas(t *testing.T) {
	for name, c := range map[string]struct{ src, want string }{
		"several": {`schema { query: Query mutation: Mutations }
type Query {
  order(id: ID!, by: Statuz): [Ordr!]!
  order: Int
  old: String @depricated
}
type Order implements Nod { id: ID! @key(fields: "id") }
interface Node { id: ID! }
union Found = Order | Lin
type Line { sku: String! }
type Query { again: Int }
enum Status { OPEN }
input Filter { and: [Filtr] }
scalar ID
directive @cost(of: Weight) on FIELD
extend type Order { total: Flaot }
`, `s.graphql:1:23: the schema has the mutation type Mutations, which is not defined; known: Boolean, Filter, Float, Found, ID, Int, Line, Node, Order, Query, Status, String
s.graphql:3:22: Query.order(by:) has the type Statuz, which is not defined; did you mean "Status"?
s.graphql:3:32: Query.order has the type Ordr, which is not defined; did you mean "Order"?
s.graphql:4:3: Query.order is defined twice, first at s.graphql:3:3
s.graphql:5:16: there is no directive @depricated; did you mean @deprecated?
s.graphql:7:6: Order implements Nod, which is not defined; did you mean "Node"?
s.graphql:9:23: Found has the member Lin, which is not defined; did you mean "Line"?
s.graphql:11:6: type Query is defined twice, first at s.graphql:2:6
s.graphql:13:22: Filter.and has the type Filtr, which is not defined; did you mean "Filter"?
s.graphql:14:8: type ID is defined twice, first by GraphQL itself
s.graphql:15:21: @cost(of:) has the type Weight, which is not defined; known: Boolean, Filter, Float, Found, ID, Int, Line, Node, Order, Query, Status, String
s.graphql:16:28: Order.total has the type Flaot, which is not defined; did you mean "Float"?`},
		"one of gqlparser": {"type Query { a: Int }\ninterface I { b: Int }\ntype T implements I { a: Int }", "s.graphql:3:6: For T to implement I it must have a field called b."},
		"an input in a loop": {"type Query { a(i: I): Int }\ninput I { i: I! }",
			`s.graphql:2:11: Cannot reference Input Object "I" within itself through a series of non-null fields: "i".`},
		"HTML": {"<!DOCTYPE html>", "s.graphql: it is HTML or XML, neither a schema nor the result of an introspection query"},
		"a wrong member": {"{\n  \"é\": 1, \"__schema\": {\"types\": 3}}",
			"s.graphql:2:33: it is no result of an introspection query: __schema.types cannot be a number"},
	} {
		_, err := graphql.Read("s.graphql", []byte(c.src))
		if diff := cmp.Diff(c.want, fmt.Sprint(err)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// Directives of gateways and code generators are seldom defined where they are used; files may begin with a mark of their byte order.
func TestSchemasOfOtherTools(t *testing.T) {
	s := read(t, "\ufeff"+`extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
type Order @key(fields: "id") @goModel(model: "x.Order") { id: ID! @external old: Int @deprecated(reason: "no") }
extend type Query { order: Order @auth(requires: [ADMIN]) }
enum Status { OPEN @tag(name: "a") }`)
	want := read(t, "type Order { id: ID! old: Int } type Query { order: Order } enum Status { OPEN }")
	if d := append(want.Differs(s), s.Differs(want)...); len(d) > 0 {
		t.Error(d)
	}
	if made, _ := s.Make(nil, nil); len(made) != 1 || compact(made[0].Root) != "Query{order:OrderOrder{id:ID!}}" {
		t.Errorf("%+v", made)
	}
}

package graphql_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	reference "github.com/graphql-go/graphql"

	"github.com/failwell/failwell/harness/graphql"
)

const shop = `
type Query {
  order(id: ID!): Order
  orders(first: Int = 10, status: Status, filter: Filter): [Order!]!
  search(text: String!): [Found!]
  at(when: Time!): Order
  node(id: ID!): Node
  old: String @deprecated
  rates: Rates
}
type Mutation { create(input: NewOrder!): Order! cancel(id: ID!): Order }
enum Status { OPEN PAID }
scalar Time
interface Node { id: ID! }
type Order implements Node { id: ID! status: Status! total: Float payment: Payment lines(first: Int): [Line!]! next: Order made: Time }
type Payment { state: String! order: Order }
type Line implements Node { id: ID! sku: String! part(of: String!): String }
type Rates { eur: Float! }
union Found = Order | Line
input NewOrder { sku: String! quantity: Int! status: Status! note: String lines: [NewLine!]! }
input NewLine { sku: String! }
input Filter { and: [Filter!] sku: String }
`

func read(t testing.TB, sdl string) *graphql.Schema {
	t.Helper()
	s, err := graphql.Read("schema.graphql", []byte(sdl))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWrongSchemas(t *testing.T) {
	for name, c := range map[string]struct{ src, want string }{
		"does not parse":     {"type Query {\n  a: }", "schema.graphql:2:6: Expected Name, found }"},
		"unknown type":       {"type Query {\n  a: Ordr\n}", "schema.graphql:2:6: Query.a has the type Ordr, which is not defined; known: Boolean, Float, ID, Int, Query, String"},
		"nothing to ask":     {"type Order { id: ID }", "schema.graphql: the schema has no query type, so nothing can be asked"},
		"no introspection":   {`{"data": {"viewer": 1}}`, "schema.graphql: it is neither a schema nor the result of an introspection query: there is no __schema in it"},
		"refused":            {`{"errors": [{"message": "introspection is not allowed"}]}`, "schema.graphql: introspection was refused: introspection is not allowed"},
		"cut off":            {`{"data": {"__schema": {"types": [`, "schema.graphql:1:33: it is no result of an introspection query: unexpected end of JSON input"},
		"told without types": {`{"__schema": {"queryType": {"name": "Query"}, "types": [{"kind": "OBJECT", "name": "Query", "fields": [{"name": "a"}]}]}}`, "schema.graphql: the type of Query.a is not told, or is nested deeper than was asked"},
	} {
		_, err := graphql.Read("schema.graphql", []byte(c.src))
		if got := fmt.Sprint(err); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, c.want)
		}
	}
}

// Every mistake in a document is told at once, with its place.
func TestWrongDocuments(t *testing.T) {
	s := read(t, shop)
	for name, c := range map[string]struct{ src, want string }{
		"several": {"query A($x: Strin) {\n  ordr(id: 1) { id }\n  order { id totl }\n}", `ops.graphql:1:9: Unknown type "Strin".
ops.graphql:1:9: Variable "$x" is never used in operation "A".
ops.graphql:2:3: Cannot query field "ordr" on type "Query". Did you mean "order", "orders", or "old"?
ops.graphql:3:3: Field "order" argument "id" of type "ID!" is required, but it was not provided.
ops.graphql:3:14: Cannot query field "totl" on type "Order". Did you mean "total"?`},
		"does not parse": {"query A {\n  rates { eur }\n", "ops.graphql:3:1: Expected Name, found <EOF>"},
		"what is not yet": {"{ ...f @defer ... @defer(label: \"a\") { b: order(id: 2) @stream { id } } } fragment f on Query { rates { eur } }", `ops.graphql:1:9: @defer cannot be asked for yet; leave it out
ops.graphql:1:20: @defer cannot be asked for yet; leave it out
ops.graphql:1:57: Unknown directive "@stream".`},
		"nothing in it": {"fragment f on Order { id }", `ops.graphql: there is no operation in it
ops.graphql:1:1: Fragment "f" is never used.`},
	} {
		_, err := s.Parse("ops.graphql", []byte(c.src), nil)
		if got := fmt.Sprint(err); got != c.want {
			t.Errorf("%s:\ngot\n%s\nwant\n%s", name, got, c.want)
		}
	}
	feed := read(t, "type Query { a: Int } type Subscription { b: Int }")
	if _, err := feed.Parse("ops.graphql", []byte("subscription { b }"), nil); fmt.Sprint(err) != "ops.graphql:1:1: a subscription cannot be asked for yet; leave it out" {
		t.Error(err)
	}
}

// compact writes what is selected as one line: TYPES{key:type ...}, ? for what may be left out.
func compact(all graphql.Selection) string {
	var shapes []string
	for _, s := range all {
		var fields []string
		for _, f := range s.Fields {
			text := f.Key + ":" + string(f.Type)
			if f.Maybe {
				text += "?"
			}
			if len(f.Values) > 0 {
				text += "=" + strings.Join(f.Values, "/")
			}
			fields = append(fields, text+compact(f.Of))
		}
		shapes = append(shapes, strings.Join(s.Types, "|")+"{"+strings.Join(fields, " ")+"}")
	}
	return strings.Join(shapes, "")
}

func TestCollectFields(t *testing.T) {
	s := read(t, shop)
	for document, want := range map[string]string{
		"{ rates { eur } }": "Query{rates:RatesRates{eur:Float!}}",
		"{ a: order(id: 1) { id } b: order(id: 2) { status } }":                               "Query{a:OrderOrder{id:ID!} b:OrderOrder{status:Status!=OPEN/PAID}}",
		"{ order(id: 1) { id } ...more } fragment more on Query { order(id: 1) { total id }}": "Query{order:OrderOrder{id:ID! total:Float}}",
		"{ search(text: \"a\") { __typename ... on Node { id } ... on Line { sku } } }":       "Query{search:[Found!]Order{__typename:String! id:ID!}Line{__typename:String! id:ID! sku:String!}}",
		"{ node(id: 1) { id } }": "Query{node:NodeOrder|Line{id:ID!}}",
		"query($x: Boolean!, $y: Boolean = true) { a: rates @skip(if: $x) { eur } b: rates @include(if: false) { eur } c: rates @include(if: $y) { eur } d: rates @skip(if: true) { eur } }": "Query{a:Rates?Rates{eur:Float!} c:Rates?Rates{eur:Float!}}",
		"query($x: Boolean!) { rates @skip(if: $x) { eur } ... on Query { rates { eur } } }":                                                                                                 "Query{rates:RatesRates{eur:Float!}}",
		"mutation { create(input: {sku: \"a\", quantity: 1, status: OPEN, lines: []}) { id } }":                                                                                              "Mutation{create:Order!Order{id:ID!}}",
		"{ order(id: 1) { payment { order { ...o } } } } fragment o on Order { id next { id } }":                                                                                             "Query{order:OrderOrder{payment:PaymentPayment{order:OrderOrder{id:ID! next:OrderOrder{id:ID!}}}}}",
	} {
		all, err := s.Parse("ops.graphql", []byte(document), nil)
		if err != nil {
			t.Errorf("%s: %v", document, err)
			continue
		}
		if got := compact(all[0].Root); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", document, got, want)
		}
	}
	known, err := s.Parse("ops.graphql", []byte("query($x: Boolean!, $y: Boolean = false) { a: rates @skip(if: $x) { eur } b: rates @include(if: $y) { eur } c: rates @include(if: $x) { eur } }"), map[string]any{"x": true})
	if err != nil || compact(known[0].Root) != "Query{c:RatesRates{eur:Float!}}" {
		t.Errorf("%v %s", err, compact(known[0].Root))
	}
	two, err := s.Parse("ops.graphql", []byte("query One($s: Status!, $n: Int! = 3) { orders(status: $s, first: $n) { id } }\nquery Two { rates { eur } }"), nil)
	if err != nil || len(two) != 2 || two[0].Name != "One" || two[1].Pos.Line != 2 {
		t.Fatalf("%v %+v", err, two)
	}
	want := []graphql.Variable{{Name: "s", Type: "Status!", Required: true, Enum: true}, {Name: "n", Type: "Int!"}}
	if diff := cmp.Diff(want, two[0].Variables); diff != "" {
		t.Error(diff)
	}
}

func TestMake(t *testing.T) {
	s := read(t, shop)
	made, left := s.Make([]string{"create", "destroy"}, map[string]any{"id": "1001", "orders.first": 2})
	got := map[string]string{}
	for _, m := range made {
		values, _ := json.Marshal(m.Values)
		got[m.Field] = strings.Join(strings.Fields(m.Document), " ") + " " + string(values)
	}
	const order = "id status total payment { state } lines { id sku } made"
	want := map[string]string{
		"order":  "query order($id: ID!) { order(id: $id) { " + order + " } } " + `{"id":"1001"}`,
		"orders": "query orders($first: Int) { orders(first: $first) { " + order + " } } " + `{"first":2}`,
		"search": `query search($text: String!) { search(text: $text) { __typename } } {"text":"a"}`,
		"node":   `query node($id: ID!) { node(id: $id) { __typename id } } {"id":"1001"}`,
		"rates":  "query rates { rates { eur } } {}",
		"create": "mutation create($input: NewOrder!) { create(input: $input) { " + order + " } } " + `{"input":{"lines":[{"sku":"a"}],"quantity":1,"sku":"a","status":"OPEN"}}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	wantLeft := []graphql.Left{
		{Field: "at", Why: "the argument when needs a value: nobody knows what a Time looks like; give one under `graphql: {variables: ...}`"},
		{Field: "destroy", Why: "the schema has no such mutation"},
	}
	if diff := cmp.Diff(wantLeft, left); diff != "" {
		t.Error(diff)
	}
}

// What a server of another hand tells of its schema is the schema that it was made of.
func TestIntrospection(t *testing.T) {
	order := reference.NewObject(reference.ObjectConfig{Name: "Order", Fields: reference.Fields{
		"id":    &reference.Field{Type: reference.NewNonNull(reference.ID)},
		"lines": &reference.Field{Type: reference.NewNonNull(reference.NewList(reference.NewNonNull(reference.NewList(reference.Int))))},
	}})
	status := reference.NewEnum(reference.EnumConfig{Name: "Status", Values: reference.EnumValueConfigMap{"OPEN": &reference.EnumValueConfig{Value: 1}}})
	filter := reference.NewInputObject(reference.InputObjectConfig{Name: "Filter", Fields: reference.InputObjectConfigFieldMap{
		"n": &reference.InputObjectFieldConfig{Type: reference.Int, DefaultValue: 3}}})
	found := reference.NewUnion(reference.UnionConfig{Name: "Found", Types: []*reference.Object{order},
		ResolveType: func(reference.ResolveTypeParams) *reference.Object { return order }})
	served, err := reference.NewSchema(reference.SchemaConfig{Query: reference.NewObject(reference.ObjectConfig{Name: "Root", Fields: reference.Fields{
		"orders": &reference.Field{Type: reference.NewList(order), Args: reference.FieldConfigArgument{
			"status": {Type: status}, "filter": {Type: filter}, "first": {Type: reference.NewNonNull(reference.Int), DefaultValue: 10}}},
		"found": &reference.Field{Type: found, DeprecationReason: "no longer"},
	}})})
	if err != nil {
		t.Fatal(err)
	}
	told, err := json.Marshal(reference.Do(reference.Params{Schema: served, RequestString: graphql.Introspection()}))
	if err != nil {
		t.Fatal(err)
	}
	got, err := graphql.Read("introspection", told)
	if err != nil {
		t.Fatal(err)
	}
	want := read(t, `schema { query: Root }
type Root { orders(status: Status, filter: Filter, first: Int! = 10): [Order] found: Found @deprecated }
type Order { id: ID! lines: [[Int]!]! }
enum Status { OPEN }
input Filter { n: Int = 3 }
union Found = Order`)
	if d := append(want.Differs(got), got.Differs(want)...); len(d) > 0 {
		t.Errorf("%q", d)
	}
	made, left := got.Make(nil, nil)
	if len(made) != 1 || len(left) > 0 || len(made[0].Variables) != 0 {
		t.Errorf("%+v %v", made, left)
	}
}

func TestDiffers(t *testing.T) {
	served := read(t, `type Query { order(id: ID!, key: Int!): Order orders(status: Status): [Order] rates: Int search(text: String!): [Found!] at(when: Time!): Order old: String }
type Mutation { create(input: NewOrder): Order! cancel(id: ID!): Order }
enum Status { OPEN } scalar Time scalar Node
type Order { id: ID! status: Status! total: Float payment: Payment lines(first: Int): [Line!]! next: Order made: Time }
type Payment { state: String! order: Order } type Line { id: ID! sku: String! part(of: String!): String more: Int }
union Found = Order
input NewOrder { sku: String! quantity: Int! status: Status! note: String lines: [NewLine!]! } input NewLine { sku: String! } input Filter { and: [Filter!] sku: String }`)
	want := []string{
		"Found cannot be a Line",
		"Mutation.create(input:) is NewOrder, not NewOrder!",
		"Node is of kind SCALAR, not INTERFACE",
		"Query.order wants an argument key",
		"Query.orders is [Order], not [Order!]!",
		"Query.orders has no argument first",
		"Query.orders has no argument filter",
		"Query has no node",
		"Query.rates is Int, not Rates",
		"there is no type Rates",
		"Status has no value PAID",
	}
	if diff := cmp.Diff(want, read(t, shop).Differs(served)); diff != "" {
		t.Error(diff)
	}
	if same := read(t, shop).Differs(read(t, shop)); len(same) > 0 {
		t.Error(same)
	}
}

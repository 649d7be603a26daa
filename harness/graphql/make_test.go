package graphql_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/failwell/failwell/harness/graphql"
)

// oneLine writes what was made for a schema as FIELD: DOCUMENT VALUES, and what was left as FIELD: why.
func oneLine(t *testing.T, sdl string, examples map[string]any) map[string]string {
	t.Helper()
	made, left := read(t, sdl).Make(nil, examples)
	all := map[string]string{}
	for _, m := range made {
		values, err := json.Marshal(m.Values)
		if err != nil {
			t.Fatal(err)
		}
		all[m.Field] = strings.Join(strings.Fields(m.Document), " ") + " " + string(values)
	}
	for _, l := range left {
		all[l.Field] = l.Why
	}
	return all
}

// Fields below the root that want an argument are asked for where there is an example of it that can be one.
func TestMakeBelowTheRoot(t *testing.T) {
	const schema = `type Query { order(id: ID!): Order shop: Shop }
type Order { id: ID! line(id: ID!): Int part(id: Int!): Int tax(of: String!): Float parts(first: Int, after: String): [Int] shop(near: Place!): Shop }
type Shop { order(id: ID!): Order name(in: Int!): String } input Place { at: Int! }`
	want := map[string]string{
		"order": `query order($id: ID!, $first: Int) { order(id: $id) { id line(id: $id) parts(first: $first) } } {"first":2,"id":"7"}`,
		"shop":  `query shop($id: ID!, $first: Int) { shop { order(id: $id) { id line(id: $id) parts(first: $first) } } } {"first":2,"id":"7"}`,
	}
	if diff := cmp.Diff(want, oneLine(t, schema, map[string]any{"id": "7", "parts.first": 2, "after": "a"})); diff != "" {
		t.Error(diff)
	}
	want = map[string]string{
		"order": `query order($id: ID!, $line_id: ID!, $part_id: Int!, $of: String!, $near: Place!, $in: Int!) { order(id: $id) { id line(id: $line_id) part(id: $part_id) tax(of: $of) parts shop(near: $near) { name(in: $in) } } } ` +
			`{"id":"1","in":3,"line_id":"5","near":{"at":1},"of":"a","part_id":6}`,
		"shop": `query shop($in: Int!) { shop { name(in: $in) } } {"in":3}`,
	}
	got := oneLine(t, schema, map[string]any{"line.id": "5", "part.id": 6, "of": "a", "near": map[string]any{"at": 1}, "in": 3})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	want = map[string]string{"order": `query order($id: ID!) { order(id: $id) { id parts } } {"id":"1"}`, "shop": "query shop { shop { __typename } } {}"}
	if diff := cmp.Diff(want, oneLine(t, schema, nil)); diff != "" {
		t.Error(diff)
	}
}

func TestMakeValues(t *testing.T) {
	got := oneLine(t, `type Query {
  enum(of: State!): Int
  tree(of: Tree!): Int
  loop(of: [[Loop!]!]!): Int
  one(of: One!): Int
  none(of: Neither!): Int
  all(a: Int!, b: Float!, c: String!, d: Boolean!, e: ID!, f: Int! = 3, g: [State!]!): Int
  time(at: [Time!]!): Int
}
enum State { OLD @deprecated OPEN }
input Tree { name: String! of: [Tree!]! up: Tree n: Int! = 3 }
input Loop { a: [Loop!]! b: Time }
input One @oneOf { at: Time name: String id: ID }
input Neither @oneOf { at: Time }
scalar Time`, nil)
	want := map[string]string{
		"enum": `query enum($of: State!) { enum(of: $of) } {"of":"OPEN"}`,
		"tree": `query tree($of: Tree!) { tree(of: $of) } {"of":{"name":"a","of":[]}}`,
		"loop": `query loop($of: [[Loop!]!]!) { loop(of: $of) } {"of":[[{"a":[]}]]}`,
		"one":  `query one($of: One!) { one(of: $of) } {"of":{"name":"a"}}`,
		"none": "the argument of needs a value: nobody knows what a Time looks like; give one under `graphql: {variables: ...}`",
		"all": `query all($a: Int!, $b: Float!, $c: String!, $d: Boolean!, $e: ID!, $g: [State!]!) { all(a: $a, b: $b, c: $c, d: $d, e: $e, g: $g) } ` +
			`{"a":1,"b":1.5,"c":"a","d":true,"e":"1","g":["OPEN"]}`,
		"time": "the argument at needs a value: nobody knows what a Time looks like; give one under `graphql: {variables: ...}`",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Selections end: at types that are on the way, at the third level, and less deep where that would be more than a service may bear.
func TestMakeEnds(t *testing.T) {
	got := oneLine(t, `type Query { me: Me query: Query orders: Edges any: Any }
type Me { me: Me friend: Me } type Edges { edges: [Edge] } type Edge { node: Node cursor: String } type Node { id: ID edge: Edge deep: Deep } type Deep { x: Int }
union Any = Me | Node`, nil)
	want := map[string]string{
		"me":     "query me { me { __typename } } {}",
		"query":  "query query { query { orders { edges { cursor } } any { __typename } } } {}",
		"orders": "query orders { orders { edges { node { id } cursor } } } {}",
		"any":    "query any { any { __typename } } {}",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// An operation of what leads to very much selects less, and still something of each object.
func TestMakeOfLargeTypes(t *testing.T) {
	for fields, want := range map[int]struct{ depth, lines int }{
		3:   {3, 42},
		20:  {2, 6 + 20*4}, // id and name of each
		50:  {2, 6 + 50*4},
		200: {2, 6 + 200*3}, // one of each
		300: {1, 6},
	} {
		var b strings.Builder
		b.WriteString("type Query { t0: T0 }\n")
		for i := range fields + 1 {
			fmt.Fprintf(&b, "type T%d { id: ID name: String", i)
			for j := range fields + 1 {
				fmt.Fprintf(&b, " t%d: T%d", j, j)
			}
			b.WriteString(" }\n")
		}
		made, left := read(t, b.String()).Make(nil, nil)
		if len(made) != 1 || len(left) > 0 {
			t.Fatalf("%v %v", made, left)
		}
		if n := strings.Count(made[0].Document, "\n"); n != want.lines || depth(made[0].Root) != want.depth+1 {
			t.Errorf("%d objects: %d lines, a depth of %d", fields, n, depth(made[0].Root))
		}
	}
}

// depth is how deep a selection is nested: 1 for one that has nothing but leaves.
func depth(all graphql.Selection) int {
	most := 0
	for _, s := range all {
		for _, f := range s.Fields {
			most = max(most, 1+depth(f.Of))
		}
	}
	return most
}

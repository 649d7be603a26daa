package graphql_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDifferences(t *testing.T) {
	const own = `type Query { order(id: ID!, n: Int): Order node: Node found: Found create(in: New): Int }
interface Node { id: ID } type Order implements Node { id: ID state: State } type Line implements Node { id: ID }
union Found = Order enum State { OPEN PAID } input New { sku: String n: Int! = 3 }`
	for name, c := range map[string]struct {
		change []string // old, new
		want   []string
	}{
		"a value more":                  {[]string{"OPEN PAID", "OPEN SENT"}, []string{"State has no value PAID", "State may also be SENT"}},
		"a member of a union more":      {[]string{"Found = Order", "Found = Order | Line"}, []string{"Found may also be a Line"}},
		"an interface not implemented":  {[]string{"Line implements Node", "Line"}, []string{"Node cannot be a Line"}},
		"an object more":                {[]string{"interface", "type New2 implements Node { id: ID } interface"}, []string{"Node may also be a New2"}},
		"a member that must be given":   {[]string{"sku: String", "sku: String, of: ID!"}, []string{"New wants a member of"}},
		"a member that may be given":    {[]string{"sku: String", "sku: String, of: ID"}, nil},
		"a member of another type":      {[]string{"sku: String", "sku: ID"}, []string{"New.sku is ID, not String"}},
		"an argument that must be":      {[]string{"order(id: ID!", "order(id: ID!, by: Int!"}, []string{"Query.order wants an argument by"}},
		"an argument that may be":       {[]string{"order(id: ID!", "order(id: ID!, by: Int! = 3"}, nil},
		"an argument that must now be":  {[]string{"n: Int)", "n: Int!)"}, []string{"Query.order(n:) is Int!, not Int"}},
		"further fields and types":      {[]string{"node: Node", "node: Node more: More"}, nil},
		"another order, descriptions":   {[]string{"order(id: ID!, n: Int): Order node: Node", `node: Node """An order.""" order(n: Int, id: ID!): Order`}, nil},
		"a type that nothing leads to":  {nil, nil},
		"a query type of another name":  {[]string{"type Query", "schema { query: Root } type Root"}, []string{"the query type is Root, not Query", "there is no type Query"}},
		"non-null where null was":       {[]string{"state: State", "state: State!"}, []string{"Order.state is State!, not State"}},
		"no field where there was":      {[]string{"state: State", "is: State"}, []string{"Order has no state"}},
		"another kind":                  {[]string{"enum State { OPEN PAID }", "scalar State"}, []string{"State is of kind SCALAR, not ENUM"}},
		"directives, what is scheduled": {[]string{"state: State", "state: State @deprecated"}, nil},
	} {
		served := own + " type More { a: Int }"
		if c.change != nil {
			served = strings.Replace(served, c.change[0], c.change[1], 1)
			if served == own+" type More { a: Int }" {
				t.Fatalf("%s: nothing is changed", name)
			}
		}
		got := read(t, own+" type Unused { a: Int }").Differs(read(t, served))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	got := read(t, "type Query { a: Int } type Mutation { b: Int }").Differs(read(t, "type Query { a: Int }"))
	if diff := cmp.Diff([]string{"there is no mutation type", "there is no type Mutation"}, got); diff != "" {
		t.Error(diff)
	}
}

// The list is bounded, and quick for large schemas.
func TestManyDifferences(t *testing.T) {
	var own strings.Builder
	own.WriteString("type Query { a: Int")
	for i := range 30 {
		fmt.Fprintf(&own, " f%d: Int", i)
	}
	got := read(t, own.String()+" }").Differs(read(t, "type Query { a: Int }"))
	if len(got) != 21 || got[0] != "Query has no f0" || got[20] != "and 10 more" {
		t.Errorf("%q", got)
	}
	if got := read(t, large(3000)).Differs(read(t, large(3000))); got != nil {
		t.Errorf("%q", got)
	}
}

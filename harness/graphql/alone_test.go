package graphql_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/failwell/failwell/harness/graphql"
)

func TestAlone(t *testing.T) {
	const document = `query Mixed($id: ID!, $n: Int = 3, $in: Filter) {
  first: order(id: $id) { ...line payment { state } }
  rates @include(if: true) { eur }
  orders(filter: {and: [$in], first: $n}) { ...line }
  ... on Query { version }
  __typename
}
query Other { version }
mutation Change { a: cancel b: cancel }
fragment line on Order { id ...money }
fragment money on Order { total }
fragment unused on Order { id }`
	got := map[string]string{}
	for key, text := range graphql.Alone(document, "Mixed") {
		got[key] = strings.Join(strings.Fields(text), " ")
	}
	want := map[string]string{
		"first":  "query ($id: ID!) { first: order(id: $id) { ... line payment { state } } } fragment line on Order { id ... money } fragment money on Order { total }",
		"rates":  "query { rates @include(if: true) { eur } }",
		"orders": "query ($n: Int = 3, $in: Filter) { orders(filter: {and:[$in],first:$n}) { ... line } } fragment line on Order { id ... money } fragment money on Order { total }",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"Other", "Change", "Missing"} {
		if some := graphql.Alone(document, name); len(some) > 0 {
			t.Errorf("%s: %v", name, some)
		}
	}
	if some := graphql.Alone("{ cut", ""); some != nil {
		t.Errorf("a document that does not parse: %v", some)
	}
}

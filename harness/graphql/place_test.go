package graphql_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/failwell/failwell/harness/graphql"
)

// parsedAs is the operation of a document against a schema.
func parsedAs(t *testing.T, schema, document string) graphql.Operation {
	t.Helper()
	written, err := read(t, schema).Parse("ops.graphql", []byte(document), nil)
	if err != nil {
		t.Fatal(err)
	}
	return written[0].Operation
}

// answered is an answer that is read without a breach.
func answered(t *testing.T, body string) graphql.Answer {
	t.Helper()
	a, breaches := graphql.ReadAnswer([]byte(body))
	if len(breaches) > 0 {
		t.Fatalf("%s: %v", body, breaches)
	}
	return a
}

// A root field may be called data: it is not the root.
func TestRootFieldMayBeCalledData(t *testing.T) {
	op := parsedAs(t, "type Query { data: String other: String }", "{ data other }")
	calm := answered(t, `{"data": {"data": "x", "other": "y"}}`)
	right := answered(t, `{"data": {"data": null, "other": "y"}, "errors": [{"message": "m", "path": ["data"]}]}`)
	if lost := op.Lost(right, calm, calm); len(lost) > 0 {
		t.Errorf("the error explains it: %v", lost)
	}
	wrong := answered(t, `{"data": null, "errors": [{"message": "m", "path": ["data"]}]}`)
	if found := op.Nulls(wrong); len(found) != 1 || found[0].Rule != "too-much" {
		t.Errorf("one nullable field took all: %v", found)
	}
}

// Without __typename a path goes on through whichever concrete type selects it.
func TestPathsThroughUnionsWithoutTypename(t *testing.T) {
	op := parsedAs(t, "type Query { u: [U] } union U = A | B type A { x: [XA] } type B { x: [XB] } type XA { a: String } type XB { b: String! }",
		"{ u { ... on A { x { a } } ... on B { x { b } } } }")
	for _, body := range []string{
		`{"data": {"u": [{"x": [null]}]}, "errors": [{"message": "m", "path": ["u", 0, "x", 0, "b"]}]}`,
		`{"data": {"u": [{"x": [{"a": null}]}]}, "errors": [{"message": "m", "path": ["u", 0, "x", 0, "a"]}]}`,
		`{"data": {"u": null}, "errors": [{"message": "m", "path": ["u", 7, "x", 0, "b"]}]}`,
	} {
		if found := op.Paths(answered(t, body)); len(found) > 0 {
			t.Errorf("%s: %v", body, found)
		}
	}
	if found := op.Paths(answered(t, `{"data": {"u": [{"x": [null]}]}, "errors": [{"message": "m", "path": ["u", 0, "x", 0, "c"]}]}`)); len(found) != 1 {
		t.Errorf("nothing selects c: %v", found)
	}
}

// However much is wrong, little is told, and the same each time.
func TestWhatIsToldIsBounded(t *testing.T) {
	var selected, whole, nulled strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&selected, " k%d: name", i)
		fmt.Fprintf(&whole, `, "k%d": "x"`, i)
		fmt.Fprintf(&nulled, `, "k%d": null`, i)
	}
	op := parsedAs(t, "type Query { name: String }", "{ name"+selected.String()+" }")
	calm := answered(t, `{"data": {"name": "x"`+whole.String()+`}}`)
	a := answered(t, `{"data": {"name": "x"`+nulled.String()+`}}`)
	first := op.Lost(a, calm, calm)
	for range 5 {
		if again := op.Lost(a, calm, calm); !cmp.Equal(first, again) {
			t.Fatal(cmp.Diff(first, again))
		}
	}
	errors, breaches := graphql.ReadAnswer([]byte(`{"data": {"name": null}, "errors": [1` + strings.Repeat(",1", 5000) + `]}`))
	if n := fmt.Sprint(len(first), len(breaches), len(op.Paths(errors))); n != "20 20 20" {
		t.Errorf("told are %s", n)
	}
}

// An operation that selects nothing judges nothing.
func TestOperationWithoutSelection(t *testing.T) {
	if found := (graphql.Operation{}).Conforms(answered(t, `{"data": {"a": 1}}`)); len(found) > 0 {
		t.Error(found)
	}
}

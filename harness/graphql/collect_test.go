package graphql_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What only an open place selects may be left out, also inside a field that another place selects for certain.
func TestOpenSelections(t *testing.T) {
	s := read(t, shop)
	for selection, want := range map[string]string{
		"rates { a: eur } rates @include(if: $x) { b: eur }":                 "rates:RatesRates{a:Float! b:Float!?}",
		"rates { a: eur } ... @skip(if: $x) { rates { b: eur } }":            "rates:RatesRates{a:Float! b:Float!?}",
		"rates @include(if: $x) { a: eur } rates { a: eur }":                 "rates:RatesRates{a:Float!}",
		"rates @include(if: $x) { a: eur }":                                  "rates:Rates?Rates{a:Float!}",
		"rates @include(if: $x) { a: eur } rates @skip(if: $x) { b: eur }":   "rates:Rates?Rates{a:Float!? b:Float!?}",
		"...some @include(if: $x) ...some":                                   "rates:RatesRates{c:Float!}",
		"...some ...some @include(if: $x)":                                   "rates:RatesRates{c:Float!}",
		"...some @include(if: $x) ...some @include(if: $x)":                  "rates:Rates?Rates{c:Float!}",
		"rates @include(if: $x) { ...some2 } rates { b: eur }":               "rates:RatesRates{d:Float!? b:Float!}",
		"rates { ... @include(if: $x) { a: eur } ... @skip(if: $x) { eur }}": "rates:RatesRates{a:Float!? eur:Float!?}",
	} {
		document := "query($x: Boolean!) { " + selection + " }"
		if strings.Contains(selection, "...some ") || strings.HasSuffix(selection, "...some") {
			document += " fragment some on Query { rates { c: eur } }"
		}
		if strings.Contains(selection, "...some2") {
			document += " fragment some2 on Rates { d: eur }"
		}
		all, err := s.Parse("ops.graphql", []byte(document), nil)
		if err != nil {
			t.Errorf("%s: %v", selection, err)
			continue
		}
		if diff := cmp.Diff("Query{"+want+"}", compact(all[0].Root)); diff != "" {
			t.Errorf("%s\n%s", selection, diff)
		}
	}
}

// The work grows with the document, not with the ways through its fragments: here there are 2^40 of them.
func TestFragmentsAreCollectedOnce(t *testing.T) {
	var b strings.Builder
	b.WriteString("query($x: Boolean!) { ...f0 }\n")
	for i := range 40 {
		fmt.Fprintf(&b, "fragment f%d on Query { ...f%d @include(if: $x) ...f%d @skip(if: $x) }\n", i, i+1, i+1)
	}
	b.WriteString("fragment f40 on Query { rates { eur } }")
	began := time.Now()
	all, err := read(t, shop).Parse("ops.graphql", []byte(b.String()), nil)
	if err != nil || compact(all[0].Root) != "Query{rates:Rates?Rates{eur:Float!}}" {
		t.Errorf("%v %v", err, all)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it took %s", took)
	}
}

// Types of which all is the same are one shape, whatever way leads to it; those that differ deep inside are not.
func TestShapes(t *testing.T) {
	s := read(t, `type Query { node: Node } interface Node { next: Node name: String }
type A implements Node { next: C name: String } type B implements Node { next: C name: String! }
type C implements Node { next: A name: String } type D implements Node { next: C name: String }`)
	for document, want := range map[string]string{
		"{ node { next { __typename } } }":    "A|B|D{next:CC{__typename:String!}}C{next:AA{__typename:String!}}",
		"{ node { name } }":                   "A|C|D{name:String}B{name:String!}",
		"{ node { next { next { name } } } }": "A|B|D{next:CC{next:AA{name:String}}}C{next:AA{next:CC{name:String}}}",
	} {
		all, err := s.Parse("ops.graphql", []byte(document), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := compact(all[0].Root); got != "Query{node:Node"+want+"}" {
			t.Errorf("%s: %s", document, got)
		}
	}
}

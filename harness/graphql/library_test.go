package graphql_test

import (
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/graphql"
)

func TestFragmentsOfOtherFiles(t *testing.T) {
	lines := "fragment line on Order { id ...money }\nfragment unused on Order { id }"
	money := "fragment money on Order { total }"
	for document, want := range map[string]string{
		"{ order(id: 1) { ...line } }":                                    "{ order(id: 1) { ...line } } fragment line on Order { id ... money } fragment money on Order { total }",
		"{ order(id: 1) { ...line } } fragment line on Order { sku: id }": "{ order(id: 1) { ...line } } fragment line on Order { sku: id }",
		"{ order(id: 1) { id } }":                                         "{ order(id: 1) { id } }",
		"{ order(id: 1) { ... on Order { ...money } ...nobody } }":        "{ order(id: 1) { ... on Order { ...money } ...nobody } } fragment money on Order { total }",
		"{ cut": "{ cut",
	} {
		if got := strings.Join(strings.Fields(string(graphql.WithFragments([]byte(document), [][]byte{[]byte(lines), []byte(money), []byte("{ cut")}))), " "); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", document, got, want)
		}
	}
	for document, want := range map[string]bool{lines: true, "{ a } " + lines: false, "{ cut": false, "": false} {
		if graphql.IsLibrary([]byte(document)) != want {
			t.Errorf("%q: %t", document, !want)
		}
	}
}

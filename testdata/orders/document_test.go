package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The documents of the sample are those that a lab sends: each has one operation, whose name says what the file says.
func TestDocuments(t *testing.T) {
	files, _ := filepath.Glob("graphql/*.graphql")
	if len(files) < 6 {
		t.Fatalf("only %d documents", len(files))
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		all := operationsOf(string(text))
		want := strings.ReplaceAll(strings.TrimSuffix(filepath.Base(file), ".graphql"), "-", "")
		if len(all) != 1 || !strings.EqualFold(all[0].name, want) {
			t.Errorf("%s has the operations %v", file, all)
		}
	}
}

func TestDefinitionsOf(t *testing.T) {
	const document = `"a mutation" query A($m: [Int!] = [1]) @skip(if: false) { mutation(x: "{", y: """ } "q" """) # {
  ... on Query { a }, ... # x
  mutation } fragment mutation on Query { version } mutation B { a { ...Other } } { c } fragment Other on Query { d }`
	want := "query A [on mutation], fragment mutation [], mutation B [Other], query  [], fragment Other []"
	var got []string
	for _, d := range definitionsOf(document) {
		got = append(got, fmt.Sprint(d.kind, " ", d.name, " ", d.spreads))
	}
	if text := strings.Join(got, ", "); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	if left := strings.Join(strings.Fields(isolated(document, "B")), " "); left != "mutation B { a { ...Other } } fragment Other on Query { d }" {
		t.Errorf("B alone is %s", left)
	}
}

// Of several operations only the one that is named needs its variables.
func TestOneOfSeveralOperations(t *testing.T) {
	l := alone(t)
	const document = `query A($id: ID!) { order(id: $id) { ...F } } query B { version ...G } fragment F on Order { id } fragment G on Query { __typename }`
	l.says(l.ask(`{"query":"`+document+`","operationName":"B"}`), "data.version", "orders", "errors", "<nil>")
	if a := l.ask(`{"query":"` + document + `","operationName":"A"}`); a.status != 400 || at(a, "errors.0.extensions.code") != "BAD_USER_INPUT" {
		t.Errorf("without its variable A answered %d %v", a.status, a.body)
	}
}

// The query that tools send to learn the schema is within the bounds.
func TestIntrospection(t *testing.T) {
	const usual = `query IntrospectionQuery { __schema { queryType { name } mutationType { name } subscriptionType { name }
	types { ...FullType } directives { name description locations args(includeDeprecated: true) { ...InputValue } } } }
	fragment FullType on __Type { kind name description specifiedByURL
		fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
		inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef }
		enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
	fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
	fragment TypeRef on __Type { kind name`
	deep := usual + strings.Repeat(" ofType { kind name", 9) + strings.Repeat(" }", 10)
	l := alone(t)
	l.says(l.ask(query(deep)), "data.__schema.mutationType.name", "Mutation", "errors", "<nil>")
}

package labfile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/labfile"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/standard"
)

// written writes a lab, and reads it.
func written(t *testing.T, files map[string]string) *labfile.File {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f, err := labfile.Read(dir, standard.Catalog(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// sent are the bodies and header fields of requests, by name; $login.token is "T".
func sent(t *testing.T, all []scenario.Request) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, r := range all {
		e, err := r.Render(func(name string) (string, error) { return "T", nil })
		if err != nil {
			t.Fatal(err)
		}
		safety, protocol := "write", "http"
		if e.Safe() {
			safety = "safe"
		}
		if e.Protocol == exchange.GraphQL {
			protocol = "graphql"
		}
		var fields []string
		for _, f := range e.Header {
			fields = append(fields, f.Name+": "+f.Value)
		}
		out[r.Name] = strings.Join([]string{e.Method, e.Target, safety, protocol, strings.Join(fields, ", "), strings.Join(r.Labels, " "), e.Body}, " | ")
	}
	return out
}

const shopSchema = `type Query { order(id: ID!): Order orders(status: Status!): [Order!]! version: String! }
type Mutation { create(sku: String!, note: String): Order }
enum Status { OPEN PAID }
type Order { id: ID! total: Int status: Status! }`

// Operations of documents are requests: named, with variables, header fields and what a request of the lab adds.
func TestOperations(t *testing.T) {
	f := written(t, map[string]string{
		"schema.graphql":        shopSchema,
		"ops/order.graphql":     "query($id: ID!) { order(id: $id) { ...line } }",
		"ops/shop.graphql":      "query Paid($status: Status!) { orders(status: $status) { id } version }\nmutation Create($sku: String!, $note: String) { create(sku: $sku, note: $note) { id } }",
		"ops/fragments.graphql": "fragment line on Order { id total }",
		"failwell.yaml": `version: 1
system: {process: {run: [app]}}
before: {login: {post: /login, json: {}, capture: {token: /token}}}
defaults: {header: {Authorization: Bearer $login.token}}
graphql:
  endpoint: /graphql
  schema: schema.graphql
  operations: [ops/*.graphql]
  variables: {id: 1001, Paid: {status: PAID}, sku: costs $$5}
  header: {Accept: application/json}
  draft: 2026
  calls: {Paid: 7}
requests:
  create: {operation: Create, variables: {sku: $login.token}, header: {accept: text/plain, X-Key: a}, labels: [special], keyed: true}
`})
	want := map[string]string{
		"create": `POST | /graphql | write | graphql | Authorization: Bearer T, X-Key: a, accept: text/plain, Content-Type: application/json | graphql mutation special | ` +
			`{"query":"query Paid($status: Status!) { orders(status: $status) { id } version }\nmutation Create($sku: String!, $note: String) { create(sku: $sku, note: $note) { id } }","variables":{"sku":"T"},"operationName":"Create"}`,
		"order": `POST | /graphql | safe | graphql | Accept: application/json, Authorization: Bearer T, Content-Type: application/json | graphql query | ` +
			`{"query":"query($id: ID!) { order(id: $id) { ...line } }\nfragment line on Order {\n\tid\n\ttotal\n}\n","variables":{"id":"1001"}}`,
		"Paid": `POST | /graphql | safe | graphql | Accept: application/json, Authorization: Bearer T, Content-Type: application/json | graphql query | ` +
			`{"query":"query Paid($status: Status!) { orders(status: $status) { id } version }\nmutation Create($sku: String!, $note: String) { create(sku: $sku, note: $note) { id } }","variables":{"status":"PAID"},"operationName":"Paid"}`,
	}
	got := sent(t, f.Requests)
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s\ngot  %s\nwant %s", name, got[name], want[name])
		}
	}
	if len(got) != len(want) || f.Open() {
		t.Errorf("requests %v, open %t", got, f.Open())
	}
	for _, r := range f.Requests {
		if calls := r.Operation.Calls; r.Name == "Paid" && (calls != 7 || len(r.Fields) != 2) || r.Operation.Draft != "2026" || r.Name == "create" && !r.Keyed {
			t.Errorf("%s: %d calls, draft %s, %d fields, keyed %t", r.Name, calls, r.Operation.Draft, len(r.Fields), r.Keyed)
		}
	}
}

// Without documents there is an operation for each field of the query type, and for the mutations that are named.
func TestMadeOperations(t *testing.T) {
	f := written(t, map[string]string{
		"schema.graphql": shopSchema,
		"failwell.yaml": `version: 1
system: {process: {run: [app]}}
graphql: {endpoint: /graphql, schema: schema.graphql, mutations: create, variables: {id: "7", create: {sku: A-1}}}
requests: {order: {get: /orders/7}}
`})
	bodies := sent(t, f.Requests)
	for name, want := range map[string]string{"order": "GET | /orders/7", "query-order": `"variables":{"id":"7"}`, "orders": `"variables":{"status":"OPEN"}`, "version": "version", "create": `"variables":{"sku":"A-1"}`} {
		if !strings.Contains(bodies[name], want) {
			t.Errorf("%s: %s lacks %s", name, bodies[name], want)
		}
	}
	if len(bodies) != 5 {
		t.Errorf("%d requests", len(bodies))
	}
	for _, r := range f.Requests {
		if r.Offered != (r.Name != "order") {
			t.Errorf("%s offered: %t", r.Name, r.Offered)
		}
	}
}

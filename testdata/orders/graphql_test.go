package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// execute sends an operation of graphql/ with variables that suit all of them.
func (l *lab) execute(name string, fields ...string) answer {
	l.t.Helper()
	body, err := json.Marshal(map[string]any{"query": read(l.t, "graphql/"+name+".graphql"), "variables": map[string]any{
		"id": "1001", "other": "1002", "first": 3, "input": map[string]any{"sku": "A-1", "quantity": 2}}})
	must(l.t, err)
	return l.ask(string(body), append([]string{"Idempotency-Key: graph"}, fields...)...)
}

// ask posts a request as clients do that know the media type of GraphQL.
func (l *lab) ask(body string, fields ...string) answer {
	l.t.Helper()
	return l.send("POST", "/graphql", body, append([]string{"Accept: application/graphql-response+json"}, fields...)...)
}

// at finds a value of an answer by its path, as errors.0.extensions.code; nil: there is none.
func at(a answer, path string) any {
	var value any = a.body
	for step := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			n := int(step[0] - '0')
			if n >= len(v) {
				return nil
			}
			value = v[n]
		default:
			return nil
		}
	}
	return value
}

func query(text string) string {
	body, _ := json.Marshal(map[string]string{"query": text})
	return string(body)
}

// What is wrong with a request is said before anything is done, with the status of the draft of 2025.
func TestWrongGraphQLRequests(t *testing.T) {
	l := alone(t)
	deep := "{ __schema { types { " + strings.Repeat("fields { type { ", 8) + "name" + strings.Repeat(" } }", 8) + " } } }"
	many := func(n int, field string) string {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, "a%d: %s ", i, field)
		}
		return "{ " + text.String() + "}"
	}
	withID := `query Q($id: ID!) { order(id: $id) { id } }`
	cancel := query(`mutation { cancelOrder(id: 1002) { id } }`)
	const g, j = graphqlJSON, plainJSON
	for name, c := range map[string]struct {
		a      answer
		status int
		media  string
		code   string
	}{
		"not json":                {l.ask(`{"query":`), 400, g, "MALFORMED"},
		"not json, plain":         {l.ask(`{"query":`, "Accept: application/json"), 400, j, "MALFORMED"},
		"empty body":              {l.ask(``, "Content-Type: application/json"), 400, g, "MALFORMED"},
		"no query":                {l.ask(`{}`), 400, g, "BAD_REQUEST"},
		"array":                   {l.ask(`[]`), 400, g, "BAD_REQUEST"},
		"query of 7":              {l.ask(`{"query":7}`), 400, g, "BAD_REQUEST"},
		"variables a list":        {l.ask(`{"query":"{version}","variables":[]}`), 400, g, "BAD_REQUEST"},
		"name a number":           {l.ask(`{"query":"{version}","operationName":1}`), 400, g, "BAD_REQUEST"},
		"extensions a text":       {l.ask(`{"query":"{version}","extensions":"x"}`), 400, g, "BAD_REQUEST"},
		"bad request, plain":      {l.ask(`{}`, "Accept: application/json"), 400, j, "BAD_REQUEST"},
		"syntax":                  {l.ask(query(`{ version `)), 400, g, "GRAPHQL_PARSE_FAILED"},
		"syntax, plain":           {l.ask(query(`{ version `), "Accept: application/json"), 200, j, "GRAPHQL_PARSE_FAILED"},
		"syntax, no accept":       {l.ask(query(`{ version `), "Accept: "), 200, j, "GRAPHQL_PARSE_FAILED"},
		"unknown field":           {l.ask(query(`{ nothing }`)), 400, g, "GRAPHQL_VALIDATION_FAILED"},
		"unknown, plain":          {l.ask(query(`{ nothing }`), "Accept: */*"), 200, j, "GRAPHQL_VALIDATION_FAILED"},
		"unknown enum":            {l.ask(query(`{ orders(status: LOST) { id } }`)), 400, g, "GRAPHQL_VALIDATION_FAILED"},
		"variable enum":           {l.ask(`{"query":"query($s: Status){ orders(status: $s) { id } }","variables":{"s":"LOST"}}`), 400, g, "BAD_USER_INPUT"},
		"variable missing":        {l.ask(query(withID)), 400, g, "BAD_USER_INPUT"},
		"variable null":           {l.ask(`{"query":"` + withID + `","variables":{"id":null}}`), 400, g, "BAD_USER_INPUT"},
		"variable object":         {l.ask(`{"query":"` + withID + `","variables":{"id":{}}}`), 400, g, "BAD_USER_INPUT"},
		"variable fraction":       {l.ask(`{"query":"` + withID + `","variables":{"id":1.5}}`), 400, g, "BAD_USER_INPUT"},
		"variable text":           {l.ask(`{"query":"query($n: Int){ orders(first: $n) { id } }","variables":{"n":"3"}}`), 400, g, "BAD_USER_INPUT"},
		"variable, plain":         {l.ask(query(withID), "Accept: application/json"), 200, j, "BAD_USER_INPUT"},
		"input incomplete":        {l.ask(`{"query":"mutation($i: CreateOrder!){ createOrder(input: $i) { id } }","variables":{"i":{"sku":"A-1"}}}`), 400, g, "BAD_USER_INPUT"},
		"two, no name":            {l.ask(query(`query A { version } query B { version }`)), 400, g, "OPERATION_RESOLUTION_FAILURE"},
		"unknown name":            {l.ask(`{"query":"query A { version }","operationName":"B"}`), 400, g, "OPERATION_RESOLUTION_FAILURE"},
		"two, no name, variables": {l.ask(query(withID + ` query B { version }`)), 400, g, "OPERATION_RESOLUTION_FAILURE"},
		"unknown name, variables": {l.ask(`{"query":"` + withID + `","operationName":"B"}`), 400, g, "OPERATION_RESOLUTION_FAILURE"},
		"other is wrong":          {l.ask(`{"query":"query A { version } query B { nothing }","operationName":"A"}`), 400, g, "GRAPHQL_VALIDATION_FAILED"},
		"no operation":            {l.ask(query(`fragment F on Query { version }`)), 400, g, "OPERATION_RESOLUTION_FAILURE"},
		"too deep":                {l.ask(query(deep)), 400, g, "TOO_COMPLEX"},
		"too many":                {l.ask(query(many(500, "__typename"))), 400, g, "TOO_COMPLEX"},
		"too many roots":          {l.ask(query(many(rootMax+1, "report { totals { orders } }"))), 400, g, "TOO_COMPLEX"},
		"too many, plain":         {l.ask(query(many(rootMax+1, "version")), "Accept: application/json"), 200, j, "TOO_COMPLEX"},
		"too big":                 {l.ask(query(strings.Repeat(" ", bodyLimit) + "{version}")), 413, g, "TOO_BIG"},
		"media type":              {l.ask(`{version}`, "Content-Type: text/plain"), 415, g, "MEDIA_TYPE"},
		"not acceptable":          {l.ask(query(`{version}`), "Accept: text/html"), 406, g, "NOT_ACCEPTABLE"},
		"method":                  {l.send("PUT", "/graphql", query(`{version}`)), 405, j, "METHOD_NOT_ALLOWED"},
		"mutation by get":         {l.send("GET", "/graphql?query="+url.QueryEscape(`mutation { cancelOrder(id: 1) { id } }`), "", "Accept: "+g), 405, g, "METHOD_NOT_ALLOWED"},
		"get without query":       {l.send("GET", "/graphql", ""), 400, j, "BAD_REQUEST"},
		"get of bad json":         {l.send("GET", "/graphql?query=%7Bversion%7D&variables=%7B", ""), 400, j, "BAD_REQUEST"},
		"get too long":            {l.send("GET", "/graphql?query="+strings.Repeat("x", targetLimit), ""), 414, j, "TARGET_TOO_LONG"},
		"no token":                {l.ask(cancel, "Authorization: "), 401, g, "UNAUTHENTICATED"},
		"wrong token":             {l.ask(cancel, "Authorization: Bearer a.b.c", "Accept: application/json"), 401, j, "UNAUTHENTICATED"},
	} {
		t.Run(name, func(t *testing.T) {
			l := l.in(t)
			l.traced(c.a, c.media)
			if _, data := c.a.body["data"]; c.a.status != c.status || at(c.a, "errors.0.extensions.code") != c.code || data {
				t.Errorf("answered %d %v, want %d %s and no data", c.a.status, c.a.body, c.status, c.code)
			}
			if (c.a.header.Get("Retry-After") != "") != (c.status == 503) {
				t.Errorf("Retry-After is %q", c.a.header.Get("Retry-After"))
			}
		})
	}
	for a, allow := range map[*answer]string{
		new(l.send("DELETE", "/graphql", "")):                                              "GET, HEAD, POST",
		new(l.send("GET", "/graphql?query="+url.QueryEscape("mutation{createOrder}"), "")): "POST",
	} {
		if a.header.Get("Allow") != allow {
			t.Errorf("Allow is %q, want %q", a.header.Get("Allow"), allow)
		}
	}
}

// traced checks what all answers of /graphql have in common.
func (l *lab) traced(a answer, media string) {
	l.t.Helper()
	if got := a.header.Get("Content-Type"); got != media+"; charset=utf-8" {
		l.t.Errorf("Content-Type is %q, want %q", got, media)
	}
	id := a.header.Get("X-Request-Id")
	if len(id) != 32 || !strings.Contains(l.logs.String(), id) {
		l.t.Errorf("the id %q is not in the log", id)
	}
	for member := range a.body {
		if member != "data" && member != "errors" {
			l.t.Errorf("the answer has a member %q", member)
		}
	}
	errors, there := a.body["errors"].([]any)
	if there && len(errors) == 0 {
		l.t.Error("errors is empty")
	}
	for _, e := range errors {
		e := e.(map[string]any)
		extensions := e["extensions"].(map[string]any)
		if text, _ := e["message"].(string); text == "" || extensions["traceId"] != id || extensions["code"] == "" {
			l.t.Errorf("not a good error: %v", e)
		}
	}
}

package scenario_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/scenario"
)

func into(t testing.TB, src string, v any) error {
	t.Helper()
	n, err := decode.Parse("f.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return n.Into(v)
}

var values = map[string]string{"id": "1001", "case.key": "k-1", "login.token": "tok", "empty": ""}

func value(name string) (string, error) {
	if v, ok := values[name]; ok {
		return v, nil
	}
	return "", errors.New("unknown name $" + name)
}

func TestRender(t *testing.T) {
	for src, want := range map[string]exchange.Request{
		"{get: /orders/$id}":                   {Method: "GET", Target: "/orders/1001"},
		"{get: admin:/metrics}":                {Method: "GET", Target: "/metrics", Port: "admin"},
		"{get: '/a:/b'}":                       {Method: "GET", Target: "/a:/b"},
		"{get: /o, query: {b: '$id &', a: 1}}": {Method: "GET", Target: "/o?a=1&b=1001+%26"},
		"{get: '/o?x=1', query: {a: 1}}":       {Method: "GET", Target: "/o?x=1&a=1"},
		"{post: /o, json: {n: 1, id: $id, s: '$id', none: , l: [true]}, keyed: true}": {Method: "POST", Target: "/o", Keyed: true, Body: `{"n":1,"id":1001,"s":"1001","none":null,"l":[true]}`,
			Header: exchange.Header{{Name: "Content-Type", Value: "application/json"}}},
		"{put: /o, body: 'x $id $$', header: {b: Bearer $login.token, a: ${case.key}!}}": {Method: "PUT", Target: "/o", Body: "x 1001 $", Header: exchange.Header{{Name: "a", Value: "k-1!"}, {Name: "b", Value: "Bearer tok"}}},
		"{post: /o, json: {}, header: {content-type: application/x}}":                    {Method: "POST", Target: "/o", Body: "{}", Header: exchange.Header{{Name: "content-type", Value: "application/x"}}},
	} {
		var r scenario.Request
		if err := into(t, strings.Replace(src, "${case.key}!", "'${case.key}!'", 1), &r); err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		got, err := r.Render(value)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v (%v)\nwant %+v", src, got, err, want)
		}
	}
	var r scenario.Request
	if err := into(t, "{post: /o/$a, json: {x: $b}, header: {c: $c}}", &r); err != nil {
		t.Fatal(err)
	}
	r.Name = "r"
	_, err := r.Render(value)
	for _, name := range []string{"request r: ", "$a", "$b", "$c"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v does not say %s", err, name)
		}
	}
}

func TestRequestMistakes(t *testing.T) {
	for src, want := range map[string]string{
		"{json: {}}":                      "f.yaml:1:1: the request has no method: want one of get, head, post, put, patch, delete, options with a path",
		"{get: /a, post: /b}":             "f.yaml:1:11: a request has one method; it has get already",
		"{get: orders}":                   `f.yaml:1:7: want a path such as /orders, not "orders"`,
		"{get: /a, json: {}, body: x}":    "f.yaml:1:1: a request has `json` or `body`, not both",
		"{get: /a, boddy: x}":             `f.yaml:1:11: unknown field "boddy"; did you mean "body"?`,
		"{get: /a, effect: {on: db}}":     `f.yaml:1:19: field "sql" is missing`,
		"{get: /a, uses: {db: [x]}}":      "f.yaml:1:22: want a word such as optional, or {when-away: open}, not a list",
		"{post: , expect: {status: two}}": `f.yaml:1:8: want a path such as /orders, not ""`,
	} {
		var r scenario.Request
		if err := into(t, src, &r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v\nwant %s", src, err, want)
		}
	}
}

func TestStep(t *testing.T) {
	for _, c := range []struct {
		src, use, captured string
		own                bool
	}{
		{"create-order", "create-order", "", false},
		{"{create-order: }", "create-order", "", false},
		{"{create-order: {capture: {order: /id}, tolerate: 409}}", "create-order", "/id", false},
		{"{post: /login, json: {user: ann}, capture: {order: /token}, tolerate: [409]}", "", "/token", true},
		{"{get: /csrf}", "", "", true},
	} {
		var s scenario.Step
		if err := into(t, c.src, &s); err != nil || s.Use != c.use || s.Capture["order"] != c.captured || (s.Request != nil) != c.own || strings.Contains(c.src, "409") && !slices.Equal(s.Tolerate, []int{409}) {
			t.Errorf("%s: %+v %v", c.src, s, err)
		}
	}
	for src, want := range map[string]string{
		"{create-order: {captur: {}}}":    `f.yaml:1:17: unknown field "captur"; did you mean "capture"?`,
		"{capture: {a: /b}, tolerate: 1}": "the request has no method",
		"{post: x, capture: 1}":           "want a map",
	} {
		var s scenario.Step
		if err := into(t, src, &s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v\nwant %s", src, err, want)
		}
	}
}

// What is asked of a further port, and a dollar that begins no name, come out as they are meant.
func TestRenderPortAndDollar(t *testing.T) {
	r := scenario.Request{Name: "r", Method: "POST", Target: "admin:/a?b=$$c", Body: "$$", Keyed: true, Header: map[string]string{"X": "$$y"}}
	got, err := r.Render(value)
	want := exchange.Request{Name: "r", Method: "POST", Target: "/a?b=$c", Port: "admin", Body: "$", Keyed: true, Header: exchange.Header{{Name: "X", Value: "$y"}}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v (%v)\nwant %+v", got, err, want)
	}
}

func TestTexts(t *testing.T) {
	var r scenario.Request
	if err := into(t, "{post: /o/$a, json: {x: $b}, header: {h: $c}, query: {q: $d}, effect: {on: db, sql: select '$e'}}", &r); err != nil {
		t.Fatal(err)
	}
	if got := decode.Names(strings.Join(r.Texts(), " ")); len(got) != 5 {
		t.Errorf("%v", got)
	}
}

package scenario_test

import (
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/scenario"
)

var post = exchange.Request{Name: "create", Method: "POST", Target: "/orders",
	Header: exchange.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "Accept", Value: "*/*"}},
	Body:   `{"sku":"A<1","quantity":9007199254740993,"gift":true,"note":null,"lines":[{"n":1},{"n":2}],"a/b":{"c~d":1}}`}

func changes(t testing.TB, src string) []scenario.Change {
	t.Helper()
	n, err := decode.Parse("f.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	var all []scenario.Change
	if err := n.Into(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestChangeBody(t *testing.T) {
	for src, want := range map[string]string{
		`[{drop: /sku}]`:                         `{"a/b":{"c~d":1},"gift":true,"lines":[{"n":1},{"n":2}],"note":null,"quantity":9007199254740993}`,
		`[{drop: /lines/0}, {drop: /a~1b/c~0d}]`: `{"a/b":{},"gift":true,"lines":[{"n":2}],"note":null,"quantity":9007199254740993,"sku":"A<1"}`,
		`[{drop: '*'}]`:                          `{"gift":true,"lines":[{"n":1},{"n":2}],"note":null,"quantity":9007199254740993,"sku":"A<1"}`,
		`[{type: /sku}, {type: /quantity}, {type: /gift}, {type: /note}, {type: /lines}]`: `{"a/b":{"c~d":1},"gift":"maybe","lines":7,"note":7,"quantity":"not-a-number","sku":[{}]}`,
		`[{value: '*'}]`: `{"a/b":{"c~d":1},"gift":true,"lines":[{"n":1},{"n":2}],"note":null,"quantity":9007199254740994,"sku":"A<1"}`,
		`[{value: /sku}, {value: /gift}, {value: /note}, {value: /lines}]`:    `{"a/b":{"c~d":1},"gift":false,"lines":null,"note":"x","quantity":9007199254740993,"sku":"A<1x"}`,
		`[{set: {at: /sku, to: 1e400}}, {set: {at: /lines/1/n, to: 'null'}}]`: `{"a/b":{"c~d":1},"gift":true,"lines":[{"n":1},{"n":null}],"note":null,"quantity":9007199254740993,"sku":1e400}`,
		`[{set: {at: /more, to: '{"x": [1]}'}}]`:                              `{"a/b":{"c~d":1},"gift":true,"lines":[{"n":1},{"n":2}],"more":{"x":[1]},"note":null,"quantity":9007199254740993,"sku":"A<1"}`,
		`[{set: {at: /sku, to: "not json"}}]`:                                 `{"a/b":{"c~d":1},"gift":true,"lines":[{"n":1},{"n":2}],"note":null,"quantity":9007199254740993,"sku":"not json"}`,
		`[{raw-body: '{"cut": '}]`:                                            `{"cut": `,
		`[{raw-body: 'a{pad:3}b{pad:0}c{pad:x}d'}]`:                           `axxxbc{pad:x}d`,
	} {
		got, err := scenario.Changed(post, changes(t, src))
		if err != nil || got.Body != want {
			t.Errorf("%s\n%s (%v)\nwant %s", src, got.Body, err, want)
		}
	}
	for src, want := range map[string]string{
		`[{drop: /nothing}]`:         "the body of create has no /nothing",
		`[{drop: /sku/deeper}]`:      "the body of create has no /sku/deeper",
		`[{type: /lines/9}]`:         "the body of create has no /lines/9",
		`[{set: {at: /x/y, to: 1}}]`: "the body of create has no /x/y",
	} {
		if _, err := scenario.Changed(post, changes(t, src)); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", src, err, want)
		}
	}
	for body, want := range map[string]string{"": "create has no JSON body to change", "{": "create has no JSON body to change", "{}": "the body of create is no JSON object with members", "[]": "the body of create is no JSON object with members"} {
		r := post
		r.Body = body
		if _, err := scenario.Changed(r, changes(t, `[{drop: '*'}]`)); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", body, err, want)
		}
	}
}

func TestChangeHead(t *testing.T) {
	r, err := scenario.Changed(post, changes(t, `[{header: {at: accept}}, {header: {at: X-Pad, to: '{pad:4}'}}, {method: DELETE}, {target: '/x?{pad:2}'}, {pace: 3}]`))
	if err != nil || r.Header.Has("Accept") || r.Header.Get("X-Pad") != "xxxx" || r.Method != "DELETE" || r.Target != "/x?xx" || r.Pace != 3 || r.Body != post.Body {
		t.Errorf("%+v %v", r, err)
	}
	if len(post.Header) != 2 || !post.Header.Has("Accept") {
		t.Error("the request itself was changed")
	}
}

// The bytes on the wire are what RFC 9112, 6.3 forbids. Host is added by whoever sends them.
func TestFraming(t *testing.T) {
	r := exchange.Request{Name: "r", Method: "POST", Target: "/o", Header: exchange.Header{{Name: "A", Value: "b"}}, Body: "{}"}
	const head = "POST /o HTTP/1.1\r\nA: b\r\n"
	for how, want := range map[string]string{
		"two-lengths":        head + "Content-Length: 2\r\nContent-Length: 9\r\nConnection: close\r\n\r\n{}",
		"length-and-chunked": head + "Content-Length: 2\r\nTransfer-Encoding: chunked, identity\r\nConnection: close\r\n\r\n{}",
		"bad-chunk":          head + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
		"unknown-coding":     head + "Transfer-Encoding: frobnicate\r\nConnection: close\r\n\r\n{}",
	} {
		got, err := scenario.Changed(r, []scenario.Change{{Verb: "framing", To: how}})
		if err != nil || got.Raw != want {
			t.Errorf("%s: %q (%v)\nwant %q", how, got.Raw, err, want)
		}
	}
	if _, err := scenario.Changed(r, []scenario.Change{{Verb: "framing", To: "other"}}); err == nil || !strings.HasPrefix(err.Error(), `framing is two-lengths, `) {
		t.Errorf("%v", err)
	}
}

func TestChangeWords(t *testing.T) {
	for want, c := range map[string]scenario.Change{
		"drop /sku": {Verb: "drop", At: "/sku"}, "method DELETE": {Verb: "method", To: "DELETE"},
		"raw-body " + strings.Repeat("x", 40) + "...": {Verb: "raw-body", To: strings.Repeat("x", 99)},
	} {
		if got := c.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

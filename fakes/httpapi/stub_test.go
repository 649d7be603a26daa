package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/httpapi"
	"github.com/failwell/failwell/harness/decode"
)

const routes = `
routes:
  - {method: POST, path: /charges, status: 201, json: {id: ch_1, amount: 12.50, "ok": true}, header: {Location: /charges/ch_1}}
  - {path: "/charges/{id}", query: {expand: customer}, json: [1, null]}
  - {path: "/charges/{id}", json: {z: 1, a: 2}}
  - {path: /files/*, body: plain}
  - {path: /token, times: 1, status: 503}
  - {path: /token, json: {token: abc}}
  - {method: DELETE, path: "/charges/{id}", status: 204}
`

func stubOf(t *testing.T, src string) (fakes.Dependency, error) {
	t.Helper()
	n, err := decode.Parse("stubs.yaml", []byte(src))
	must(t, err)
	return httpapi.Make(fakes.Options{Name: "payments", Stubs: n})
}

func TestStubAnswersByRoute(t *testing.T) {
	d, err := stubOf(t, routes)
	must(t, err)
	l := start(t, d)
	for _, c := range []struct{ method, target, want, answer string }{
		{"POST", "/charges", `201 {"id":"ch_1","amount":12.50,"ok":true}`, "201"},
		{"GET", "/charges/1?expand=customer", `200 [1,null]`, "200"},
		{"GET", "/charges/1?expand=x", `200 {"z":1,"a":2}`, "200"},
		{"HEAD", "/charges/1", `200 `, "200"},
		{"GET", "/files/a/b", "200 plain", "200"},
		{"GET", "/token", "503 ", "503"},
		{"GET", "/token", `200 {"token":"abc"}`, "200"},
		{"DELETE", "/charges/1", "204 ", "204"},
		{"GET", "/charges", `404 {"error":"no stub for GET /charges"}`, "404 no stub for GET /charges"},
		{"GET", "/charges/", `404 {"error":"no stub for GET /charges/"}`, "404 no stub for GET /charges/"},
		{"GET", "/files", `404 {"error":"no stub for GET /files"}`, "404 no stub for GET /files"},
		{"PUT", "/charges/1", `404 {"error":"no stub for PUT /charges/1"}`, "404 no stub for PUT /charges/1"},
	} {
		got := l.do(c.method, c.target, "")
		if told := strings.TrimSuffix(describe(got), "\n"); told != c.want || got.header.Get("Failwell-Note") != "" {
			t.Errorf("%s %s: %q, want %q", c.method, c.target, told, c.want)
		}
		if hits := l.last(); len(hits) != 1 || hits[0].Answer != c.answer {
			t.Errorf("%s %s: hits are %+v, want the answer %q", c.method, c.target, hits, c.answer)
		}
	}
	if l.backend.Stateful() {
		t.Error("a stub is not stateful")
	}
	must(t, l.backend.Reset(t.Context()))
	if got := describe(l.do("GET", "/token", "")); got != "503 " {
		t.Errorf("after a reset: %q", got)
	}
}

func TestStubCountsWhatItCarriedOut(t *testing.T) {
	l := start(t, stub())
	for _, key := range []string{"a", "b", "a"} {
		r, _ := http.NewRequest("POST", l.url+"/charges?x=1", strings.NewReader(`{"ref":"body-`+key+`"}`))
		r.Header.Set("Idempotency-Key", "key-"+key)
		resp, err := l.client.Do(r)
		must(t, err)
		resp.Body.Close()
	}
	l.do("GET", "/charges/1", "")
	l.do("GET", "/charges", "")
	for query, want := range map[string]string{
		"POST /charges": "3", "post /charges?x=1": "3", "POST /charges?x=2": "0", "POST /charges key=key-a": "2",
		"POST /charges key=body-b": "1", "POST /charges key=none": "0", "GET /charges/{id}": "1", "GET /charges": "0", "GET /*": "1",
	} {
		if got := l.count(query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	for _, query := range []string{"", "POST", "/charges", "POST charges", "POST /charges where x", "POST /charges key="} {
		if _, err := l.backend.(fakes.Scripted).Query(t.Context(), query); err == nil {
			t.Errorf("%q is no query, but was answered", query)
		}
	}
	must(t, l.backend.Reset(t.Context()))
	if got := l.count("POST /charges"); got != "0" {
		t.Errorf("after a reset it counts %s", got)
	}
}

func TestMistakesInStubs(t *testing.T) {
	for src, want := range map[string]string{
		"routes: [{path: charges}]":                                `stubs.yaml:1:10: want a path such as /charges/{id}, not "charges"`,
		"routes: [{path: /a, json: {}, body: x}]":                  "has json and body",
		"routes: [{path: /a, status: 99}]":                         "want a status from 200 on",
		"routes: [{method: GET}]":                                  `field "path" is missing`,
		"routes: [{path: /a, satus: 200}]":                         `did you mean "status"?`,
		"route: []":                                                `did you mean "routes"?`,
		"routes: [{path: /a, times: -1}]":                          "times that are not negative",
		"routes: {path: /a, json: 1, nope: 1, method: G, body: x}": `unknown field "nope"`,
	} {
		if _, err := stubOf(t, src); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", src, err, want)
		}
	}
}

func TestMake(t *testing.T) {
	for _, c := range []struct {
		options fakes.Options
		url     string // of the gate at 127.0.0.1:1
		wrong   string
	}{
		{options: fakes.Options{}, url: "http://127.0.0.1:1"},
		{options: fakes.Options{Server: "stub"}, url: "http://127.0.0.1:1"},
		{options: fakes.Options{Server: "installed"}, wrong: "no server"},
		{options: fakes.Options{Address: "localhost:80"}, url: "http://127.0.0.1:1"},
		{options: fakes.Options{Address: "https://u:p@api.example/v1/"}, url: "http://u:p@127.0.0.1:1/v1"},
		{options: fakes.Options{Address: "ftp://a"}, wrong: "scheme is ftp"},
		{options: fakes.Options{Address: "http://"}, wrong: "names no host"},
		{options: fakes.Options{Address: "http://a/?q"}, wrong: "query"},
		{options: fakes.Options{Address: "a:1", Stubs: &decode.Node{}}, wrong: "want one of them"},
	} {
		d, err := httpapi.Make(c.options)
		if c.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%+v: %v, want %q", c.options, err, c.wrong)
			}
			continue
		}
		if err != nil || d.URL("127.0.0.1:1", nil) != c.url {
			t.Errorf("%+v: %v, %v, want %s", c.options, d, err, c.url)
		}
	}
	if _, err := httpapi.Forward("ftp://a").Server.Start(t.Context()); err == nil {
		t.Error("a wrong address was started")
	}
}

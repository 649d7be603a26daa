package exchange_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

func TestHeader(t *testing.T) {
	h := exchange.Header{{Name: "Vary", Value: "a"}, {Name: "X-Id", Value: "1"}, {Name: "x-id", Value: "2"}}
	if h.Get("X-ID") != "1" || h.Get("None") != "" || !h.Has("vary") || h.Has("None") {
		t.Errorf("%v", h)
	}
	if got := h.With("X-Id", "3"); !reflect.DeepEqual(got, exchange.Header{{Name: "Vary", Value: "a"}, {Name: "X-Id", Value: "3"}}) {
		t.Errorf("%v", got)
	}
	if h[1].Value != "1" || len(h) != 3 {
		t.Errorf("With changed the header it came from: %v", h)
	}
	if (exchange.Header)(nil).With("A", "b").Get("a") != "b" {
		t.Error("an empty header takes fields")
	}
}

// Safe methods are those of RFC 9110, 9.2.1; method names are case-sensitive (9.1).
func TestSafe(t *testing.T) {
	for method, want := range map[string]bool{"GET": true, "HEAD": true, "OPTIONS": true, "TRACE": true, "POST": false, "PUT": false, "DELETE": false, "PATCH": false, "get": false, "": false} {
		if got := (exchange.Request{Method: method}).Safe(); got != want {
			t.Errorf("%q is safe: %t", method, got)
		}
	}
}

func TestStatus(t *testing.T) {
	for _, c := range []struct {
		response *exchange.Response
		status   int
		ok       bool
	}{
		{nil, 0, false},
		{&exchange.Response{Status: 204}, 204, true},
		{&exchange.Response{Status: 299}, 299, true},
		{&exchange.Response{Status: 302}, 302, false},
		{&exchange.Response{Status: 503}, 503, false},
		{&exchange.Response{Status: 200, BodyErr: "unexpected EOF"}, 200, false},
	} {
		e := exchange.Exchange{Response: c.response}
		if e.Status() != c.status || e.OK() != c.ok {
			t.Errorf("%+v: %d %t", c.response, e.Status(), e.OK())
		}
	}
}

func TestMediaType(t *testing.T) {
	for field, want := range map[string]string{"Application/JSON; charset=utf-8": "application/json", " text/html ": "text/html", "": "", ";": ""} {
		if got := (exchange.Response{Header: exchange.Header{{Name: "content-type", Value: field}}}).MediaType(); got != want {
			t.Errorf("%q: %q", field, got)
		}
	}
}

func TestStruck(t *testing.T) {
	hit := fault.Hit{Seq: 1, Effect: fault.Effect{Verb: fault.Hang}, Done: fault.Carried}
	behind := hit
	behind.Background = true
	e := exchange.Exchange{Hits: []fault.Hit{{Seq: 7}, behind, hit}}
	if got := e.Struck(); len(got) != 1 || got[0].Seq != 1 {
		t.Errorf("%+v", got)
	}
}

func TestJSON(t *testing.T) {
	whole := exchange.Exchange{
		Phase: exchange.Faulty, Role: "liveness", Failure: exchange.NoAnswer, Detail: "nothing", Trace: "t", At: time.Second, Took: time.Minute, Reused: true,
		Request: exchange.Request{Name: "n", Method: "POST", Target: "/x?y=<&>", Port: "admin", Header: exchange.Header{{Name: "A", Value: "b"}}, Body: "ü\u2028", Raw: "r\r\n", Pace: 1, Keyed: true, Copy: 2},
		Response: &exchange.Response{Status: 200, Reason: "OK", Proto: "HTTP/1.1", Header: exchange.Header{{Name: "A", Value: "b"}, {Name: "a", Value: "c"}}, Body: "/w==", Base64: true, Size: 1,
			Trailer: exchange.Header{{Name: "T", Value: "u"}}, BodyErr: "EOF"},
		Hits: []fault.Hit{{Seq: 1, Call: fault.Call{On: "db", Op: "query", Text: "x", N: 1, InTx: true, Trace: "t", Conn: 3, Old: true},
			Effect: fault.Effect{Verb: fault.Pass, At: fault.Request, Delay: fault.Span{X: 3}}, Rule: 1, Done: fault.Carried, Answer: "503", At: 1, Took: 2, Background: true}},
	}
	for _, e := range []exchange.Exchange{whole, {}, {Response: &exchange.Response{}}} {
		doc, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var again exchange.Exchange
		if err := json.Unmarshal(doc, &again); err != nil || !reflect.DeepEqual(again, e) {
			t.Errorf("%s came back as %+v (%v)", doc, again, err)
		}
	}
	launch := exchange.Launch{Phase: exchange.Calm, Ready: true, Took: 1, Exit: &exchange.Exit{Code: -1, Signal: "KILL", OOM: true, Limit: 1, Part: "gw"}, Last: []string{"x"}, Readying: 503, Awaited: []string{"y"}}
	doc, _ := json.Marshal(launch)
	var again exchange.Launch
	if err := json.Unmarshal(doc, &again); err != nil || !reflect.DeepEqual(again, launch) {
		t.Errorf("%s came back as %+v (%v)", doc, again, err)
	}
}

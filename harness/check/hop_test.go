package check_test

import (
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// told is a call that got this answer.
func told(on string, at time.Duration, status int, body string) fault.Hit {
	return fault.Hit{Call: fault.Call{On: on, Trace: "t"}, At: at,
		Said: &fault.Said{Status: status, Media: "application/json", Size: len(body), Sum: fault.Sum(0, []byte(body))}}
}

func TestHop(t *testing.T) {
	const own, page = `{"title":"Service Unavailable"}`, `<html>down for maintenance</html>`
	two := check.Declared{Entry: "edge", Taps: map[string]string{"outer": "gw", "inner": "app"}}
	cut := told("outer", 1, 200, own)
	cut.Said.Cut = true
	for _, c := range []struct {
		name     string
		declared check.Declared
		status   int
		body     string
		hits     []fault.Hit
		want     string
	}{
		{"nothing declared", check.Declared{}, 503, own, []fault.Hit{{Call: fault.Call{On: "db"}}}, ""},
		{"passed through", check.Declared{}, 502, page, []fault.Hit{told("payments", 1, 200, page)}, "payments"},
		{"too short to tell", check.Declared{}, 502, "{}", []fault.Hit{told("payments", 1, 200, "{}")}, ""},
		{"a success is the system's", check.Declared{}, 200, page, []fault.Hit{told("payments", 1, 200, page)}, ""},
		{"the entry's own", two, 502, own, nil, "edge"},
		{"the entry's, instead of another", two, 502, own, []fault.Hit{told("outer", 1, 503, own)}, "edge"},
		{"the outer part's", two, 503, own, []fault.Hit{told("outer", 1, 503, own), told("inner", 2, 500, page)}, "gw"},
		{"the innermost part's", two, 503, own, []fault.Hit{told("outer", 1, 503, own), told("inner", 2, 503, own)}, "app"},
		{"passed through all", two, 502, page, []fault.Hit{told("outer", 1, 502, page), told("inner", 2, 502, page), told("payments", 3, 500, page)}, "payments"},
		{"cut off on its way", two, 200, own, []fault.Hit{cut}, "gw"},
		{"nobody's", two, 0, "", []fault.Hit{{Call: fault.Call{On: "outer"}}}, "edge"},
	} {
		e := exchange.Exchange{Trace: "t", Hits: c.hits}
		if c.status > 0 {
			e.Response = &exchange.Response{Status: c.status, Body: c.body, Size: len(c.body), Header: exchange.Header{{Name: "Content-Type", Value: "application/json"}}}
		}
		if got := c.declared.Hop(e); got != c.want {
			t.Errorf("%s: made by %q, want %q", c.name, got, c.want)
		}
	}
	e := exchange.Exchange{Hits: []fault.Hit{told("outer", 1, 200, own)}, Response: &exchange.Response{Status: 200, Body: strings.Repeat("x", 9), Size: 9,
		Header: exchange.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "Content-Encoding", Value: "gzip"}}}}
	if got := two.Hop(e); got != "gw" {
		t.Errorf("compressed by the gateway: made by %q, want gw", got)
	}
	packed := []byte("this is how it went over the wire")
	e.Hits[0].Said.Size, e.Hits[0].Said.Sum, e.Hits[0].Said.Media = len(packed), fault.Sum(0, packed), "text/html"
	e.Response.Coding, e.Response.Sent, e.Response.Sum, e.Response.Body, e.Response.Size = "gzip", len(packed), fault.Sum(0, packed), own, len(own)
	if got := two.Hop(e); got != "gw" {
		t.Errorf("passed on as it was sent, compressed: made by %q, want gw", got)
	}
	e.Hits[0].Said.Size, e.Hits[0].Said.Sum = len(own), fault.Sum(0, []byte(own))
	if got := two.Hop(e); got != "gw" {
		t.Errorf("compressed on its way: made by %q, want gw", got)
	}
	e.Hits[0].Said.Sum++
	if got := two.Hop(e); got != "edge" {
		t.Errorf("another body: made by %q, want edge", got)
	}
}

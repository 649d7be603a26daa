package leak

import (
	"sync"
	"testing"
)

const problem = `{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"The order store is temporarily unavailable. Try again soon.","code":"store_unavailable","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}`

func TestWellBehavedAnswerHasNoFindingAtAll(t *testing.T) {
	header := [][2]string{{"Content-Type", "application/problem+json"}, {"X-Request-Id", "4bf92f3577b34da6a3ce929d0e0e4736"}, {"Retry-After", "5"},
		{"Date", "Sun, 01 Feb 2026 10:00:00 GMT"}, {"WWW-Authenticate", "Bearer"}, {"Allow", "GET, HEAD"}, {"Vary", "Accept, Origin"}, {"ETag", `W/"33a64df551425fcc55e4d42a148795d9f25f89d4"`},
		{"traceresponse", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}, {"Server-Timing", "db;dur=53, app;dur=47.2"}, {"Content-Length", "213"}, {"Cache-Control", "no-store"}}
	if got := New().Scan(Input{Status: 503, Reason: "Service Unavailable", Header: header, Body: []byte(problem), Canaries: manyCanaries()}); len(got) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestForgiveness(t *testing.T) {
	d := New()
	leaky := []byte(`{"error":"dial tcp 10.0.0.7:5432: connect: connection refused","host":"orders-db.internal"}`)
	for name, c := range map[string]struct {
		in   Input
		want int
	}{
		"nothing forgives":        {Input{Status: 503, Body: leaky}, 3},
		"the calm answer says so": {Input{Status: 503, Body: leaky, Calm: []byte(`{"error":"dial tcp 10.0.0.9:5432: connect: connection refused","host":"orders-db.internal"}`)}, 0},
		"calm has another port":   {Input{Status: 503, Body: []byte(`{"error":"127.0.0.1:5432 is away"}`), Calm: []byte(`{"next":"http://127.0.0.1:4000/2"}`)}, 1},
		"calm has it in a field":  {Input{Status: 503, Header: [][2]string{{"X-Served", "10.0.0.7:80"}}, CalmHeader: [][2]string{{"X-Served", "10.0.0.9:80"}}}, 0},
		"calm has no such field":  {Input{Status: 503, Header: [][2]string{{"X-Served", "10.0.0.7:80"}}, CalmHeader: [][2]string{}}, 1},
		"its own, by Host":        {Input{Status: 404, Header: [][2]string{{"Host", "127.0.0.1:4000"}, {"Content-Location", "http://127.0.0.1:4000/x"}}, Own: []string{"127.0.0.1:4000"}}, 0},
		"its own, by other names": {Input{Status: 404, Body: []byte(`{"instance":"http://localhost:4000/x"}`), Header: [][2]string{{"Location", "http://[::1]:4000/"}}, Own: []string{"127.0.0.1:4000"}}, 0},
		"the request carried it":  {Input{Status: 400, Body: leaky, Request: []string{"/x?host=orders-db.internal&text=dial+tcp+10.0.0.7%3A5432%3A+connect%3A+connection+refused"}}, 0},
		"its own origin":          {Input{Status: 421, Body: []byte(`{"error":"no site at 127.0.0.1:4000"}`), Own: []string{"127.0.0.1:4000"}}, 0},
		"another origin":          {Input{Status: 421, Body: []byte(`{"error":"no site at 127.0.0.1:4001"}`), Own: []string{"127.0.0.1:4000"}}, 1},
		"product data":            {Input{Status: 200, Body: []byte(`{"text":"dial tcp 10.0.0.7:5432: connect: connection refused"}`)}, 0},
		"an owner's name":         {Input{Status: 500, Body: []byte(`{"error":"no orders_v2 row"}`), Words: []string{"orders_v2"}}, 1},
		"inside another word":     {Input{Status: 500, Body: []byte(`{"error":"no orders_v23 row"}`), Words: []string{"orders_v2"}}, 0},
	} {
		if got := d.Scan(c.in); len(got) != c.want {
			t.Errorf("%s: want %d findings, got %+v", name, c.want, got)
		}
	}
}

func TestWhereTellsTheLayers(t *testing.T) {
	d := New()
	for name, c := range map[string]struct {
		in   Input
		want string
	}{
		"member": {Input{Status: 500, Body: []byte(`{"errors":[{"message":"pq: deadlock detected"}]}`)}, "body /errors/0/message"},
		"gzip":   {Input{Status: 500, Header: [][2]string{{"Content-Encoding", "gzip"}}, Body: zipped(`{"detail":"pq: deadlock detected"}`)}, "body > gzip > json /detail"},
		"base64": {Input{Status: 500, Body: []byte(`{"detail":"cHE6IGRlYWRsb2NrIGRldGVjdGVkLCBhbmQgbm90aGluZyBlbHNlIHRvIHNheQ=="}`)}, "body /detail > base64"},
		"header": {Input{Status: 500, Header: [][2]string{{"X-Oops", "pq: deadlock detected"}}}, "header X-Oops"},
		"string": {Input{Status: 500, Body: []byte(`{"detail":"{\"inner\":\"pq: deadlock \\u0064etected\"}"}`)}, "body /detail > json /inner"},
	} {
		got := d.Scan(c.in)
		found := false
		for _, f := range got {
			found = found || f.Where == c.want
		}
		if !found {
			t.Errorf("%s: want a finding at %q, got %+v", name, c.want, got)
		}
	}
}

func TestLogLines(t *testing.T) {
	d := New()
	for line, want := range map[string]int{
		`ERROR dial tcp 10.0.0.7:5432: connection refused at store.go:12`:     0,
		`connecting to postgres://orders:Xk29fQpL7@db:5432/orders`:            1,
		`request failed Authorization: Bearer 9f8e7d6c5b4a39281706f5e4d3c2b1`: 1,
		`dsn postgres://orders:***@db:5432/orders`:                            0,
		`{"level":"info","msg":"ready","port":8080}`:                          0,
	} {
		if got := d.ScanText(line, nil); len(got) != want {
			t.Errorf("%s: want %d, got %+v", line, want, got)
		}
	}
}

func TestDetectorIsSafeForConcurrentUse(t *testing.T) {
	d, all := New(), corpus(t)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i, a := range all {
				a.in.Canaries = manyCanaries()[:i%3]
				d.Scan(a.in)
			}
		})
	}
	group.Wait()
}

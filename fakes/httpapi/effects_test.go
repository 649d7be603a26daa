package httpapi_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/httpapi"
	"github.com/failwell/failwell/harness/fault"
)

const charge = `{"id":"ch_1","amount":1250,"status":"succeeded","items":[1,2,3]}`

func stub() fakes.Dependency {
	return fakes.Dependency{
		Fake: httpapi.Fake{},
		Server: httpapi.Stub{Routes: []httpapi.Route{
			{Method: "POST", Path: "/charges", Status: 201, Body: charge},
			{Path: "/charges/{id}", Body: charge},
			{Path: "/nothing", Status: 204},
			{Path: "/text", Body: "just text"},
		}},
		URL: func(addr string, _ map[string]string) string { return "http://" + addr },
	}
}

func TestEffects(t *testing.T) {
	say := fault.Saying{Status: "503", Body: `{"a":1}`, Fields: map[string]string{"Retry-After": "7"}}
	whole := "201 " + charge
	for _, c := range []struct {
		name   string
		effect fault.Effect
		want   string // status and body, or a part of the error
		done   fault.Done
		answer string
		asked  string // how often the backend was
	}{
		{"delay at request", fault.Effect{Verb: fault.Pass, At: fault.Request, Delay: fault.For(30 * time.Millisecond)}, whole, fault.Carried, "201", "1"},
		{"reply at request", fault.Effect{Verb: fault.Answer, At: fault.Request, Say: say}, `503 {"a":1}`, fault.Carried, "503", "0"},
		{"late reply at request", fault.Effect{Verb: fault.Answer, At: fault.Request, Say: say, Delay: fault.For(30 * time.Millisecond)}, `503 {"a":1}`, fault.Carried, "503", "0"},
		{"reply then close", fault.Effect{Verb: fault.Answer, At: fault.Request, Say: fault.Saying{Status: "500", Then: fault.Close}}, "500 ", fault.Carried, "500", "0"},
		{"reply then reset", fault.Effect{Verb: fault.Answer, At: fault.Request, Say: fault.Saying{Status: "500", Then: fault.Reset}}, "", fault.Carried, "500 reset", "0"},
		{"reply of no status", fault.Effect{Verb: fault.Answer, At: fault.Request, Say: fault.Saying{Status: "teapot"}}, whole, fault.Impossible, "201", "1"},
		{"reset at request", fault.Effect{Verb: fault.Reset, At: fault.Request}, "reset by peer", fault.Carried, "reset", "0"},
		{"close at request", fault.Effect{Verb: fault.Close, At: fault.Request}, "EOF", fault.Carried, "closed", "0"},
		{"garble at request", fault.Effect{Verb: fault.Garble, At: fault.Request}, "malformed HTTP response", fault.Carried, "raw noise", "0"},
		{"repeat at request", fault.Effect{Verb: fault.Repeat, At: fault.Request}, whole, fault.Carried, "201", "2"},

		{"delay at reply", fault.Effect{Verb: fault.Pass, At: fault.Reply, Delay: fault.For(30 * time.Millisecond)}, whole, fault.Carried, "201", "1"},
		{"reply at reply", fault.Effect{Verb: fault.Answer, At: fault.Reply, Say: say}, `503 {"a":1}`, fault.Carried, "503", "1"},
		{"raw at reply", fault.Effect{Verb: fault.Answer, At: fault.Reply, Say: fault.Saying{Raw: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"}}, "200 hi", fault.Carried, "raw HTTP/1.1 200 OK", "1"},
		{"lose", fault.Effect{Verb: fault.Lose, At: fault.Reply}, "EOF", fault.Carried, "closed", "1"},
		{"reset at reply", fault.Effect{Verb: fault.Reset, At: fault.Reply}, "reset by peer", fault.Carried, "reset", "1"},
		{"close at reply", fault.Effect{Verb: fault.Close, At: fault.Reply}, "EOF", fault.Carried, "closed", "1"},
		{"rewrite", fault.Effect{Verb: fault.Rewrite, At: fault.Reply, Patches: []fault.Patch{{At: "/amount", To: `"lots"`}, {At: "/status", Op: "null"}, {At: "/items/1", Op: "drop"}, {At: "/absent", Op: "drop"}}},
			`201 {"id":"ch_1","amount":"lots","status":null,"items":[1,3]}`, fault.Carried, "201", "1"},
		{"rewrite of nothing", fault.Effect{Verb: fault.Rewrite, At: fault.Reply, Patches: []fault.Patch{{At: "/absent", To: "1"}}}, whole, fault.Impossible, "201", "1"},

		{"cut", fault.Effect{Verb: fault.Cut, At: fault.Body, Past: 12}, `201 {"id":"ch_1" unexpected EOF`, fault.Carried, "201 closed", "1"},
		{"cut in the middle", fault.Effect{Verb: fault.Cut, At: fault.Body, Half: true}, `201 {"id":"ch_1","amount":1250,"stat unexpected EOF`, fault.Carried, "201 closed", "1"},
		{"cut at once", fault.Effect{Verb: fault.Cut, At: fault.Body}, "201  unexpected EOF", fault.Carried, "201 closed", "1"},
		{"cut past the end", fault.Effect{Verb: fault.Cut, At: fault.Body, Past: 9999}, "unexpected EOF", fault.Carried, "201 closed", "1"},
		{"late cut", fault.Effect{Verb: fault.Cut, At: fault.Body, Past: 12, Delay: fault.For(30 * time.Millisecond)}, `201 {"id":"ch_1" unexpected EOF`, fault.Carried, "201 closed", "1"},
		{"reset in body", fault.Effect{Verb: fault.Reset, At: fault.Body, Past: 12}, "reset by peer", fault.Carried, "201 reset", "1"},
		{"close in body", fault.Effect{Verb: fault.Close, At: fault.Body, Past: 12}, "unexpected EOF", fault.Carried, "201 closed", "1"},
		{"garble in body", fault.Effect{Verb: fault.Garble, At: fault.Body, Past: 12}, "invalid byte in chunk length", fault.Carried, "201 raw noise", "1"},
		{"drip", fault.Effect{Verb: fault.Drip, At: fault.Body, Past: 3, Pace: fault.Pace{Bytes: 20, Every: fault.For(5 * time.Millisecond)}}, whole, fault.Carried, "201", "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := start(t, stub())
			l.arm(c.effect)
			began := time.Now()
			got := l.do("POST", "/charges", `{"amount":1250}`)
			if told := describe(got); !strings.Contains(told, c.want) {
				t.Errorf("the system saw %q, want %q", told, c.want)
			}
			wait := c.effect.Delay.D
			if c.effect.Verb == fault.Drip {
				wait = 15 * time.Millisecond
			}
			if took := time.Since(began); took < wait || took > wait+3*time.Second {
				t.Errorf("it took %s, want a little over %s", took, wait)
			}
			hits := l.last()
			if len(hits) != 1 || hits[0].Done != c.done || hits[0].Answer != c.answer {
				t.Errorf("hits are %+v, want one: %s %q", hits, c.done, c.answer)
			}
			if n := l.count("POST /charges"); n != c.asked {
				t.Errorf("the backend was asked %s times, want %s", n, c.asked)
			}
			l.heal()
			if got := describe(l.do("POST", "/charges", `{}`)); got != whole {
				t.Errorf("healed, the system saw %q", got)
			}
		})
	}
}

func describe(s seen) string {
	told := s.body
	if s.err != nil {
		told += " " + s.err.Error()
	}
	if s.status == 0 {
		return told
	}
	return statusText(s.status) + " " + told
}

func TestImpossible(t *testing.T) {
	patch := []fault.Patch{{At: "/id", To: "1"}}
	for _, c := range []struct {
		name, method, path, want string
		effect                   fault.Effect
	}{
		{"cut of 204", "GET", "/nothing", "204 ", fault.Effect{Verb: fault.Cut, At: fault.Body}},
		{"drip of HEAD", "HEAD", "/text", "200 ", fault.Effect{Verb: fault.Drip, At: fault.Body}},
		{"garble of HEAD", "HEAD", "/text", "200 ", fault.Effect{Verb: fault.Garble, At: fault.Body}},
		{"hang in 204", "GET", "/nothing", "204 ", fault.Effect{Verb: fault.Hang, At: fault.Body}},
		{"rewrite of text", "GET", "/text", "200 just text", fault.Effect{Verb: fault.Rewrite, At: fault.Reply, Patches: patch}},
		{"rewrite of 204", "GET", "/nothing", "204 ", fault.Effect{Verb: fault.Rewrite, At: fault.Reply, Patches: patch}},
		{"rewrite of HEAD", "HEAD", "/charges/1", "200 ", fault.Effect{Verb: fault.Rewrite, At: fault.Reply, Patches: patch}},
		{"rewrite to no JSON", "GET", "/charges/1", "200 " + charge, fault.Effect{Verb: fault.Rewrite, At: fault.Reply, Patches: []fault.Patch{{At: "/id", To: "{"}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := start(t, stub())
			l.arm(c.effect)
			if got := describe(l.do(c.method, c.path, "")); got != c.want {
				t.Errorf("the system saw %q, want %q", got, c.want)
			}
			if hits := l.last(); len(hits) != 1 || hits[0].Done != fault.Impossible {
				t.Errorf("hits are %+v, want one that is impossible", hits)
			}
		})
	}
}

func TestHangs(t *testing.T) {
	for _, at := range []fault.Point{fault.Request, fault.Reply, fault.Body} {
		for release, want := range map[fault.Release]string{
			"": "201 " + charge, fault.ReleaseResume: "201 " + charge, fault.ReleaseClose: "EOF", fault.ReleaseReset: "reset by peer",
		} {
			t.Run(string(at)+" "+string(release), func(t *testing.T) {
				l := start(t, stub())
				l.arm(fault.Effect{Verb: fault.Hang, At: at, Past: 10, Release: release})
				got := make(chan seen, 1)
				go func() { got <- l.do("POST", "/charges", "{}") }()
				select {
				case s := <-got:
					t.Fatalf("it did not hang: %q", describe(s))
				case <-time.After(80 * time.Millisecond):
				}
				l.heal()
				if told := describe(<-got); !strings.Contains(told, want) {
					t.Errorf("released, the system saw %q, want %q", told, want)
				}
				if hits := l.last(); len(hits) != 1 || hits[0].Done != fault.Carried || l.count("POST /charges") != "1" && release == "" {
					t.Errorf("hits are %+v, and the backend was asked %s times", hits, l.count("POST /charges"))
				}
			})
		}
		t.Run(string(at)+" left", func(t *testing.T) {
			l := start(t, stub())
			l.arm(fault.Effect{Verb: fault.Hang, At: at, Past: 10})
			ctx, cancel := context.WithTimeout(t.Context(), 80*time.Millisecond)
			defer cancel()
			if got := l.doCtx(ctx, "POST", "/charges", "{}"); !isTimeout(got.err) {
				t.Errorf("the system saw %q", describe(got))
			}
			if hits := l.last(); len(hits) != 1 || hits[0].Done != fault.Carried || hits[0].Answer != "client left" {
				t.Errorf("hits are %+v, want one: carried, client left", hits)
			}
		})
	}
}

// An answer in bytes of its own is known by its status, where it has one.
func TestRawIsKnownByItsStatus(t *testing.T) {
	for raw, want := range map[string]int{
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 40\r\n\r\n{}": 200,
		"HTTP/1.1 503 \r\n\r\n":         503,
		"HTTP/1.1 204\r\n\r\n":          204,
		"HTTP/1.1 2x0 OK\r\n\r\n":       0,
		"HTTP/1.1 2000 OK\r\n\r\n":      0,
		"HTTP/1.1 102 Processing\r\n":   0,
		"SSH-2.0-OpenSSH_9.6 200 yes\n": 0,
		"HTTP/1.1":                      0,
	} {
		l := start(t, stub())
		l.arm(fault.Effect{Verb: fault.Answer, At: fault.Request, Say: fault.Saying{Raw: raw}})
		l.do("POST", "/charges", "{}")
		status := 0
		if hits := l.last(); len(hits) == 1 && hits[0].Said != nil {
			status = hits[0].Said.Status
			if !hits[0].Said.Cut {
				t.Errorf("%q: counts as whole", raw)
			}
		}
		if status != want {
			t.Errorf("%q: status %d, want %d", raw, status, want)
		}
	}
}

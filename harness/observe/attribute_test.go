package observe_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/observe"
)

const ms = time.Millisecond

// get is a request that was sent at a time and took 100 ms, with the trace "t-NAME".
func get(name string, at time.Duration, status int) exchange.Exchange {
	return exchange.Exchange{Trace: "t-" + name, At: at, Took: 100 * ms, Request: exchange.Request{Name: name},
		Response: &exchange.Response{Status: status}}
}

// call is a call of a GET on a dependency that came at a time and took 1 ms.
func call(on string, at time.Duration, trace string) fault.Hit {
	return fault.Hit{Call: fault.Call{On: on, Op: "GET", Text: "/quote", Trace: trace}, At: at, Took: ms}
}

func struck(h fault.Hit) fault.Hit {
	h.Effect, h.Done = fault.Effect{Verb: fault.Answer, At: fault.Request}, fault.Carried
	return h
}

func open(h fault.Hit) fault.Hit {
	h.Took = 0
	return h
}

func op(h fault.Hit, op string) fault.Hit {
	h.Call.Op, h.Call.Text = op, ""
	return h
}

func housekeeping(h fault.Hit) fault.Hit {
	h.Call.Housekeeping = true
	return h
}

func on(conn int64, h fault.Hit) fault.Hit {
	h.Call.Conn = conn
	return h
}

// held is a request whose call was held on a connection, since nothing moved on the link.
func held(conn int64) []exchange.Exchange {
	e := get("own", 0, 504)
	e.Hits = []fault.Hit{on(conn, op(call("up", 5*ms, ""), fault.LinkOp))}
	return []exchange.Exchange{e}
}

// swarm is calls that come after the answer, one after the other.
func swarm(n int) []fault.Hit {
	var all []fault.Hit
	for i := range n {
		all = append(all, call("up", time.Duration(200+50*i)*ms, ""))
	}
	return all
}

// polling is a background of calls of one kind: so many in a second.
func polling(perSecond int, calls ...fault.Hit) observe.Background {
	var b observe.Background
	var seen []fault.Hit
	for range perSecond {
		seen = append(seen, calls...)
	}
	b.Watch(seen, time.Second, func(string) bool { return false })
	return b
}

// lab knows of /own, which calls up and db, of /other, which calls db, of /beside, which calls mail, and of /alone.
func lab(a observe.Asked) observe.Asked {
	makes := map[string][]string{"own": {"up", "db"}, "other": {"db"}, "beside": {"mail"}}
	a.Reach = func(request string) []string { return makes[request] }
	a.Makes = func(request, signature string) bool {
		return slices.ContainsFunc(makes[request], func(on string) bool { return strings.HasPrefix(signature, on+" ") })
	}
	a.Good = func(e exchange.Exchange) bool { return e.Status() == 200 }
	a.Sent = func(trace string) bool { return strings.HasPrefix(trace, "t-") }
	if a.Traced == nil {
		a.Traced = func(string) bool { return false }
	}
	return a
}

// words says what an exchange was given: the calls, with ? where it was not told whose they are and ~ where they are nobody's.
func words(list []exchange.Exchange) string {
	var all []string
	for _, e := range list {
		said := e.Request.Name + ":"
		for _, h := range e.Hits {
			mark := map[[2]bool]string{{false, false}: "", {true, false}: "~", {false, true}: "?", {true, true}: "?~"}[[2]bool{h.Background, h.Untold}]
			said += " " + mark + h.Call.On
		}
		all = append(all, said)
	}
	return strings.Join(all, ", ")
}

func TestWhoseCallItIs(t *testing.T) {
	traced := func(signature string) bool { return signature == observe.Signature(call("up", 0, "").Call) }
	for name, c := range map[string]struct {
		asked observe.Asked
		hits  []fault.Hit
		want  string
	}{
		"one request and nothing else": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 200)}},
			[]fault.Hit{call("up", 5*ms, "")}, "own: up"},
		"its trace": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 200)}},
			[]fault.Hit{call("up", 5*ms, "t-own")}, "own: up"},
		"its trace, though a poller makes the same call all the time": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 200)}, Known: polling(1000, call("up", 0, ""))},
			[]fault.Hit{call("up", 90*ms, "t-own")}, "own: up"},
		"its trace, though such calls are none that it makes in calm": {observe.Asked{Own: []exchange.Exchange{get("alone", 0, 200)}, Known: polling(9, call("up", 0, ""))},
			[]fault.Hit{call("up", 90*ms, "t-alone")}, "alone: up"},
		"no trace, where calm passes it on": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 200)}, Traced: traced},
			[]fault.Hit{call("up", 5*ms, ""), call("up", 6*ms, "t-own")}, "own: ~up up"},
		"a trace of the system's own, where calm passes it on": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 200)}, Traced: traced},
			[]fault.Hit{call("up", 5*ms, "poller")}, "own: ~up"},
		"a trace of the system's own, where calm has none": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 200)}},
			[]fault.Hit{call("up", 5*ms, "client")}, "own: up"},
		"a new connection has no trace, whatever calm passes on": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 200)}, Traced: func(string) bool { return true }},
			[]fault.Hit{op(call("up", 5*ms, ""), "connect")}, "own: up"},
		"the trace of a request that was sent before": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 200)}},
			[]fault.Hit{call("up", 5*ms, "t-earlier")}, "own: ~up"},
		"the trace of one of two copies": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 200), get("copy", 0, 200)}},
			[]fault.Hit{call("up", 5*ms, "t-copy"), call("up", 5*ms, "t-own")}, "own: up, copy: up"},
		"no trace, and two copies": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 200), get("copy", 0, 200)}},
			[]fault.Hit{call("up", 5*ms, ""), call("up", 6*ms, "")}, "own: up up, copy:"},
		"the trace of a request beside": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 200)}, Beside: []exchange.Exchange{get("other", 0, 200)}},
			[]fault.Hit{call("db", 5*ms, "t-other"), call("db", 5*ms, "t-own")}, "own: db, other: db"},
		"a dependency that only the request beside uses": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 200)}, Beside: []exchange.Exchange{get("beside", 0, 200)}},
			[]fault.Hit{call("mail", 5*ms, ""), call("up", 5*ms, "")}, "own: up, beside: mail"},
		"a dependency that both use": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 200)}, Beside: []exchange.Exchange{get("other", 0, 200)}},
			[]fault.Hit{call("db", 5*ms, "")}, "own: db, other:"},
		"a dependency that neither is known to use": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 200)}, Beside: []exchange.Exchange{get("alone", 0, 200)}},
			[]fault.Hit{call("search", 5*ms, "")}, "own: search, alone:"},
		"a slow poller makes the same call, which comes at once": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 200)}, Known: polling(1, call("up", 0, ""))},
			[]fault.Hit{call("up", 10*ms, "")}, "own: up"},
		"a slow poller makes the same call, which comes late, but alone": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 200)}, Known: polling(1, call("up", 0, ""))},
			[]fault.Hit{struck(call("up", 90*ms, ""))}, "own: up"},
		"a slow poller makes the same call, one comes late, and the answer is good": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 200)}, Known: polling(1, call("up", 0, ""))},
			[]fault.Hit{struck(call("up", 5*ms, "")), struck(call("up", 90*ms, ""))}, "own: up ?~up"},
		"a slow poller makes the same call, one comes late, and the answer is bad": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 503)}, Known: polling(1, call("up", 0, ""))},
			[]fault.Hit{struck(call("up", 5*ms, "")), struck(call("up", 90*ms, ""))}, "own: up ?up"},
		"a busy poller makes the same call, and nothing is struck": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 200)}, Known: polling(100, call("up", 0, ""))},
			[]fault.Hit{call("up", 10*ms, "")}, "own: ?up"},
		"a busy poller makes the same call, and the answer is good": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 200)}, Known: polling(100, call("up", 0, ""))},
			[]fault.Hit{struck(call("up", 10*ms, ""))}, "own: ?~up"},
		"a busy poller makes the same call, and the answer is bad": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 500)}, Known: polling(100, call("up", 0, ""))},
			[]fault.Hit{struck(call("up", 10*ms, ""))}, "own: ?up"},
		"a poller makes a call that the request does not make": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 503)}, Known: polling(1, call("search", 0, ""))},
			[]fault.Hit{call("search", ms, ""), call("up", ms, "")}, "own: ~search up"},
		"a poller makes another call of the same dependency": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 503)}, Known: polling(100, op(call("up", 0, ""), "HEAD"))},
			[]fault.Hit{call("up", 50*ms, "")}, "own: up"},
		"a poller opens connections, and so does the request": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 503)}, Known: polling(4, op(call("up", 0, ""), "connect"))},
			[]fault.Hit{op(call("up", 5*ms, ""), "connect")}, "own: up"},
		"a poller opens connections to whom the request does not call": {observe.Asked{Own: []exchange.Exchange{get("alone", 0, 503)}, Known: polling(4, op(call("up", 0, ""), "connect"))},
			[]fault.Hit{op(call("up", 5*ms, ""), "connect")}, "alone: ~up"},
		"a poller's calls differ in their values only": {observe.Asked{Own: []exchange.Exchange{get("alone", 0, 200)},
			Known: polling(5, fault.Hit{Call: fault.Call{On: "db", Op: "query", Text: "select 17"}})},
			[]fault.Hit{{Call: fault.Call{On: "db", Op: "query", Text: "select 4711"}, At: 50 * ms, Took: ms}}, "alone: ~db"},
		"before a background was seen, all is the request's": {observe.Asked{Own: []exchange.Exchange{get("alone", 0, 200)}},
			[]fault.Hit{call("up", 50*ms, "")}, "alone: up"},
		"a clock of its own: the time of the request counts": {observe.Asked{Own: []exchange.Exchange{get("own", time.Hour, 200)}, Known: polling(9, call("up", 0, ""))},
			[]fault.Hit{struck(call("up", 5*ms, ""))}, "own: ?~up"},
		"a poller's call long after the answer": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 200)}, Known: polling(1, call("up", 0, ""))},
			[]fault.Hit{call("up", 2*time.Second, "")}, "own: ?up"},
		"a poller's call long before the request": {observe.Asked{Own: []exchange.Exchange{get("own", 2*time.Second, 200)}, Known: polling(1, call("up", 0, ""))},
			[]fault.Hit{call("up", 10*ms, "")}, "own: ?up"},
		"more calls than a poller ever makes": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 503)}, Known: polling(10, call("up", 0, ""))},
			slices.Repeat([]fault.Hit{struck(call("up", 90*ms, ""))}, 10), "own: up up up up up up up up up up"},
		"as many calls as a poller may make": {observe.Asked{Own: []exchange.Exchange{get("own", 0, 503)}, Known: polling(10, call("up", 0, ""))},
			slices.Repeat([]fault.Hit{struck(call("up", 90*ms, ""))}, 5), "own: ?up ?up ?up ?up ?up"},
		"nobody asked": {observe.Asked{}, []fault.Hit{call("up", 5*ms, "")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := lab(c.asked)
			a.Attribute(c.hits)
			if got := words(append(slices.Clone(a.Own), a.Beside...)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Work that goes on after the answer needs proof.
func TestWhatGoesOn(t *testing.T) {
	traced := func(string) bool { return true }
	late := call("up", 1900*ms, "")
	for name, c := range map[string]struct {
		asked observe.Asked
		hits  []fault.Hit
		want  int
	}{
		"a call with its trace, a moment ago":        {observe.Asked{}, []fault.Hit{call("up", 1900*ms, "t-own")}, 1},
		"a call with its trace, long ago":            {observe.Asked{}, []fault.Hit{call("up", 50*ms, "t-own"), late}, 0},
		"a call with its trace that has no end":      {observe.Asked{}, []fault.Hit{open(call("up", 50*ms, "t-own")), late}, 1},
		"a call that began with it and has no end":   {observe.Asked{}, []fault.Hit{open(call("up", 50*ms, "")), late}, 1},
		"a call that began with it and has an end":   {observe.Asked{}, []fault.Hit{call("up", 50*ms, ""), late}, 0},
		"a call that began later and has no end":     {observe.Asked{}, []fault.Hit{open(call("up", 150*ms, ""))}, 0},
		"calls without a trace, again and again":     {observe.Asked{}, []fault.Hit{call("up", 800*ms, ""), call("up", 1300*ms, ""), late}, 0},
		"a poller that hangs":                        {observe.Asked{Known: polling(5, call("up", 0, ""))}, []fault.Hit{open(call("up", 90*ms, ""))}, 0},
		"a poller that hangs, where traces are sent": {observe.Asked{Traced: traced}, []fault.Hit{open(call("up", 50*ms, ""))}, 0},
		"a ping that hangs":                          {observe.Asked{}, []fault.Hit{housekeeping(open(call("db", 50*ms, "")))}, 0},
		"a new connection with no end":               {observe.Asked{}, []fault.Hit{op(open(call("db", 50*ms, "")), "connect")}, 0},
		"a link":                                     {observe.Asked{}, []fault.Hit{op(open(call("db", 50*ms, "")), fault.LinkOp)}, 0},
		"many calls without a trace":                 {observe.Asked{}, swarm(12), 12},
		"many, as the background makes them":         {observe.Asked{Known: polling(5, call("up", 0, ""))}, swarm(12), 0},
		"many more than the background makes":        {observe.Asked{Known: polling(1, call("up", 0, ""))}, swarm(12), 12},
		"many, and traces are sent":                  {observe.Asked{Traced: traced}, swarm(12), 12},
		"a few":                                      {observe.Asked{}, swarm(9), 0},
		"the trace of another request":               {observe.Asked{}, []fault.Hit{open(call("up", 50*ms, "t-earlier"))}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c.asked.Own = []exchange.Exchange{get("own", 0, 503)}
			if got := lab(c.asked).Restless(c.hits, 2*time.Second); len(got) != c.want {
				t.Errorf("got %v, want %d", got, c.want)
			}
		})
	}
	for name, c := range map[string]struct {
		asked observe.Asked
		hits  []fault.Hit
		want  int
	}{
		"its trace":             {observe.Asked{}, []fault.Hit{call("up", 3*time.Second, "t-own")}, 1},
		"no trace":              {observe.Asked{}, []fault.Hit{call("up", 3*time.Second, "")}, 0},
		"the trace of the next": {observe.Asked{}, []fault.Hit{call("up", 3*time.Second, "t-healed")}, 0},
		"its trace, sent before and read when the link came back": {observe.Asked{Own: held(7)}, []fault.Hit{on(7, call("up", 3*time.Second, "t-own"))}, 0},
		"its trace, a second call on such a connection":           {observe.Asked{Own: held(7)}, []fault.Hit{on(7, call("up", 3*time.Second, "t-own")), on(7, call("up", 4*time.Second, "t-own"))}, 1},
		"its trace, on a new connection":                          {observe.Asked{Own: held(7)}, []fault.Hit{on(8, call("up", 3*time.Second, "t-own"))}, 1},
		"its trace, housekeeping":                                 {observe.Asked{}, []fault.Hit{housekeeping(call("up", 3*time.Second, "t-own"))}, 0},
		"a trace of the system's":                                 {observe.Asked{}, []fault.Hit{call("up", 3*time.Second, "job")}, 0},
		"its trace on a handshake":                                {observe.Asked{}, []fault.Hit{op(call("up", 3*time.Second, "t-own"), "handshake")}, 0},
		"many, where none has one":                                {observe.Asked{}, swarm(12), 0},
		"many, where others have":                                 {observe.Asked{Traced: traced}, swarm(12), 12},
		"a few, where others have":                                {observe.Asked{Traced: traced}, swarm(9), 0},
		"as many as in silence":                                   {observe.Asked{Traced: traced, Known: polling(5, call("up", 0, ""))}, swarm(12), 0},
	} {
		if c.asked.Own == nil {
			c.asked.Own = []exchange.Exchange{get("own", 0, 503)}
		}
		if got := lab(c.asked).Lingering(c.hits); len(got) != c.want {
			t.Errorf("late, %s: got %v, want %d", name, got, c.want)
		}
	}
}

// The background is learnt as signature and rate, all run long; calls of requests are none of it.
func TestBackgroundHasARate(t *testing.T) {
	var b observe.Background
	sent := func(trace string) bool { return trace == "t-own" }
	up := observe.Signature(call("up", 0, "").Call)
	if b.Has(up) || b.Expected(up, time.Hour) != 0 {
		t.Error("nothing was seen, and something is known")
	}
	b.Watch([]fault.Hit{call("up", 0, ""), call("up", 0, "t-own"), op(call("db", 0, ""), fault.LinkOp)}, time.Second, sent)
	if got := fmt.Sprint(b.List(), b.Expected(up, 500*ms)); got != "["+up+"] 0.5" {
		t.Errorf("after one second: %s", got)
	}
	b.Watch(nil, time.Second, sent)
	if got := b.Expected(up, time.Second); got != 0.5 {
		t.Errorf("after a second more without a call: %v in a second", got)
	}
	var other observe.Background
	other.Watch([]fault.Hit{call("up", 0, ""), call("mail", 0, "")}, 2*time.Second, sent)
	b.Add(other)
	if got := b.Expected(up, time.Second); got != 0.5 || !b.Has(observe.Signature(call("mail", 0, "").Call)) {
		t.Errorf("with what another lab saw: %v in a second, %v", got, b.List())
	}
}

// What a request calls is neither its background, nor what opens connections, nor what a driver does for itself.
func TestCallsAndReach(t *testing.T) {
	background := call("mail", 0, "")
	background.Background = true
	hits := []fault.Hit{call("up", 0, ""), call("db", 0, ""), call("up", 0, ""), background, op(call("queue", 0, ""), "connect"),
		op(call("cache", 0, ""), fault.LinkOp), housekeeping(call("store", 0, ""))}
	calls := observe.Calls(hits)
	if got := fmt.Sprint(len(calls), observe.Reaches(calls)); got != "3 [db up]" {
		t.Error(got)
	}
}

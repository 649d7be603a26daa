package main

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

// Each bug about payments is seen at work.
func TestUpstreamBugs(t *testing.T) {
	closes := func(w http.ResponseWriter, r *http.Request) { raw(w, "") }
	for bug, c := range map[string]struct {
		upstream http.HandlerFunc
		bad      func(a answer, calls int32) bool
	}{
		"upstream-401-passed":       {jsonText(401, `{}`), func(a answer, _ int32) bool { return a.status == 401 }},
		"upstream-429-passed":       {jsonText(429, `{}`), func(a answer, _ int32) bool { return a.status == 429 }},
		"upstream-body-passed":      {jsonText(500, `canary-9`), func(a answer, _ int32) bool { return a.body["detail"] == "canary-9" }},
		"upstream-page-passed":      {jsonText(500, `{"canary":9}`), func(a answer, _ int32) bool { return a.body["canary"] == 9.0 }},
		"zero-values-from-upstream": {jsonText(200, `{"currency":null}`), func(a answer, _ int32) bool { return a.status == 200 && a.body["currency"] == "" }},
		"retry-five-times":          {closes, func(_ answer, calls int32) bool { return calls == 5 }},
		"no-upstream-timeout": {func(w http.ResponseWriter, r *http.Request) {
			<-time.After(1200 * time.Millisecond)
			goodPayments(w, r)
		},
			func(a answer, _ int32) bool { return a.status == 200 && a.took > time.Second }},
	} {
		t.Run(bug, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int32
			upstream := serveFunc(t, func(w http.ResponseWriter, r *http.Request) { calls.Add(1); c.upstream(w, r) })
			a := alone(t, "PAYMENTS_URL="+upstream, "ORDERS_BUGS="+bug).get("/rates")
			if !c.bad(a, calls.Load()) {
				t.Errorf("answered %d %v after %v and %d calls", a.status, a.body, a.took, calls.Load())
			}
		})
	}
}

func TestBackgroundRetryGoesOn(t *testing.T) {
	var calls atomic.Int32
	upstream := serveFunc(t, func(w http.ResponseWriter, r *http.Request) { calls.Add(1); jsonText(500, `{}`)(w, r) })
	l := alone(t, "PAYMENTS_URL="+upstream, "ORDERS_BUGS=background-retry")
	l.get("/rates")
	eventually(t, 2*time.Second, func() bool { return calls.Load() > 5 })
}

func TestBugsOfTheKey(t *testing.T) {
	for bug, want := range map[string]int{"fail-open": 503, "start-without-key": 500} {
		settings := goodSettings()
		delete(settings, "JWT_KEY")
		settings["ORDERS_BUGS"] = bug
		cfg, err := load(lookupIn(settings))
		must(t, err)
		l := alone(t)
		l.s.cfg = cfg
		if a := l.create("k"); a.status != want {
			t.Errorf("%s: answered %d %v, want %d", bug, a.status, a.body, want)
		}
	}
}

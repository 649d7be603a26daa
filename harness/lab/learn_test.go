package lab

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/fakes/httpapi"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/scenario"
)

// calling is a lab of which GET /get and POST /pay call db, and the others nobody; /gone and /bad are errors of a shape.
func calling(t *testing.T) *Lab {
	cfg, w, _ := made()
	cfg.Prepare, cfg.Isolate, cfg.Before = nil, nil, nil
	db := httpapi.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	cfg.Fakes = Fakes{"db": db, "hop": db}
	cfg.Roles = map[string]contract.Role{"db": contract.Optional}
	cfg.Header = map[string]string{"X-Key": "key-$uuid"}
	cfg.Requests = nil
	for name, method := range map[string]string{"get": "GET", "pay": "POST", "gone": "GET", "bad": "GET", "own": "GET"} {
		cfg.Requests = append(cfg.Requests, scenario.Request{Name: name, Method: method, Target: "/" + name, Header: map[string]string{"X-Own": "$case.key"}})
	}
	l := &Lab{}
	w.handler = func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/": // readiness
			w.WriteHeader(http.StatusNoContent)
		case r.Header.Get("X-Key") == "" || r.Header.Get("X-Own") == "":
			w.WriteHeader(http.StatusTeapot)
		case r.URL.Path == "/get" || r.URL.Path == "/pay":
			req, _ := http.NewRequest("GET", l.Names()["db.url"]+"/x", nil)
			req.Header.Set("Traceparent", r.Header.Get("Traceparent"))
			if resp, err := http.DefaultClient.Do(req); err == nil {
				_ = resp.Body.Close()
			}
		case r.URL.Path == "/gone" || r.URL.Path == "/bad":
			w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"title": "` + r.URL.Path + `", "status": 404, "` + r.URL.Path + `": 1}`))
		}
	}
	cfg.System = wrappedSystem{w}
	l = up(t, cfg)
	return l
}

// Calm shows which requests succeed, what they call, and what error answers have in common.
func TestCalm(t *testing.T) {
	l := calling(t)
	seen, err := l.Calm(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var bad []string
	for _, s := range seen {
		if !s.OK {
			bad = append(bad, s.Request.Name)
		}
	}
	if slices.Sort(bad); !slices.Equal(bad, []string{"bad", "gone"}) {
		t.Errorf("not calm are %v", bad)
	}
	for request, want := range map[string][]string{"get": {"db"}, "pay": {"db"}, "own": nil} {
		if got := l.Reaches(request); !slices.Equal(got, want) {
			t.Errorf("%s reaches %v", request, got)
		}
	}
	shape := l.ErrorShape()
	if shape.ErrorType != "application/problem+json" || !slices.Equal(shape.ErrorMembers, []string{"status", "title"}) || shape.Samples != 2 {
		t.Errorf("%+v", shape)
	}
	if !l.IsLearnt("get") || l.IsLearnt("got") || !l.Learnt("get").OK {
		t.Error("what was learnt is not known")
	}
	other := New(l.Config, nil)
	if other.Adopt(l); !slices.Equal(other.Reaches("get"), []string{"db"}) || other.ErrorShape().Samples != 2 {
		t.Error("what another lab has learnt was not taken over")
	}
	if r, ok := l.Safe(scenario.Request{Name: "pay", Method: "POST"}, "db"); !ok || r.Name != "get" {
		t.Errorf("safe is %q", r.Name)
	}
	if _, ok := l.Safe(scenario.Request{}, "hop"); ok {
		t.Error("nobody reaches hop")
	}
	if since, ok := l.History.Since("get"); !ok || len(since) > 0 {
		t.Errorf("it is not known that get went well: %v, %v", since, ok)
	}
}

// Do gives one exchange with its calls.
func TestDo(t *testing.T) {
	l := calling(t)
	e, err := l.Do(t.Context(), exchange.Request{Method: "GET", Target: "/get", Header: exchange.Header{{Name: "X-Key", Value: "a"}, {Name: "X-Own", Value: "b"}}})
	if err != nil || e.Status() != 200 || len(e.Hits) == 0 || e.Hits[0].Call.On != "db" {
		t.Errorf("%v, %+v", err, e)
	}
	if status := l.probe(t.Context(), ""); status != http.StatusNoContent {
		t.Errorf("%d", status)
	}
	if got := l.base("admin:/x") + target("admin:/x"); got != "/x" {
		t.Errorf("a port that the instance has not: %q", got)
	}
}

// Fewer than half of the requests calm is a lab to be fixed first.
func TestMostlyCalm(t *testing.T) {
	bad, good := Seen{Request: scenario.Request{Name: "pay"}, Why: "404"}, Seen{OK: true}
	if err := MostlyCalm([]Seen{good, bad}); err != nil {
		t.Error(err)
	}
	if err := MostlyCalm([]Seen{good, bad, bad}); err == nil || !strings.HasSuffix(err.Error(), "\n    pay: 404\n    pay: 404") {
		t.Errorf("%v", err)
	}
}

// Facts and names say what the lab has; a tap stands for the part behind it.
func TestFacts(t *testing.T) {
	l := calling(t)
	f := l.Facts()
	if len(f.Requests) != 5 || len(f.Dependencies) != 2 || f.Dependencies[0].Name != "db" || f.Dependencies[0].Role != contract.Optional {
		t.Errorf("%+v", f.Dependencies)
	}
	if s := f.Settings; len(s) != 2 || s[0].Dependency != "db" || s[0].Role != contract.Optional || s[1].Secret != "key" || !s[1].File {
		t.Errorf("%+v", f.Settings)
	}
	k := l.Known()
	if slices.Sort(k.Requests); !slices.Equal(k.Requests, []string{"bad", "get", "gone", "own", "pay"}) || len(k.Dependencies) != 2 {
		t.Errorf("%+v", k)
	}
	l.Config.Taps = map[string]string{"hop": "app"}
	if l.Kind("hop").Class != ClassTap || l.Kind("db").Class == ClassTap {
		t.Errorf("%s, %s", l.Kind("hop").Class, l.Kind("db").Class)
	}
	in := fault.Injection{Acts: []fault.Act{{On: "app", Do: "kill"}}, Links: []fault.Link{{On: "hop"}, {On: "db"}}}
	if got := l.Aimed(in); !slices.Contains(got, "hop") || slices.Contains(got, "app") || len(got) != 2 {
		t.Errorf("aimed at %v", got)
	}
	if got := l.BehindTaps([]fault.Act{{On: "hop"}, {On: "db"}}); got[0].On != "app" || got[1].On != "db" {
		t.Errorf("%v", got)
	}
	if err := l.tap(t.Context()); err == nil || err.Error() != "put hop before app: the system has no such part" {
		t.Errorf("%v", err)
	}
	l.names.launch["app.port"] = "20001"
	if err := l.tap(t.Context()); err != nil {
		t.Error(err)
	}
}

// What a launch has seen begins anew with the next.
func TestHistory(t *testing.T) {
	var h History
	if _, ok := h.Since("get"); ok || h.HasSeen("a") {
		t.Error("a new launch has seen something")
	}
	h.WentWell("get")
	h.Saw("a")
	h.Saw("b")
	if since, ok := h.Since("get"); !ok || !slices.Equal(since, []string{"a", "b"}) || !h.HasSeen("b") {
		t.Errorf("%v", since)
	}
	h.Keep(exchange.Exchange{Request: exchange.Request{Name: "get"}, At: time.Second})
	if e, ok := h.Last("get"); !ok || e.At != time.Second {
		t.Errorf("%+v", e)
	}
	if _, ok := h.Last("pay"); ok {
		t.Error("another request")
	}
	h.Drop()
	if _, ok := h.Last("get"); ok {
		t.Error("it was dropped")
	}
}

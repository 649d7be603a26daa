package lab_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/system"
)

// guarded answers only who has the key, and takes each name but once.
func guarded() system.System {
	return system.Func(func(context.Context, system.Setup) (http.Handler, error) {
		var mu sync.Mutex
		taken := map[string]bool{}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			name := r.URL.Query().Get("name")
			switch {
			case r.Header.Get("X-Key") != "a-key-for-probes":
				w.WriteHeader(http.StatusUnauthorized)
			case name != "" && taken[name]:
				w.WriteHeader(http.StatusConflict)
			}
			taken[name] = true
		}), nil
	})
}

// Readiness and liveness are asked with the header fields that the lab says.
func TestProbesHaveHeaderFields(t *testing.T) {
	key := map[string]string{"X-Key": "a-key-for-probes"}
	cfg := lab.Config{System: guarded(), IdleFor: time.Millisecond, Ready: lab.Ready{Get: "/ready", Header: key, Within: 500 * time.Millisecond}, Live: "/live"}
	l, err := lab.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for name, want := range map[string]int{"readiness": http.StatusOK, "liveness": http.StatusUnauthorized} {
		if got := l.Get(t.Context(), name, "/x", exchange.Calm).Status(); got != want {
			t.Errorf("%s gives %d, want %d", name, got, want)
		}
	}
	l.Config.LiveHeader = key
	if got := l.Get(t.Context(), "liveness", "/x", exchange.Calm).Status(); got != http.StatusOK {
		t.Errorf("liveness with the key gives %d", got)
	}
	cfg.Ready.Header = nil
	if other, err := lab.Start(t.Context(), cfg); err == nil {
		_ = other.Close()
		t.Error("it is ready without the key")
	}
}

// What cannot be made twice is told when the lab comes up, and what can be is not.
func TestStepsAreMadeTwice(t *testing.T) {
	for name, c := range map[string]struct {
		target   string
		tolerate []int
		want     string
	}{
		"a name that is taken":  {"/users?name=ann", nil, "POST /users?name=ann: 409"},
		"one that is tolerated": {"/users?name=ann", []int{http.StatusConflict}, ""},
		"a new name each time":  {"/users?name=$uuid", nil, ""},
	} {
		step := scenario.Request{Name: "signup", Method: "POST", Target: c.target, Header: map[string]string{"X-Key": "a-key-for-probes"}}
		l, err := lab.Start(t.Context(), lab.Config{System: guarded(), IdleFor: time.Millisecond, Before: []scenario.Step{{Request: &step, Name: "signup", Tolerate: c.tolerate}}})
		if err == nil {
			_ = l.Close()
		}
		if (err != nil) != (c.want != "") || err != nil && (!strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "tolerate: [STATUS]")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

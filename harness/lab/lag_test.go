package lab

import (
	"net/http"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/scenario"
)

func TestStretch(t *testing.T) {
	for crowd, want := range map[float64]time.Duration{0: time.Second, 0.7: time.Second, 2.5: 2500 * time.Millisecond, 30: 4 * time.Second} {
		if got := (Strain{Crowd: crowd}).stretch(time.Second); got != want {
			t.Errorf("%.1f tasks a processor: %s, want %s", crowd, got, want)
		}
	}
}

// What fails while the machine is busy is asked for again.
func TestPatience(t *testing.T) {
	cfg, w, _ := made()
	cfg.Prepare, cfg.Isolate, cfg.Before, cfg.Fakes, cfg.Header = nil, nil, nil, nil, nil
	cfg.Requests = []scenario.Request{{Name: "get", Method: "GET", Target: "/get"}}
	asked := 0
	l := &Lab{}
	w.handler = func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/get" {
			return
		}
		asked++
		l.Lag.mu.Lock()
		l.Lag.late = time.Second
		l.Lag.mu.Unlock()
		if asked < 3 {
			w.WriteHeader(http.StatusGatewayTimeout)
		}
	}
	cfg.System = wrappedSystem{w}
	l = up(t, cfg)
	if err := l.Learn(t.Context(), "get"); err != nil {
		t.Fatal(err)
	}
	if ok := l.Learnt("get").OK; asked != 4 || !ok { // calm asks a good one twice
		t.Errorf("asked %d times, want 4; calm: %v", asked, ok)
	}
}

func TestBusy(t *testing.T) {
	for s, want := range map[Strain]bool{{}: false, {Late: 60 * time.Millisecond, Crowd: 2}: false, {Late: time.Second}: true, {Crowd: 9}: true} {
		if s.busy() != want {
			t.Errorf("%+v is busy: %v", s, s.busy())
		}
	}
}

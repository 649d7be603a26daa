package lab_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/failwell/failwell/fakes/httpapi"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/leak"
	"github.com/failwell/failwell/harness/redact"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/system"
)

// talker hands out a token, a session and an id, and says back whatever it is asked for.
func talker(_ context.Context, s system.Setup) (http.Handler, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: "5id-112233445566", HttpOnly: true})
		_, _ = w.Write([]byte(`{"token":"t0ken-778899","order":"0rder-4711"}`))
	})
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"path": r.URL.Path, "authorization": r.Header.Get("Authorization"), "address": s.Names["quotes.url"]})
	})
	return mux, nil
}

func startTalker(t *testing.T, cfg lab.Config) *lab.Lab {
	t.Helper()
	cfg.System, cfg.IdleFor = system.Func(talker), time.Millisecond
	l, err := lab.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// What is captured, sent and handed out becomes secret while the lab runs; an id that a path needs does not.
func TestALabLearnsSecrets(t *testing.T) {
	login := scenario.Request{Name: "login", Method: "POST", Target: "/login"}
	order := scenario.Request{Name: "order", Method: "GET", Target: "/orders/$login.order", Header: map[string]string{"Authorization": "Bearer $login.token", "X-Api-Key": "lit-k3y-1122"}}
	l := startTalker(t, lab.Config{Requests: []scenario.Request{login, order}, Before: []scenario.Step{{Use: "login", Name: "login",
		Capture: map[string]string{"token": "/token", "order": "/order"}}}})
	early := l.Redactor()
	seen, err := l.Calm(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	doc, err := json.Marshal(seen)
	if err != nil {
		t.Fatal(err)
	}
	for text, shown := range map[string]bool{"t0ken-778899": false, "5id-112233445566": false, "lit-k3y-1122": false, "/orders/0rder-4711": true, "redacted-": true} {
		if strings.Contains(string(doc), text) != shown {
			t.Errorf("%q is shown: %v", text, !shown)
		}
	}
	if early.Text("lit-k3y-1122") != "lit-k3y-1122" {
		t.Error("a redactor that was handed out has changed")
	}
	for _, c := range l.Redactor().Canaries() {
		t.Errorf("a token that a caller may be told is looked for: %v", c)
	}
}

func TestRequestsSideBySideMayBringSecrets(t *testing.T) {
	l := startTalker(t, lab.Config{Requests: []scenario.Request{{Name: "get", Method: "GET", Target: "/"}}})
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			l.Put(t.Context(), exchange.Request{Method: "GET", Target: "/", Header: exchange.Header{{Name: "X-Auth-Token", Value: fmt.Sprintf("t0ken-of-copy-%d", i)}}}, exchange.Calm)
			_ = l.Redactor().Text("t0ken-of-copy-1")
		})
	}
	group.Wait()
	for i := range 20 {
		if text := fmt.Sprintf("t0ken-of-copy-%d", i); l.Redactor().Text(text) == text {
			t.Errorf("%s got lost", text)
		}
	}
}

// A password that failwell made is found where it leaks, under its own name, and is never shown; an address is shown.
func TestWhatIsLookedFor(t *testing.T) {
	password := leak.Mint("1", "0", "db", "password")
	l := startTalker(t, lab.Config{
		Requests: []scenario.Request{{Name: "get", Method: "GET", Target: "/"}},
		Fakes:    lab.Fakes{"quotes": httpapi.Handler(http.NotFoundHandler())},
		Secrets:  map[string]lab.Secret{"pin": {Value: "1234"}},
		Given:    []redact.Secret{redact.Given("SMTP_PASSWORD", "literalpass12345")},
		Canaries: []leak.Canary{{Token: password, Kind: leak.KindSecret, Where: "db password"}, {Token: "abcdefghijkl", Kind: leak.KindInternal, Where: "db user"}},
	})
	var where []string
	for _, c := range l.Canaries() {
		where = append(where, c.Kind+": "+c.Where)
		if c.Token == password {
			t.Error("the password itself is among the canaries")
		}
	}
	for _, want := range []string{"secret: db password", "secret: the secret SMTP_PASSWORD", "internal: db user", "address: the address of quotes"} {
		if !slices.Contains(where, want) {
			t.Errorf("%v lacks %q", where, want)
		}
	}
	addr := l.Names()["quotes.addr"]
	got := l.Redactor().Text(password + " " + addr + " 1234 password=1234")
	if strings.Contains(got, password) || !strings.Contains(got, addr+" 1234 password=redacted-") {
		t.Errorf("%q", got)
	}
}

func TestAnErrorHasNoSecret(t *testing.T) {
	l := startTalker(t, lab.Config{Requests: []scenario.Request{{Name: "get", Method: "GET", Target: "/"}}, Secrets: map[string]lab.Secret{"api-key": {Value: "plainsecretPASSword99"}}})
	cause := &lab.Unready{Launch: exchange.Launch{Last: []string{"key plainsecretPASSword99"}}}
	err := l.Veiled(fmt.Errorf("start: %w", cause))
	if strings.Contains(err.Error(), "plainsecret") || !strings.HasPrefix(err.Error(), "start: the system was not ready") {
		t.Errorf("%v", err)
	}
	var unready *lab.Unready
	if !errors.As(err, &unready) {
		t.Error("it is not the error any more that it was")
	}
	if plain := errors.New("nothing secret"); l.Veiled(plain) != plain || l.Veiled(nil) != nil {
		t.Error("an error without secrets became another")
	}
}

package control_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/control"
	"github.com/failwell/failwell/fakes/kinds"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

// driven is a rig behind a server, and the client that drives it.
func driven(t *testing.T) (*control.Client, string) {
	t.Helper()
	s, err := control.NewServer(kinds.All(), "secret")
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s)
	t.Cleanup(func() {
		web.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	c, err := control.Dial(t.Context(), web.URL, "secret", "127.0.0.1", time.Now().Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c, web.URL
}

// order makes an order by one of the kinds, as a lab file would.
func order(t *testing.T, kind, stubs string) control.Order {
	t.Helper()
	n, err := decode.Parse("stubs.yaml", []byte(stubs))
	if err != nil {
		t.Fatal(err)
	}
	d, err := control.Kinds(kinds.All())[kind].Make(fakes.Options{Name: "it", Stubs: n, Mint: func(where string, _ bool) string { return "token-" + where }})
	if err != nil {
		t.Fatal(err)
	}
	o, ok := control.OrderOf(d)
	if !ok || d.Fake.Describe().Name != kind {
		t.Fatalf("a fake of kind %s remembers %+v", d.Fake.Describe().Name, o)
	}
	return o
}

func get(t *testing.T, addr string) (int, string) {
	t.Helper()
	r, err := http.Get("http://" + addr + "/rates")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	body, _ := io.ReadAll(r.Body)
	return r.StatusCode, string(body)
}

func TestARigIsDrivenFromOutside(t *testing.T) {
	c, _ := driven(t)
	b, err := c.Add(t.Context(), order(t, "http", "routes:\n  - {method: GET, path: /rates, json: {EUR: 1}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if b.Stateful() || b.Addr() != "" {
		t.Errorf("the backend is %+v", b)
	}
	if status, body := get(t, c.Addr("it")); status != 200 || !strings.Contains(body, "EUR") {
		t.Errorf("got %d %s", status, body)
	}
	in := fault.Injection{Rules: []fault.Rule{{
		Scope:  fault.Scope{On: "it", Op: "GET"},
		Effect: fault.Effect{Verb: fault.Answer, At: fault.Request, Say: fault.Saying{Status: "503"}},
	}}}
	if err := c.Arm(t.Context(), in, "seed"); err != nil {
		t.Fatal(err)
	}
	if status, _ := get(t, c.Addr("it")); status != 503 {
		t.Errorf("the armed fault gave %d", status)
	}
	if err := c.Quiet(t.Context()); err != nil {
		t.Fatal(err)
	}
	hits, err := c.Hits(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	last := hits[len(hits)-1]
	if !last.Struck() || last.Call.Text != "/rates" || last.At < time.Hour || last.At > time.Hour+time.Minute {
		t.Errorf("the last hit is %+v", last)
	}
	if err := c.Arm(t.Context(), fault.Injection{}, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Drain(t.Context(), "it"); err != nil {
		t.Fatal(err)
	}
	if status, _ := get(t, c.Addr("it")); status != 200 {
		t.Errorf("healed, it gives %d", status)
	}
}

func TestABackendIsAskedThroughTheRig(t *testing.T) {
	c, _ := driven(t)
	b, err := c.Add(t.Context(), order(t, "postgres", "statements:\n  - {sql: select 1, columns: [{n: int4}], rows: [[1]]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Names()["password"]; got != "token-password" {
		t.Errorf("the password is %q", got)
	}
	if _, err := b.(fakes.Scripted).Query(t.Context(), "select x from y"); err == nil || !strings.Contains(err.Error(), "no stub for: select x from y") {
		t.Errorf("a question that no stub knows gave %v", err)
	}
}

func TestMistakesComeBack(t *testing.T) {
	c, base := driven(t)
	if _, err := control.Dial(t.Context(), base, "guess", "127.0.0.1", time.Now()); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("a wrong token gave %v", err)
	}
	if _, err := c.Add(t.Context(), control.Order{Name: "it", Kind: "postgre"}); err == nil || !strings.Contains(err.Error(), `did you mean "postgres"`) {
		t.Errorf("an unknown kind gave %v", err)
	}
	if _, err := c.Drain(t.Context(), "nobody"); err == nil {
		t.Error("an unknown dependency gave no error")
	}
	if _, err := c.Add(t.Context(), order(t, "http", "routes: []")); err != nil {
		t.Fatal(err)
	}
	var lacking *fakes.Unavailable
	gone := fault.Injection{Links: []fault.Link{{On: "it", State: fault.Gone}}}
	if err := c.Arm(t.Context(), gone, ""); !errors.As(err, &lacking) {
		t.Errorf("what the rig cannot do gave %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Quiet(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context gave %v", err)
	}
	if _, err := control.NewServer(kinds.All(), ""); err == nil {
		t.Error("a server without a token was made")
	}
}

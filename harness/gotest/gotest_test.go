package gotest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/gotest"
	"github.com/failwell/failwell/harness/scenario"
)

var quote = harness.Request{Name: "quote", Method: "GET", Target: "/quote"}

// config is a system with one route, which calls rates; it answers with this status when that fails.
func config(status int) harness.Config {
	rates := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "1.1") })
	return harness.Config{
		Fakes: harness.Fakes{"rates": harness.HTTP(rates)},
		System: harness.Func(func(_ context.Context, s harness.Setup) (http.Handler, error) {
			client := &http.Client{Timeout: 200 * time.Millisecond}
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				resp, err := client.Get(s.URL("rates"))
				if err != nil || resp.StatusCode != http.StatusOK {
					w.WriteHeader(status)
					return
				}
				_, _ = io.Copy(w, resp.Body)
				_ = resp.Body.Close()
			}), nil
		}),
		Roles:    map[string]harness.Role{"rates": harness.Essential},
		Requests: []harness.Request{quote},
		IdleFor:  10 * time.Millisecond,
	}
}

// recorder is a test that keeps what is said of it.
type recorder struct {
	testing.TB
	said []string
}

func (r *recorder) Helper()           {}
func (r *recorder) Error(args ...any) { r.said = append(r.said, fmt.Sprint(args...)) }

// What fails well says nothing; what fails badly, and what cannot be told, is an error of the test.
func TestFailWell(t *testing.T) {
	for want, c := range map[string]struct {
		status int
		on     string
	}{
		"":                              {http.StatusBadGateway, "/"},
		"404 blames the caller":         {http.StatusNotFound, "/"},
		"makes no call that hang rates": {http.StatusBadGateway, "/other"},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			lab := gotest.Lab(t, config(c.status))
			s, err := lab.Try(t.Context(), quote, harness.Hangs{Scope: harness.Scope{On: "rates", Text: c.on}})
			if err != nil {
				t.Fatal(err)
			}
			r := &recorder{TB: t}
			gotest.FailWell(r, s)
			if got := strings.Join(r.said, "\n"); want == "" && got != "" || !strings.Contains(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// The cases of a scenario are subtests; what cannot be run is skipped.
func TestRun(t *testing.T) {
	lab := gotest.Lab(t, config(http.StatusBadGateway))
	s, err := scenario.Read("rates.yaml", "rates", []byte(`
why: a quote without rates is refused, and nobody is blamed
for: {dependency: {class: upstream}, request: {reaches: $dep}}
vary: {at: [request, reply]}
given: [{hang: {on: $dep, at: $at}}]
`))
	if err != nil {
		t.Fatal(err)
	}
	cases, err := lab.Known().Expand([]scenario.Scenario{s}, lab.Facts(), scenario.Full)
	if err != nil || len(cases) != 2 {
		t.Fatal(cases, err)
	}
	gotest.Run(t, lab, append(cases, scenario.Case{ID: "rates@nowhere", Request: quote.Name, Skip: "there is no rate at nowhere"}))
}

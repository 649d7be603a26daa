package lab_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/system"
)

// half answers what begins with /good.
func half() system.System {
	return system.Func(func(context.Context, system.Setup) (http.Handler, error) {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasPrefix(r.URL.Path, "/good") {
				http.NotFound(w, r)
			}
		}), nil
	})
}

func get(name, target string, offered bool) scenario.Request {
	return scenario.Request{Name: name, Method: "GET", Target: target, Offered: offered}
}

// What the running system tells of itself can be asked; what failwell made of it and does not succeed is left out, and told.
func TestDiscovery(t *testing.T) {
	asked := 0
	cfg := lab.Config{System: half(), IdleFor: time.Millisecond, Requests: []scenario.Request{get("own", "/good/own", false), get("replaced", "/bad", false)},
		Discover: func(_ context.Context, send func(scenario.Request) (exchange.Exchange, error)) (lab.Discovered, error) {
			asked++
			e, err := send(get("description", "/good/description", false))
			if err != nil || e.Status() != http.StatusOK {
				t.Errorf("the description: %d %v", e.Status(), err)
			}
			return lab.Discovered{Notes: []string{"a note"}, Requests: []scenario.Request{get("replaced", "/good/replaced", false), get("made", "/good/made", true), get("no-use", "/bad", true)}}, nil
		}}
	l, err := lab.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for range 2 {
		seen, err := l.Calm(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, s := range seen {
			if names = append(names, s.Request.Name); !s.OK {
				t.Errorf("%s: %s", s.Request.Name, s.Why)
			}
		}
		if want := []string{"own", "replaced", "made"}; !slices.Equal(names, want) || !slices.Equal(l.Known().Requests, want) || asked != 1 {
			t.Errorf("seen %v, known %v, discovered %d times", names, l.Known().Requests, asked)
		}
	}
	if notes := l.Notes(); len(notes) != 2 || notes[0] != "a note" || !strings.HasPrefix(notes[1], "no-use was made for you and is left out: 404") {
		t.Errorf("%q", notes)
	}
}

// Where nothing that was made succeeds all of it stays, so that the reasons are told; what is wrong with a discovery ends the start.
func TestFruitlessDiscovery(t *testing.T) {
	for _, broken := range []error{nil, errors.New("no description")} {
		cfg := lab.Config{System: half(), IdleFor: time.Millisecond, Discover: func(context.Context, func(scenario.Request) (exchange.Exchange, error)) (lab.Discovered, error) {
			return lab.Discovered{Requests: []scenario.Request{get("no-use", "/bad", true)}}, broken
		}}
		l, err := lab.Start(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		seen, err := l.Calm(t.Context())
		if broken != nil && (err == nil || err.Error() != broken.Error()) || broken == nil && (len(seen) != 1 || lab.MostlyCalm(seen) == nil) {
			t.Errorf("%v: %v %v", broken, seen, err)
		}
		_ = l.Close()
	}
}

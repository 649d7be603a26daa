package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/decode"
)

// Stub is a small API that answers by a list of routes: the first that matches speaks. It keeps nothing but a ledger of what
// it was asked.
type Stub struct {
	Routes []Route `json:"routes" decode:"one"`
}

// ReadStub reads `routes: [{method: POST, path: /charges, status: 201, json: {...}}]`. A nil node is a stub without routes.
func ReadStub(n *decode.Node) (Stub, error) {
	var s Stub
	if n == nil {
		return s, nil
	}
	err := n.Into(&s)
	return s, err
}

// Start serves the stub; a mistake in a route is an error.
func (s Stub) Start(ctx context.Context) (fakes.Backend, error) {
	b := &stubBackend{}
	for _, r := range s.Routes {
		l, err := r.prepare()
		if err != nil {
			return nil, err
		}
		b.lines = append(b.lines, l)
	}
	var err error
	b.local, err = serve(ctx, b)
	if err != nil {
		return nil, err
	}
	return b, nil
}

// stubBackend is a stub that runs.
type stubBackend struct {
	*local
	ledger
	lines []*line
}

// line is a route made ready, and how often it spoke.
type line struct {
	Route
	body []byte

	mu   sync.Mutex
	said int
}

// turn tells whether the route still speaks, and counts it.
func (l *line) turn() bool {
	if l.Times == 0 {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said++
	return l.said <= l.Times
}

// ServeHTTP answers. What no route matches is no effect, so the ledger does not count it.
func (b *stubBackend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	for _, l := range b.lines {
		if l.matches(r) && l.turn() {
			b.note(r, body)
			l.answer(w)
			return
		}
	}
	note := fmt.Sprintf(fakes.NoStub+" %s %s", r.Method, r.URL.Path)
	w.Header().Set(noteField, note)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusNotFound)
	_, _ = fmt.Fprintf(w, "{\"error\":%s}", quote(note))
}

func (l *line) answer(w http.ResponseWriter) {
	h := w.Header()
	if _, said := l.Header["Content-Type"]; !said {
		h["Content-Type"] = contentType(string(l.body))
		if l.JSON != nil {
			h.Set("Content-Type", "application/json")
		}
	}
	for name, value := range l.Header {
		h.Set(name, value)
	}
	if bodyAllowed(l.Status) {
		h.Set("Content-Length", strconv.Itoa(len(l.body)))
	}
	w.WriteHeader(l.Status)
	_, _ = w.Write(l.body)
}

// Stateful is false: what a POST brings is not there for a GET.
func (b *stubBackend) Stateful() bool { return false }

// Reset empties the ledger, and lets routes with Times speak again.
func (b *stubBackend) Reset(context.Context) error {
	b.forget()
	for _, l := range b.lines {
		l.mu.Lock()
		l.said = 0
		l.mu.Unlock()
	}
	return nil
}

// Exec is refused: a stub has no data to prepare.
func (b *stubBackend) Exec(context.Context, string, string) error {
	return errors.New("an http stub runs no scripts; give it routes")
}

var _ fakes.Scripted = (*stubBackend)(nil)

package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	bodyLimit   = 64 << 10 // bytes, of requests and of what payments answers
	headerLimit = 16 << 10 // bytes of all request fields
	targetLimit = 8 << 10  // bytes of a request target
)

// server holds what all requests share. Nothing in it is locked while a
// dependency is called, so that no route waits for the trouble of another.
type server struct {
	cfg      config
	log      *slog.Logger
	hide     redactor
	db       *database
	payments *payments
	mux      *http.ServeMux
	stopping atomic.Bool

	shared sync.Mutex // only for the bugs of the zoo that share too much
	broken time.Time
}

func newServer(cfg config, log *slog.Logger) (*server, error) {
	db, err := openDatabase(cfg.database, cfg.bugs)
	if err != nil {
		return nil, fmt.Errorf("open database pool: %w", err)
	}
	s := &server{cfg: cfg, log: log, hide: newRedactor(cfg), db: db, payments: newPayments(cfg)}
	s.mux = http.NewServeMux()
	for pattern, h := range map[string]handler{
		"POST /login":              s.login,
		"GET /orders":              s.listOrders,
		"GET /orders/{id}":         s.getOrder,
		"POST /orders":             s.authenticated(s.createOrder),
		"POST /orders/{id}/cancel": s.authenticated(s.cancelOrder),
		"GET /report":              s.report,
		"GET /rates":               s.rates,
		"GET /version":             s.version,
		"GET /livez":               s.live,
		"GET /readyz":              s.ready,
		"/":                        s.unknown,
	} {
		s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.answer(w, r, h) })
	}
	graph, err := newGraphQL(s)
	if err != nil {
		return nil, err
	}
	for _, pattern := range []string{"GET /graphql", "POST /graphql", "/graphql"} {
		s.mux.Handle(pattern, graph)
	}
	return s, nil
}

func (s *server) bug(name string) bool { return s.cfg.bugs.has(name) }

// ServeHTTP guards the mux, which would answer some requests by itself, in text or HTML.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r = r.WithContext(withTrace(r.Context(), traceOf(r.Header)))
	if p := r.URL.Path; !strings.HasPrefix(p, "/") || path.Clean(p) != p || r.Method == http.MethodConnect {
		s.answer(w, r, s.unknown)
		return
	}
	s.mux.ServeHTTP(w, r)
}

func (s *server) answer(w http.ResponseWriter, r *http.Request, h handler) {
	s.answerIn(rest{s}, w, r, h)
}

// answerIn runs one handler within the deadline and sends what came of it. A
// tenth of the deadline is kept for sending.
func (s *server) answerIn(p protocol, w http.ResponseWriter, r *http.Request, h handler) {
	started := time.Now()
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.deadline*9/10)
	defer cancel()
	r = r.WithContext(ctx)

	var rep reply
	err := tooLarge(r)
	if err == nil {
		r.Body = &patientBody{limited: http.MaxBytesReader(w, r.Body, bodyLimit), control: http.NewResponseController(w), until: started.Add(s.cfg.deadline / 2)}
		rep, err = s.guarded(r, h)
	}
	if err != nil {
		f := asFailure(err)
		if s.cfg.bugs != nil {
			f = s.worse(f)
		}
		s.record(r, f.Status, started, f)
		p.fail(w, r, f)
		return
	}
	s.record(r, rep.status, started, rep.trouble())
	p.succeed(w, r, rep)
}

// guarded is the last resort: a panic of a handler becomes a failure. Nothing
// has been sent by then, since handlers return their answer.
func (s *server) guarded(r *http.Request, h handler) (rep reply, err error) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			panic(p)
		default:
			err = &failure{Status: 500, Code: "internal", Cause: fmt.Errorf("panic: %v\n%s", p, debug.Stack())}
		}
	}()
	if s.bug("global-lock") && !strings.HasSuffix(r.URL.Path, "z") {
		s.shared.Lock()
		defer s.shared.Unlock()
	}
	if s.bug("shared-breaker") && s.tripped(r) {
		return reply{}, &failure{Status: 503, Code: "broken"}
	}
	rep, err = h(r)
	if err != nil {
		s.misbehave(err)
	}
	return rep, err
}

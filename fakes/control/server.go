package control

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/system"
)

// Server is a rig that is driven over HTTP.
type Server struct {
	kinds map[string]fakes.Entry
	token string
	rig   *fakes.LocalRig
	start time.Time

	mu       sync.Mutex
	backends map[string]fakes.Backend
}

var _ http.Handler = (*Server)(nil)

// NewServer makes a rig without dependencies that obeys whoever has the token, which must not be empty.
func NewServer(kinds map[string]fakes.Entry, token string) (*Server, error) {
	if token == "" {
		return nil, errors.New("a rig that is driven from outside needs a token")
	}
	return &Server{kinds: kinds, token: token, rig: fakes.NewRig(), start: time.Now(), backends: map[string]fakes.Backend{}}, nil
}

// Close ends the fakes and what stands behind them.
func (s *Server) Close() error {
	all := []error{s.rig.Close()}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.backends {
		all = append(all, b.Stop(context.Background()))
	}
	clear(s.backends)
	return errors.Join(all...)
}

// maxMessage bounds what is read of a request.
const maxMessage = 64 << 20

// ServeHTTP carries out one operation.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	given, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if subtle.ConstantTimeCompare([]byte(given), []byte(s.token)) != 1 {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	op, _ := strings.CutPrefix(r.URL.Path, path)
	do, known := map[string]func(context.Context, message) (message, error){
		opHello: s.hello, opAdd: s.add, opArm: s.arm, opDrain: s.drain, opHits: s.hits, opQuiet: s.quiet, opBind: s.bind,
		opUndo: s.reset, opRun: s.exec, opAsk: s.query,
	}[op]
	if !known || r.Method != http.MethodPost {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	var in message
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxMessage)).Decode(&in); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write(encode(message{Wrong: "read the request: " + err.Error()}))
		return
	}
	out, err := do(r.Context(), in)
	if err != nil {
		var lacking *fakes.Unavailable
		out = message{Wrong: err.Error(), Lacking: errors.As(err, &lacking)}
		w.WriteHeader(http.StatusConflict)
	}
	_, _ = w.Write(encode(out))
}

func (s *Server) hello(context.Context, message) (message, error) {
	return message{Now: time.Since(s.start)}, nil
}

// add makes a dependency from its order, and serves it on a port of all interfaces.
func (s *Server) add(ctx context.Context, m message) (message, error) {
	if m.Order == nil {
		return message{}, errors.New("add: there is no order")
	}
	o := *m.Order
	entry, ok := s.kinds[o.Kind]
	if !ok {
		return message{}, fmt.Errorf("add %s: unknown kind %q%s", o.Name, o.Kind, decode.DidYouMean(o.Kind, slices.Sorted(maps.Keys(s.kinds))))
	}
	d, err := entry.Make(fakes.Options{
		Name: o.Name, Server: o.Server, Address: o.Address, Stubs: o.Stubs, TLS: o.TLS,
		Mint: func(where string, _ bool) string { return o.Minted[where] },
	})
	if err != nil {
		return message{}, fmt.Errorf("add %s: %w", o.Name, err)
	}
	out := message{}
	var backend fakes.Backend
	if d.Server != nil && !o.Bare {
		if backend, err = d.Server.Start(context.WithoutCancel(ctx)); err != nil {
			return out, fmt.Errorf("add %s: %w", o.Name, err)
		}
		s.mu.Lock()
		s.backends[o.Name] = backend
		s.mu.Unlock()
		_, out.Scripted = system.As[fakes.Scripted](backend)
		out.Backend, out.Stateful, out.Facts = true, backend.Stateful(), backend.Names()
	}
	if err := s.rig.Add(ctx, o.Name, d.Fake, "0.0.0.0:0"); err != nil {
		return out, err
	}
	if backend != nil {
		if err := s.rig.Bind(o.Name, backend.Addr()); err != nil {
			return out, err
		}
	}
	_, port, err := net.SplitHostPort(s.rig.Addr(o.Name))
	if err == nil {
		out.Port, err = strconv.Atoi(port)
	}
	return out, err
}

func (s *Server) arm(ctx context.Context, m message) (message, error) {
	if m.Injection == nil {
		return message{}, errors.New("arm: there is no injection")
	}
	return message{}, s.rig.Arm(ctx, *m.Injection, m.Seed)
}

func (s *Server) drain(ctx context.Context, m message) (message, error) {
	left, err := s.rig.Drain(ctx, m.Name)
	return message{Count: left}, err
}

func (s *Server) hits(ctx context.Context, m message) (message, error) {
	all, err := s.rig.Hits(ctx, m.Since)
	return message{Hits: all}, err
}

func (s *Server) quiet(ctx context.Context, _ message) (message, error) {
	return message{}, s.rig.Quiet(ctx)
}

func (s *Server) bind(_ context.Context, m message) (message, error) {
	return message{}, s.rig.Bind(m.Name, m.Text)
}

func (s *Server) backend(name string) (fakes.Backend, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b, ok := s.backends[name]; ok {
		return b, nil
	}
	return nil, fmt.Errorf("nothing of this rig stands behind %q", name)
}

func (s *Server) scripted(name string) (fakes.Scripted, error) {
	b, err := s.backend(name)
	if err != nil {
		return nil, err
	}
	if scripted, ok := system.As[fakes.Scripted](b); ok {
		return scripted, nil
	}
	return nil, fmt.Errorf("%s takes no scripts", name)
}

func (s *Server) reset(ctx context.Context, m message) (message, error) {
	b, err := s.backend(m.Name)
	if err == nil {
		err = b.Reset(ctx)
	}
	return message{}, err
}

func (s *Server) exec(ctx context.Context, m message) (message, error) {
	b, err := s.scripted(m.Name)
	if err == nil {
		err = b.Exec(ctx, m.Text, m.As)
	}
	return message{}, err
}

func (s *Server) query(ctx context.Context, m message) (message, error) {
	b, err := s.scripted(m.Name)
	if err != nil {
		return message{}, err
	}
	text, err := b.Query(ctx, m.Text)
	return message{Text: text}, err
}

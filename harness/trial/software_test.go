package trial

import (
	"context"
	"net/http"
	"strings"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/system"
)

// store is what stands behind db: it counts, and can be paused.
type store struct{ *stage }

func (store) Addr() string                               { return "192.0.2.1:2" }
func (store) Names() map[string]string                   { return nil }
func (store) Stateful() bool                             { return true }
func (store) Reset(context.Context) error                { return nil }
func (store) Stop(context.Context) error                 { return nil }
func (store) Exec(context.Context, string, string) error { return nil }
func (store) Able(fault.Act) error                       { return nil }
func (store) Prepare(context.Context, fault.Act) error   { return nil }
func (s store) Query(ctx context.Context, _ string) (string, error) {
	return "0", s.step(ctx, "count")
}
func (s store) Act(ctx context.Context, a fault.Act) (func(context.Context) error, error) {
	return s.act(ctx, a)
}

func (s *stage) act(ctx context.Context, a fault.Act) (func(context.Context) error, error) {
	if err := s.step(ctx, a.Do+" "+a.On); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error { return s.step(ctx, "undo "+a.Do+" "+a.On) }, nil
}

// wrappedBackend, wrappedSystem and wrappedInstance stand before what has the powers, and have none themselves.
type wrappedBackend struct{ fakes.Backend }

func (w wrappedBackend) Unwrap() fakes.Backend { return w.Backend }

type wrappedInstance struct{ system.Instance }

func (w wrappedInstance) Unwrap() system.Instance { return w.Instance }

// software is a system in this process that notes each request, and has one call on db for all but GET /plain.
type software struct{ *stage }

func (s software) Settings() []system.Setting {
	return []system.Setting{{Name: "env.PLAIN", From: "env"}, {Name: "env.DB", From: "env", Dependency: "db"}}
}
func (software) Conditions() []string { return nil }

func (s software) Start(ctx context.Context, set system.Setup) (system.Instance, error) {
	if err := s.step(ctx, "start"); err != nil {
		return nil, err
	}
	set.Edits = nil
	i, err := system.Func(func(context.Context, system.Setup) (http.Handler, error) {
		return http.HandlerFunc(s.serve), nil
	}).Start(ctx, set)
	return wrappedInstance{running{i, s.stage}}, err
}

func (s software) serve(w http.ResponseWriter, r *http.Request) {
	_ = s.step(r.Context(), r.Method+" "+r.URL.Path)
	if r.URL.Path == "/plain" || strings.HasPrefix(r.URL.Path, "/health") {
		return
	}
	if parts := strings.Split(r.Header.Get("Traceparent"), "-"); s.call(parts[1]) {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

// running is an instance of it, which acts can be done to, and which can be edited.
type running struct {
	system.Instance
	*stage
}

func (running) Able(fault.Act) error                     { return nil }
func (running) Prepare(context.Context, fault.Act) error { return nil }
func (r running) Act(ctx context.Context, a fault.Act) (func(context.Context) error, error) {
	return r.act(ctx, a)
}
func (r running) Edit(ctx context.Context, e fault.Edit) (func(context.Context) error, error) {
	return nil, r.step(ctx, "edit "+e.Setting)
}
func (r running) Operations() int {
	n := 0
	for _, line := range r.noted() {
		if strings.Contains(line, "pause ") {
			n++
		}
	}
	return n
}

type wrappedSystem struct{ system.System }

func (w wrappedSystem) Unwrap() system.System { return w.System }

package harness

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/scenario"
)

// request finds a request of the lab by name.
func (l *Lab) request(name string) (scenario.Request, bool) {
	for _, r := range l.cfg.Requests {
		if r.Name == name {
			return r, true
		}
	}
	return scenario.Request{}, false
}

// before makes the lab's own steps; tolerant, a step that does not succeed keeps the names of an earlier launch.
func (l *Lab) before(ctx context.Context, tolerant bool) error {
	n := l.names
	n.early = true
	captured, err := l.steps(ctx, l.cfg.Before, n, true)
	if err != nil && !tolerant {
		return fmt.Errorf("before: %w", err)
	}
	if l.names.lab == nil {
		l.names.lab = map[string]string{}
	}
	for k, v := range captured {
		l.names.lab[k] = v
	}
	return nil
}

// steps makes requests one after the other and gives the names that their answers gave.
func (l *Lab) steps(ctx context.Context, steps []scenario.Step, n names, qualified bool) (map[string]string, error) {
	captured := map[string]string{}
	for _, s := range steps {
		r, ok := l.request(s.Use)
		if s.Request != nil {
			r, ok = *s.Request, true
		}
		if !ok {
			return captured, fmt.Errorf("%s: unknown request %q", s.Pos, s.Use)
		}
		e, err := l.ask(ctx, r, n.with(captured), exchange.Calm)
		if err != nil {
			return captured, err
		}
		if why := r.Expect.Missed(e); why != "" && !slices.Contains(s.Tolerate, e.Status()) {
			return captured, fmt.Errorf("%s %s: %s", r.Method, l.redact.Text(e.Request.Target), l.redact.Text(why))
		}
		for name, from := range s.Capture {
			v, ok := pick(e, from)
			if !ok {
				return captured, fmt.Errorf("%s %s: the answer has no %s", r.Method, l.redact.Text(e.Request.Target), from)
			}
			if qualified {
				name = s.Name + "." + name
			}
			captured[name] = v
		}
	}
	return captured, nil
}

// pick reads a JSON Pointer or a header field of an answer.
func pick(e exchange.Exchange, from string) (string, bool) {
	if e.Response == nil {
		return "", false
	}
	if !strings.HasPrefix(from, "/") {
		v := e.Response.Header.Get(from)
		return v, v != ""
	}
	return check.At(e, from)
}

// render makes the request that is sent.
func (l *Lab) render(r scenario.Request, n names) (exchange.Request, error) {
	out, err := r.Render(n.value)
	if err != nil {
		return out, err
	}
	for name, text := range l.cfg.Header {
		if out.Header.Has(name) {
			continue
		}
		one := scenario.Request{Name: r.Name, Header: map[string]string{name: text}, Pos: r.Pos}
		rendered, err := one.Render(n.value)
		if err != nil && n.early {
			continue
		}
		if err != nil {
			return out, err
		}
		out.Header = append(out.Header, rendered.Header...)
	}
	return out, nil
}

// ask renders and sends a request.
func (l *Lab) ask(ctx context.Context, r scenario.Request, n names, phase exchange.Phase) (exchange.Exchange, error) {
	sent, err := l.render(r, n)
	if err != nil {
		return exchange.Exchange{}, err
	}
	return l.put(ctx, sent, phase), ctx.Err()
}

// put sends a request to the running instance.
func (l *Lab) put(ctx context.Context, r exchange.Request, phase exchange.Phase) exchange.Exchange {
	return l.send.send(ctx, l.instance.URL(r.Port), r, phase)
}

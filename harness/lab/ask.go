package lab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/capture"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/graphql"
	"github.com/failwell/failwell/harness/redact"
	"github.com/failwell/failwell/harness/scenario"
)

// Request finds a request of the lab by name.
func (l *Lab) Request(name string) (scenario.Request, bool) {
	for _, r := range l.Config.Requests {
		if r.Name == name {
			return r, true
		}
	}
	return scenario.Request{}, false
}

// Before makes the lab's own steps; tolerant, a step that does not succeed keeps the names of an earlier launch.
func (l *Lab) Before(ctx context.Context, tolerant bool) error {
	n := l.names
	n.early = true
	captured, err := l.Steps(ctx, l.Config.Before, n, true)
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

// Steps makes requests one after the other and gives the names that their answers gave.
func (l *Lab) Steps(ctx context.Context, steps []scenario.Step, n Scope, qualified bool) (map[string]string, error) {
	captured := map[string]string{}
	for _, s := range steps {
		r, ok := l.Request(s.Use)
		if s.Request != nil {
			r, ok = *s.Request, true
		}
		if !ok {
			return captured, fmt.Errorf("%s: unknown request %q", s.Pos, s.Use)
		}
		e, err := l.Ask(ctx, r, n.With(captured), exchange.Calm)
		if err != nil {
			return captured, err
		}
		if why := r.Expect.Missed(e); why != "" && !slices.Contains(s.Tolerate, e.Status()) {
			return captured, l.Veiled(fmt.Errorf("%s %s: %s", r.Method, e.Request.Target, why))
		}
		for name, from := range s.Capture {
			v, ok := pick(e, from)
			if !ok {
				return captured, l.Veiled(fmt.Errorf("%s %s: the answer has no %s", r.Method, e.Request.Target, from))
			}
			l.Hide(redact.Captured(name, from, v)...)
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

// Render makes the request that is sent.
func (l *Lab) Render(r scenario.Request, n Scope) (exchange.Request, error) {
	out, err := r.Render(n.Value)
	if err != nil {
		return out, err
	}
	for name, text := range l.Config.Header {
		if out.Header.Has(name) {
			continue
		}
		one := scenario.Request{Name: r.Name, Header: map[string]string{name: text}, Pos: r.Pos}
		rendered, err := one.Render(n.Value)
		if err != nil && n.early {
			continue
		}
		if err != nil {
			return out, err
		}
		out.Header = append(out.Header, rendered.Header...)
	}
	if !out.Header.Has("Accept") && out.Raw == "" {
		out.Header = append(out.Header, exchange.Field{Name: "Accept", Value: accept(out.Protocol)})
	}
	return out, nil
}

// accept is what is sent where the lab says nothing else (RFC 9110, 12.5.1; GraphQL over HTTP, 5.1): a service that chooses the form of
// its errors by it is asked for the one that is judged.
func accept(p exchange.Protocol) string {
	if p == exchange.GraphQL {
		return "application/graphql-response+json, application/json;q=0.9, */*;q=0.1"
	}
	return "application/json, application/problem+json, */*;q=0.1"
}

// Ask renders and sends a request.
func (l *Lab) Ask(ctx context.Context, r scenario.Request, n Scope, phase exchange.Phase) (exchange.Exchange, error) {
	sent, err := l.Render(r, n)
	if err != nil {
		return exchange.Exchange{}, err
	}
	e := l.Put(ctx, sent, phase)
	return e, errors.Join(Own(e), ctx.Err())
}

// Own is the error of an exchange that did not take place for want of something here; nil: it took place.
func Own(e exchange.Exchange) error {
	if e.Failure != exchange.OwnLimit {
		return nil
	}
	return fmt.Errorf("send %s: %s", e.Request.Name, e.Detail)
}

// Put sends a request to the running instance. The tokens that it sends, and those that the answer hands out, are secrets of the
// lab from then on.
func (l *Lab) Put(ctx context.Context, r exchange.Request, phase exchange.Phase) exchange.Exchange {
	l.silence.Store(nil)
	l.Hide(redact.Sent(r.Header)...)
	e := l.Client.Send(ctx, l.instance.URL(r.Port), r, phase)
	if e.Response != nil {
		l.Hide(redact.Handed(e.Response.Header)...)
		e.Response.Errors = r.Protocol == exchange.GraphQL && graphql.HasErrors(capture.Body(e.Response))
	}
	return e
}

// Safe picks a request that may be sent again and again to reach a dependency: the one that is preferred if it is safe, else any.
func (l *Lab) Safe(prefer scenario.Request, on string) (scenario.Request, bool) {
	if prefer.IsSafe() && slices.Contains(l.Reaches(prefer.Name), on) && len(prefer.Before) == 0 {
		return prefer, true
	}
	for _, r := range l.Config.Requests {
		if r.IsSafe() && len(r.Before) == 0 && l.Learnt(r.Name).OK && slices.Contains(l.Reaches(r.Name), on) {
			return r, true
		}
	}
	return scenario.Request{}, false
}

// Do sends one request as things are, and gives what came of it with the calls it made.
func (l *Lab) Do(ctx context.Context, r exchange.Request) (exchange.Exchange, error) {
	seq, err := l.Mark(ctx)
	if err != nil {
		return exchange.Exchange{}, err
	}
	own := []exchange.Exchange{l.Put(ctx, r, exchange.Calm)}
	if _, err := l.Quiet(ctx); err != nil {
		return own[0], fmt.Errorf("wait for the calls to end: %w", err)
	}
	hits, err := l.Hits(ctx, seq, 0)
	l.Asked(own, nil).Attribute(hits)
	return l.Redactor().Exchange(own[0]), l.Veiled(err)
}

package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sort"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/system"
)

// Seen is what calm showed of one request.
type Seen struct {
	Request  scenario.Request
	Exchange exchange.Exchange
	OK       bool
	Why      string // why it is not calm
}

// Calm sends every request once without a fault and learns: which succeed, what they call, how errors look.
func (l *Lab) Calm(ctx context.Context) ([]Seen, error) {
	var all []Seen
	for _, r := range l.cfg.Requests {
		if err := l.learn(ctx, r.Name); err != nil {
			return all, err
		}
		k := l.learnt[r.Name]
		all = append(all, Seen{Request: r, Exchange: l.redact.Exchange(k.last), OK: k.ok, Why: l.redact.Text(k.why)})
	}
	l.errorShape()
	l.calmed = true
	return all, nil
}

// learn sends one request and keeps what it calls. It is sent twice, so that what only the first one does (warm-up,
// prepared statements) is seen as well as what every one does.
func (l *Lab) learn(ctx context.Context, name string) error {
	r, _ := l.request(name)
	k := learnt{}
	for range 2 {
		n := l.names.fresh()
		captured, err := l.steps(ctx, r.Before, n, false)
		if err != nil {
			k.why = l.redact.Text(err.Error())
			break
		}
		seq, err := l.mark(ctx)
		if err != nil {
			return err
		}
		e, err := l.ask(ctx, r, n.with(captured), exchange.Calm)
		if err != nil {
			return fmt.Errorf("calm: %w", err)
		}
		if _, err := l.quiet(ctx, seq); err != nil {
			return err
		}
		hits, err := l.hits(ctx, seq, 0)
		if err != nil {
			return err
		}
		e.Hits = hits
		k.last, k.why = e, l.redact.Text(r.Expect.Missed(e))
		if k.ok = k.why == ""; k.ok {
			l.wentWell(name)
		}
		k.calls = nil
		for _, h := range hits {
			if !h.Background && h.Call.Op != "link" && !fault.Point(h.Call.Op).Early() {
				k.calls = append(k.calls, h.Call)
			}
		}
	}
	l.learnt[name] = k
	return nil
}

// errorShape learns what the service's error answers have in common from the calm 4xx ones.
func (l *Lab) errorShape() {
	types := map[string]int{}
	var members []string
	for _, name := range sortedNames(l.learnt) {
		e := l.learnt[name].last
		if e.Status()/100 != 4 || e.Response == nil {
			continue
		}
		l.shape.Samples++
		types[e.Response.MediaType()]++
		var body map[string]any
		if json.Unmarshal([]byte(e.Response.Body), &body) != nil {
			continue
		}
		var have []string
		for m := range body {
			have = append(have, m)
		}
		if members == nil {
			members = have
		}
		members = slices.DeleteFunc(members, func(m string) bool { return !slices.Contains(have, m) })
	}
	for t, n := range types {
		if n > types[l.shape.ErrorType] || l.shape.ErrorType == "" {
			l.shape.ErrorType = t
		}
	}
	sort.Strings(members)
	l.shape.ErrorMembers = members
}

func sortedNames[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Adopt takes over what the calm phase of another lab of the same system showed.
func (l *Lab) Adopt(o *Lab) {
	l.learnt, l.shape, l.calmed, l.memory = o.learnt, o.shape, o.calmed, o.memory
	for k := range o.background {
		l.background[k] = true
	}
}

// Facts is what the lab has and what calm showed.
func (l *Lab) Facts() scenario.Facts {
	var f scenario.Facts
	for _, r := range l.cfg.Requests {
		k := l.learnt[r.Name]
		f.Requests = append(f.Requests, scenario.Asked{Request: r, Calm: k.ok, Calls: k.calls, Sent: k.last.Request, Status: k.last.Status()})
	}
	for _, name := range sortedNames(l.cfg.Fakes) {
		kind := l.kind(name)
		b := l.backends[name]
		f.Dependencies = append(f.Dependencies, scenario.Dependency{Name: name, Class: kind.Class, Role: l.cfg.Roles[name], Kind: kind,
			Stateful: b != nil && b.Stateful()})
	}
	if c, ok := l.cfg.System.(system.Configurable); ok {
		for _, s := range c.Settings() {
			f.Settings = append(f.Settings, l.setting(s))
		}
	}
	return f
}

func (l *Lab) setting(s system.Setting) scenario.Setting {
	out := scenario.Setting{Name: s.Name, From: s.From, Role: contract.Essential, File: slices.Contains(s.Forms, "file")}
	if _, ok := l.cfg.Fakes[s.Dependency]; ok {
		out.Dependency = s.Dependency
		if l.cfg.Roles[s.Dependency] == contract.Optional {
			out.Role = contract.Optional
		}
	}
	if role := l.cfg.Secrets[s.Secret].Role; s.Secret != "" && role != "" {
		out.Role = role
	}
	out.Own = slices.ContainsFunc(s.Uses, func(u string) bool { return u == "system.port" || u == "bin" || u == "dir" })
	out.Secret = s.Secret
	return out
}

// known is what scenarios may name in this lab.
func (l *Lab) known() scenario.Known {
	k := scenario.Known{Catalog: l.cfg.Catalog, Table: l.cfg.Contract.Table, Dependencies: map[string]fakes.Kind{}}
	for name := range l.cfg.Fakes {
		k.Dependencies[name] = l.kind(name)
	}
	for _, r := range l.cfg.Requests {
		k.Requests = append(k.Requests, r.Name)
	}
	return k
}

// Known is what scenarios may name in this lab.
func (l *Lab) Known() scenario.Known { return l.known() }

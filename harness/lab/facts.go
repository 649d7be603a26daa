package lab

import (
	"maps"
	"slices"
	"strings"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/system"
)

// Facts is what the lab has and what calm showed.
func (l *Lab) Facts() scenario.Facts {
	var f scenario.Facts
	for _, r := range l.Config.Requests {
		k := l.Learnt(r.Name)
		f.Requests = append(f.Requests, scenario.Asked{Request: r, Calm: k.OK, Calls: k.Calls, Sent: k.Last.Request, Status: k.Last.Status()})
	}
	for _, name := range slices.Sorted(maps.Keys(l.Config.Fakes)) {
		kind := l.Kind(name)
		b := l.backends[name]
		f.Dependencies = append(f.Dependencies, scenario.Dependency{Name: name, Class: kind.Class, Role: l.Config.role(name), Kind: kind,
			Stateful: b != nil && b.Stateful()})
	}
	if c, ok := system.As[system.Configurable](l.Config.System); ok {
		for _, s := range c.Settings() {
			f.Settings = append(f.Settings, l.setting(s))
		}
	}
	return f
}

func (l *Lab) setting(s system.Setting) scenario.Setting {
	out := scenario.Setting{Name: s.Name, From: s.From, Role: contract.Essential, File: slices.Contains(s.Forms, "file")}
	if _, ok := l.Config.Fakes[s.Dependency]; ok {
		out.Dependency = s.Dependency
		if l.Config.role(s.Dependency) == contract.Optional {
			out.Role = contract.Optional
		}
	}
	if role := l.Config.Secrets[s.Secret].Role; s.Secret != "" && role != "" {
		out.Role = role
	}
	out.Own = slices.ContainsFunc(s.Uses, func(u string) bool { return u == "system.port" || u == "bin" || u == "dir" || l.files[u] != "" })
	out.Secret = s.Secret
	out.Form = s.Form || system.HasForm(l.Config.Secrets[s.Secret].Value)
	if s.From != "secret" {
		out.File, out.Dir = s.From == "file" && !strings.Contains(s.Name, "#"), slices.Contains(s.Forms, "dir")
	}
	return out
}

// Known is what scenarios may name in this lab.
func (l *Lab) Known() scenario.Known {
	k := scenario.Known{Catalog: l.Config.Catalog, Table: l.Config.Contract.Table, Dependencies: map[string]fakes.Kind{}}
	for name := range l.Config.Fakes {
		k.Dependencies[name] = l.Kind(name)
	}
	for _, r := range l.Config.Requests {
		k.Requests = append(k.Requests, r.Name)
	}
	return k
}

package scenario

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/graphql"
)

// bindings lists the values of the variables: For times Vary.
func (x expansion) bindings(s Scenario) []binding {
	all := []binding{{}}
	if sel := s.For.Dependency; sel != nil {
		all = each(all, func(b binding) []binding { return x.dependencies(b, *sel) })
	}
	if sel := s.For.Secret; sel != nil {
		all = each(all, func(b binding) []binding { return x.settings(b, "secret", *sel) })
	}
	if sel := s.For.Setting; sel != nil {
		all = each(all, func(b binding) []binding { return x.settings(b, "setting", *sel) })
	}
	if sel := s.For.Request; sel != nil {
		all = each(all, func(b binding) []binding { return x.requests(b, *sel) })
	} else if s.Generic() && s.When.Request == "" {
		all = each(all, x.likely)
	}
	for _, v := range s.Vary {
		all = each(all, func(b binding) []binding {
			var out []binding
			for _, value := range x.varied(b, v) {
				out = append(out, b.with(v.Name, value))
			}
			return out
		})
	}
	return all
}

func each(in []binding, more func(binding) []binding) []binding {
	var out []binding
	for _, b := range in {
		out = append(out, more(b)...)
	}
	return out
}

func (x expansion) dependencies(b binding, sel Select) []binding {
	var out []binding
	for _, d := range x.facts.Dependencies {
		if in(sel.Name, d.Name, b) && in(sel.Kind, d.Kind.Name, b) && in(sel.Class, d.Class, b) && in(sel.Role, roleWord(d.Role), b) && any1(sel.Has, d.has(), b) {
			out = append(out, b.with("dep", d.Name))
		}
	}
	return out
}

func (x expansion) requests(b binding, sel Select) []binding {
	var out []binding
	for _, a := range x.facts.Requests {
		ok := a.Calm && in(sel.Name, a.Name, b) && in(sel.Method, a.Method, b) && any1(sel.Label, a.Labels, b) && any1(sel.Has, a.has(), b)
		for _, r := range sel.Reaches {
			ok = ok && a.Reaches(b.text(r))
		}
		if dep := b["dep"]; ok && dep != "" {
			ok = in(sel.Role, roleWord(x.facts.Role(a, dep)), b)
		}
		if ok {
			out = append(out, a.bound(b))
		}
	}
	return out
}

// bound binds a request, and what a scenario may say of it.
func (a Asked) bound(b binding) binding {
	b = b.with("request", a.Name).with("target", a.Sent.Target)
	if a.Operation == nil {
		return b
	}
	for _, v := range slices.Backward(a.Operation.Variables) {
		if a.sends(v.Name) {
			for _, name := range variableNames(v) {
				b = b.with(name, v.Name)
			}
		}
	}
	return b
}

// variableNames are the names under which a scenario may speak of a variable of an operation: of several that have one name it is
// the first.
func variableNames(v graphql.Variable) []string {
	names := []string{"variable"}
	if v.Required {
		names = append(names, "required-variable")
	}
	if v.Enum {
		names = append(names, "enum-variable")
	}
	return names
}

// sends tells whether the request has a value for a variable.
func (a Asked) sends(variable string) bool {
	var body struct {
		Variables map[string]json.RawMessage `json:"variables"`
	}
	return json.Unmarshal([]byte(a.Sent.Body), &body) == nil && body.Variables[variable] != nil
}

func (a Asked) has() []string {
	var has []string
	if strings.HasPrefix(a.Sent.Body, "{") {
		has = append(has, "body")
	}
	if a.Sent.Header.Has("Authorization") {
		has = append(has, "auth")
	}
	if a.Sent.Header.Has("Idempotency-Key") {
		has = append(has, "key")
	}
	if a.Operation != nil {
		for _, v := range a.Operation.Variables {
			if a.sends(v.Name) {
				has = append(has, variableNames(v)...)
			}
		}
	}
	if a.Sent.Safe() {
		has = append(has, "safe")
	} else {
		has = append(has, "write")
	}
	return has
}

func (d Dependency) has() []string {
	if d.Kind.TLS() {
		return []string{"tls"}
	}
	return nil
}

func (s Setting) has() []string {
	has := []string{"opaque"}
	if s.Form {
		has = []string{"form"}
	}
	if s.File {
		has = append(has, "file")
	}
	if s.Dir {
		has = append(has, "dir")
	}
	return has
}

func (x expansion) settings(b binding, as string, sel Select) []binding {
	var out []binding
	for _, s := range x.facts.Settings {
		uses := "literal"
		switch {
		case s.Dependency != "":
			uses = "dependency"
		case s.Secret != "":
			uses = "secret"
		}
		if (s.From == "secret") == (as == "secret") && in(sel.Name, s.Name, b) && in(sel.From, s.From, b) && in(sel.Uses, uses, b) && in(sel.Role, roleWord(s.Role), b) {
			if s.Own || !any1(sel.Has, s.has(), b) {
				continue
			}
			out = append(out, b.with(as, s.Name))
		}
	}
	return out
}

// likely picks the request that shows a setting best: one that reaches the dependency whose address it holds, else one
// with credentials, else a write, else the first.
func (x expansion) likely(b binding) []binding {
	dep := b["dep"]
	for _, s := range x.facts.Settings {
		if s.Name == b["setting"] && s.Dependency != "" {
			dep = s.Dependency
		}
	}
	best, score := "", -1
	for _, a := range x.facts.Requests {
		n := 0
		has := a.has()
		switch {
		case !a.Calm:
			continue
		case a.Status/100 != 2:
			continue
		case dep != "" && a.Reaches(dep):
			n = 5
		case dep == "" && slices.Contains(a.Labels, "protected"):
			n = 4
		case dep == "" && slices.Contains(has, "auth") && slices.Contains(has, "write"):
			n = 3
		case dep == "" && slices.Contains(has, "write"):
			n = 2
		}
		if n > score {
			best, score = a.Name, n
		}
	}
	if best == "" {
		return nil
	}
	return []binding{b.with("request", best)}
}

// in tells whether a value is among those wanted; none wanted takes all.
func in(want []string, have string, b binding) bool {
	return len(want) == 0 || slices.ContainsFunc(want, func(w string) bool { return strings.EqualFold(b.text(w), have) })
}

func any1(want, have []string, b binding) bool {
	return len(want) == 0 || slices.ContainsFunc(have, func(h string) bool { return in(want, h, b) })
}

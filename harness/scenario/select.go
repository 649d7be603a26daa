package scenario

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
)

// variables are the names that `for` gives values.
func variables() []string { return append([]string{"dep", "secret", "setting"}, ofRequest()...) }

// ofRequest are the names that a request gives values.
func ofRequest() []string {
	return []string{"request", "target", "variable", "required-variable", "enum-variable"}
}

// selects finds words that select nothing: a scenario that is misspelt must not expand to no case in silence.
func (k Known) selects(s Scenario) error {
	var bad decode.Problems
	for _, sel := range []*Select{s.For.Dependency, s.For.Request, s.For.Secret, s.For.Setting} {
		if sel == nil {
			continue
		}
		for _, w := range []struct {
			what        string
			words, know []string
		}{
			{"class", sel.Class, k.classes()},
			{"kind", sel.Kind, k.Catalog.FakeNames()},
			{"role", sel.Role, []string{string(contract.Essential), string(contract.Optional), "unknown"}},
			{"method", sel.Method, methods},
			{"dependency", sel.Reaches, sorted(k.Dependencies)},
			{"from", sel.From, []string{"env", "arg", "file", "secret"}},
			{"uses", sel.Uses, []string{"dependency", "secret", "literal"}},
			{"has", sel.Has, []string{"body", "auth", "key", "safe", "write", "file", "dir", "form", "opaque", "variable", "required-variable", "enum-variable", "tls"}},
		} {
			for _, word := range w.words {
				known := slices.ContainsFunc(w.know, func(o string) bool { return strings.EqualFold(o, word) })
				if len(w.know) > 0 && !known && !strings.Contains(word, "$") {
					bad.Add(sel.Pos, "unknown %s %q%s", w.what, word, decode.DidYouMean(word, w.know))
				}
			}
		}
	}
	for _, need := range s.Needs {
		if need != "state" {
			bad.Add(s.Pos, "unknown need %q; known: state", need)
		}
	}
	return bad.Err()
}

// classes are those of every kind, and those that causes are derived for.
func (k Known) classes() []string {
	all := contract.Classes()
	for _, e := range k.Catalog.Fakes {
		all = append(all, e.Kind.Class)
	}
	for _, kind := range k.Dependencies {
		all = append(all, kind.Class)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// unbound finds variables that nothing gives a value.
func (k Known) unbound(s Scenario) error {
	have := []string{"request"}
	if s.For.Request != nil {
		have = ofRequest()
	}
	for name, sel := range map[string]*Select{"dep": s.For.Dependency, "secret": s.For.Secret, "setting": s.For.Setting} {
		if sel != nil {
			have = append(have, name)
		}
	}
	for _, v := range s.Vary {
		have = append(have, v.Name)
	}
	var bad decode.Problems
	look := func(n *decode.Node) {
		if n == nil {
			return
		}
		_, _ = n.Expand(func(name string, pos decode.Pos) (string, error) {
			if !slices.Contains(have, name) {
				bad.Add(pos, "unknown name $%s%s", name, decode.DidYouMean(name, have))
			}
			return "", nil
		})
	}
	for _, g := range s.specs() {
		look(g.Params)
	}
	for _, t := range s.Then {
		look(t.Params)
	}
	bad.Join(s.idle(), s.Pos)
	return bad.Err()
}

// idle finds variables of `vary` that nothing asks for: their cases would all be the same.
func (s Scenario) idle() error {
	rest := s
	rest.Varied = nil
	text, err := json.Marshal(rest)
	if err != nil {
		return err
	}
	used := decode.Names(string(text))
	var bad decode.Problems
	for _, f := range s.Varied.Fields() {
		if !slices.Contains(used, f.Key.Text()) {
			bad.Add(f.Key.Pos(), "nothing here asks for $%s", f.Key.Text())
		}
	}
	return bad.Err()
}

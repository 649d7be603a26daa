package scenario

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/catalog"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

// Read reads one scenario; its id is the path of its file below the root, without the ending.
func Read(file, id string, src []byte) (Scenario, error) {
	s := Scenario{ID: id}
	n, err := decode.Parse(file, src)
	if err != nil {
		return s, err
	}
	if err := n.Into(&s); err != nil {
		return s, err
	}
	s.ID = id
	var bad decode.Problems
	if s.Varied != nil && s.Varied.Kind() != decode.Map {
		bad.Add(s.Varied.Pos(), "want a map from names to lists of values")
	}
	for _, f := range s.Varied.Fields() {
		v := Vary{Name: f.Key.Text()}
		bad.Join(f.Value.Into(&v.Values), f.Value.Pos())
		switch {
		case slices.Contains(variables(), v.Name):
			bad.Add(f.Key.Pos(), "$%s has its value from `for`; call this one otherwise", v.Name)
		case len(decode.Names("$"+v.Name)) != 1 || decode.Names("$" + v.Name)[0] != v.Name:
			bad.Add(f.Key.Pos(), "%q is no name: want small letters, digits and -", v.Name)
		case len(v.Values) == 0 && f.Value.Kind() == decode.List:
			bad.Add(f.Value.Pos(), "%s has no values, so no case would be made", v.Name)
		}
		for i, value := range v.Values {
			if slices.Contains(v.Values[:i], value) {
				bad.Add(f.Value.Pos(), "%s has the value %q twice", v.Name, value)
			}
		}
		s.Vary = append(s.Vary, v)
	}
	if s.Why == "" {
		bad.Add(n.Pos(), "why is empty: say what the scenario protects")
	}
	return s, bad.Err()
}

// ReadAll reads every scenario below root, in order of their ids. prefix stands before the file names in messages.
func ReadAll(root fs.FS, prefix string) ([]Scenario, error) {
	var all []Scenario
	var bad decode.Problems
	err := fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(p) != ".yaml" {
			return err
		}
		src, err := fs.ReadFile(root, p)
		if err != nil {
			return err
		}
		s, err := Read(path.Join(prefix, p), strings.TrimSuffix(p, ".yaml"), src)
		if err != nil {
			bad.Join(err, decode.Pos{File: path.Join(prefix, p)})
			return nil
		}
		all = append(all, s)
		return nil
	})
	bad.Join(err, decode.Pos{})
	return all, bad.Err()
}

// Known is what a scenario may name.
type Known struct {
	Catalog      catalog.Catalog
	Table        contract.Table
	Dependencies map[string]fakes.Kind
	Requests     []string
}

// Check finds every mistake in a scenario that can be found without starting anything.
func (k Known) Check(s Scenario) error {
	var bad decode.Problems
	if s.Cause != "" && !strings.Contains(s.Cause, "$") {
		if !slices.Contains(k.Table.Causes(), s.Cause) {
			bad.Add(s.Pos, "unknown cause %q%s", s.Cause, decode.DidYouMean(s.Cause, k.Table.Causes()))
		}
	}
	for _, name := range sorted(s.Waive) {
		if !slices.Contains(k.Catalog.CheckNames(), name) {
			bad.Add(s.Pos, "waive: unknown check %q%s", name, decode.DidYouMean(name, k.Catalog.CheckNames()))
		}
		if s.Waive[name] == "" {
			bad.Add(s.Pos, "waive: say why %s is not judged", name)
		}
	}
	bad.Join(k.selects(s), s.Pos)
	if err := k.unbound(s); err != nil {
		bad.Join(err, s.Pos)
		return bad.Err() // what such a name stands for cannot be checked
	}
	b := k.sample(s)
	for _, c := range s.Then {
		params, err := b.expand(c.Params)
		bad.Join(err, c.Pos)
		if err == nil {
			_, err = k.Catalog.Check(c.Name, params, c.Pos)
			bad.Join(err, c.Pos)
		}
	}
	specs, err := b.specs(s.specs())
	bad.Join(err, s.Pos)
	in, err := k.Catalog.Compile(specs)
	bad.Join(err, s.Pos)
	if err == nil {
		bad.Join(k.names(s, specs, in), s.Pos)
	}
	if !s.Generic() && s.When.Request == "" && len(s.When.Steps) == 0 {
		bad.Add(s.Pos, "`when: {request: NAME}` is missing%s", decode.DidYouMean("", k.Requests))
	}
	return bad.Err()
}

// names checks what a scenario names, and of a specific one that the dependencies can do what is asked of them.
func (k Known) names(s Scenario, specs []fault.Spec, in fault.Injection) error {
	var bad decode.Problems
	for _, spec := range specs {
		one, err := k.Catalog.Compile([]fault.Spec{spec})
		if err != nil {
			continue
		}
		for _, on := range k.strangers(one) {
			if !s.Generic() || len(k.Dependencies) > 0 && on != sampled("dep") {
				bad.Join(k.stranger(on), placeOf(spec))
			}
		}
		if !s.Generic() {
			bad.Join(k.unable(one), spec.Pos)
		}
	}
	for _, asks := range s.asks() {
		if !strings.Contains(asks, "$") && len(k.Requests) > 0 && !slices.Contains(k.Requests, asks) {
			bad.Add(s.Pos, "unknown request %q%s", asks, decode.DidYouMean(asks, k.Requests))
		}
	}
	if bad.Err() == nil && s.Cause == "" && !s.Generic() {
		if _, err := k.cause(in, k.Dependencies); err != nil {
			bad.Join(err, s.Pos)
		}
	}
	return bad.Err()
}

// specs lists every fault that the scenario speaks of, in order.
func (s Scenario) specs() []fault.Spec {
	all := slices.Clone(s.Given)
	for _, p := range s.When.Steps {
		all = append(all, p.Inject...)
	}
	return all
}

// asks lists every request that the scenario names.
func (s Scenario) asks() []string {
	var all []string
	if s.When.Request != "" {
		all = append(all, s.When.Request)
	}
	for _, p := range s.When.Steps {
		if p.Request != "" {
			all = append(all, p.Request)
		}
	}
	return all
}

// placeOf is where a spec names its dependency.
func placeOf(s fault.Spec) decode.Pos {
	if on := s.Params.Get("on"); on != nil {
		return on.Pos()
	}
	return s.Pos
}

// OfCause lists scenarios by the cause that they make.
func OfCause(all []Scenario) map[string][]Scenario {
	made := map[string][]Scenario{}
	for _, s := range all {
		made[s.Cause] = append(made[s.Cause], s)
	}
	return made
}

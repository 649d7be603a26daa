// Package catalog gives names to kinds: faults, checks, dependencies, systems. A catalog is a value; there is no global
// one. One more kind is one more line in one of its maps.
package catalog

import (
	"fmt"
	"maps"
	"slices"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/system"
)

// Catalog holds every kind under its name.
type Catalog struct {
	Faults  map[string]FaultKind
	Checks  map[string]CheckKind
	Fakes   map[string]fakes.Entry
	Systems map[string]SystemKind
}

// FaultKind decodes the parameters of one kind of fault.
type FaultKind func(params *decode.Node) (fault.Fault, error)

// CheckKind decodes the parameters of one kind of check.
type CheckKind func(params *decode.Node) (check.Check, error)

// SystemKind decodes one way to bring up a system; dir is the directory of the file it stands in.
type SystemKind func(params *decode.Node, dir string) (system.System, error)

// Fault is the kind whose fields are those of F.
func Fault[F fault.Fault]() FaultKind {
	return func(params *decode.Node) (fault.Fault, error) {
		var f F
		err := into(params, &f)
		return f, err
	}
}

// Check is the kind whose fields are those of C.
func Check[C check.Check]() CheckKind {
	return func(params *decode.Node) (check.Check, error) {
		var c C
		err := into(params, &c)
		return c, err
	}
}

func into(params *decode.Node, v any) error {
	if params == nil || params.Kind() == decode.Null {
		return nil
	}
	return params.Into(v)
}

// nested is a fault that holds further ones.
type nested interface {
	Nest(decodeSpec func(fault.Spec) (fault.Fault, error)) (fault.Fault, error)
}

// Fault decodes a spec.
func (c Catalog) Fault(s fault.Spec) (fault.Fault, error) {
	kind, ok := c.Faults[s.Kind]
	if !ok {
		return nil, decode.Problem{Pos: s.Pos, What: fmt.Sprintf("unknown fault %q%s", s.Kind, suggestion(s.Kind, names(c.Faults), "faults"))}
	}
	f, err := kind(s.Params)
	if n, ok := f.(nested); ok && err == nil {
		f, err = n.Nest(c.Fault)
	}
	return f, at(err, s.Pos)
}

// Compile decodes specs and joins their injections; every mistake is reported at its place.
func (c Catalog) Compile(specs []fault.Spec) (fault.Injection, error) {
	var all fault.Injection
	var bad decode.Problems
	for _, s := range specs {
		f, err := c.Fault(s)
		if err != nil {
			bad.Join(err, s.Pos)
			continue
		}
		one, err := f.Injection()
		bad.Join(err, s.Pos)
		all = all.And(one)
	}
	return all, bad.Err()
}

// Check decodes a check by its name.
func (c Catalog) Check(name string, params *decode.Node, pos decode.Pos) (check.Check, error) {
	kind, ok := c.Checks[name]
	if !ok {
		return nil, decode.Problem{Pos: pos, What: fmt.Sprintf("unknown check %q%s", name, suggestion(name, names(c.Checks), "checks"))}
	}
	k, err := kind(params)
	return k, at(err, pos)
}

// suggestion is the end of a message about an unknown name: the nearest one, or where they are listed.
func suggestion(name string, known []string, list string) string {
	if end := decode.DidYouMean(name, known); end != "" {
		return end
	}
	return "; failwell list " + list + " shows what there is"
}

// StandingChecks makes the checks that judge every case, in order of rank.
func (c Catalog) StandingChecks() ([]check.Named, error) {
	var standing []check.Named
	for _, name := range c.CheckNames() {
		k, err := c.Check(name, nil, decode.Pos{})
		if err != nil {
			return nil, err
		}
		if !k.Kind().Asked {
			standing = append(standing, check.Named{Name: name, Check: k})
		}
	}
	slices.SortStableFunc(standing, func(a, b check.Named) int { return a.Check.Kind().Order() - b.Check.Kind().Order() })
	return standing, nil
}

// CheckKinds is what every check says of itself.
func (c Catalog) CheckKinds() (map[string]check.Kind, error) {
	kinds := map[string]check.Kind{}
	for _, name := range c.CheckNames() {
		k, err := c.Check(name, nil, decode.Pos{})
		if err != nil {
			return nil, err
		}
		kinds[name] = k.Kind()
	}
	return kinds, nil
}

// at gives errors without a place the place of what they are about.
func at(err error, pos decode.Pos) error {
	var all decode.Problems
	all.Join(err, pos)
	return all.Err()
}

func names[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// FaultNames, CheckNames, FakeNames and SystemNames list what there is, sorted.
func (c Catalog) FaultNames() []string { return names(c.Faults) }

// CheckNames lists the checks.
func (c Catalog) CheckNames() []string { return names(c.Checks) }

// FakeNames lists the kinds of dependency.
func (c Catalog) FakeNames() []string { return names(c.Fakes) }

// SystemNames lists the ways to bring up a system.
func (c Catalog) SystemNames() []string { return names(c.Systems) }

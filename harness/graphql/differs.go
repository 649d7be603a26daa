package graphql

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// mostDiffers bounds how many differences are told.
const mostDiffers = 20

// Differs lists in what a served schema is another than this one says, in the order of the names: what it lacks or has otherwise of types,
// fields, arguments, their types and what they must be given, and what a value may also be that this one does not know. Further types,
// fields and arguments that need not be given change nothing for who knows this one, and are not told. Nor is what no operation can reach:
// many services leave that out when they tell their schema.
func (s *Schema) Differs(served *Schema) []string {
	var all differences
	all.root("query", s.types.Query, served.types.Query)
	all.root("mutation", s.types.Mutation, served.types.Mutation)
	reached := s.reached()
	for _, name := range slices.Sorted(maps.Keys(reached)) {
		d := s.named(name)
		if d.BuiltIn || strings.HasPrefix(name, "__") {
			continue
		}
		switch other := served.named(name); {
		case other == nil:
			all.add("there is no type %s", name)
		case other.Kind != d.Kind:
			all.add("%s is of kind %s, not %s", name, other.Kind, d.Kind)
		default:
			all.fields(d, other)
			all.values(d, other)
			if d.IsAbstractType() {
				all.concrete(name, s.concrete(d), served.concrete(other))
			}
		}
	}
	if len(all) > mostDiffers {
		all = append(all[:mostDiffers], fmt.Sprintf("and %d more", len(all)-mostDiffers))
	}
	return all
}

type differences []string

func (all *differences) add(format string, args ...any) {
	*all = append(*all, fmt.Sprintf(format, args...))
}

func (all *differences) root(kind string, d, other *ast.Definition) {
	switch {
	case d == nil:
	case other == nil:
		all.add("there is no %s type", kind)
	case other.Name != d.Name:
		all.add("the %s type is %s, not %s", kind, other.Name, d.Name)
	}
}

func (all *differences) fields(d, other *ast.Definition) {
	for _, f := range d.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		o := other.Fields.ForName(f.Name)
		if o == nil {
			all.add("%s has no %s", d.Name, f.Name)
			continue
		}
		if o.Type.String() != f.Type.String() {
			all.add("%s.%s is %s, not %s", d.Name, f.Name, o.Type, f.Type)
		}
		all.arguments(d.Name+"."+f.Name, f.Arguments, o.Arguments)
	}
	for _, o := range other.Fields {
		if d.Kind == ast.InputObject && d.Fields.ForName(o.Name) == nil && o.Type.NonNull && o.DefaultValue == nil {
			all.add("%s wants a member %s", d.Name, o.Name)
		}
	}
}

func (all *differences) arguments(of string, own, others ast.ArgumentDefinitionList) {
	for _, a := range own {
		switch o := others.ForName(a.Name); {
		case o == nil:
			all.add("%s has no argument %s", of, a.Name)
		case o.Type.String() != a.Type.String():
			all.add("%s(%s:) is %s, not %s", of, a.Name, o.Type, a.Type)
		case wanted(o) && !wanted(a):
			all.add("%s(%s:) has no default", of, a.Name)
		}
	}
	for _, o := range others {
		if own.ForName(o.Name) == nil && wanted(o) {
			all.add("%s wants an argument %s", of, o.Name)
		}
	}
}

func (all *differences) values(d, other *ast.Definition) {
	for _, v := range d.EnumValues {
		if other.EnumValues.ForName(v.Name) == nil {
			all.add("%s has no value %s", d.Name, v.Name)
		}
	}
	for _, v := range other.EnumValues {
		if d.EnumValues.ForName(v.Name) == nil {
			all.add("%s may also be %s", d.Name, v.Name)
		}
	}
}

// concrete compares what objects a value of an interface or a union may be.
func (all *differences) concrete(name string, own, others []string) {
	known, served := set(own), set(others)
	for _, t := range own {
		if !served[t] {
			all.add("%s cannot be a %s", name, t)
		}
	}
	for _, t := range others {
		if !known[t] {
			all.add("%s may also be a %s", name, t)
		}
	}
}

func set(names []string) map[string]bool {
	all := map[string]bool{}
	for _, n := range names {
		all[n] = true
	}
	return all
}

package labfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/decode"
)

// scope is what may be used in one place, and why the others may not.
type scope struct {
	known map[string]bool
	not   map[string]string
}

// Why a name may not be used.
const (
	notServed   = "a build is shared by all launches and knows only $bin"
	notOpened   = "the system gets its ports after the data was prepared"
	onlySystem  = "only the system itself is given it"
	capturedNow = "`before` captures it when the system runs already"
	notYet      = "a later step of `before` captures it"
	perCase     = "it is a new one for each case"
	perLaunch   = "it lives for one case, and `before` runs once per launch; use $uuid"
	perRequest  = "it is a new one for each request"
)

func (s scope) with(names ...string) scope {
	known := maps.Clone(s.known)
	if known == nil {
		known = map[string]bool{}
	}
	for _, name := range names {
		known[name] = true
	}
	return scope{known: known, not: s.not}
}

func (s scope) without(why string, names ...string) scope {
	not := maps.Clone(s.not)
	if not == nil {
		not = map[string]string{}
	}
	for _, name := range names {
		not[name] = why
	}
	return scope{known: s.known, not: not}
}

// check finds the names in a node that may not be used there.
func (r *reader) check(n *decode.Node, s scope) {
	switch n.Kind() {
	case decode.Scalar:
		r.checkText(n.Text(), n.Pos(), s)
	case decode.List:
		for _, item := range n.Items() {
			r.check(item, s)
		}
	case decode.Map:
		for _, f := range n.Fields() {
			if names := decode.Names(f.Key.Text()); len(names) > 0 {
				r.bad.Add(f.Key.Pos(), "$%s cannot be used in a key: names are filled in in values only; write $$%s if the dollar is meant", names[0], names[0])
			}
			r.check(f.Value, s)
		}
	}
}

func (r *reader) checkText(text string, pos decode.Pos, s scope) {
	for _, name := range decode.Names(text) {
		if err := s.check(name); err != nil {
			r.bad.Join(err, pos)
		}
	}
}

// check says why a name may not be used.
func (s scope) check(name string) error {
	if s.known[name] {
		return nil
	}
	if why, ok := s.not[name]; ok {
		return fmt.Errorf("$%s cannot be used here: %s", name, why)
	}
	all := slices.Sorted(maps.Keys(s.known))
	if len(all) == 0 {
		return fmt.Errorf("unknown name $%s; no names can be used here", name)
	}
	for _, known := range slices.Backward(all) {
		if rest, ok := strings.CutPrefix(name, known); ok && strings.ContainsAny(rest[:1], ".-") {
			return fmt.Errorf("unknown name $%s; if it ends before %q, write \"${%s}%s\" in quotes", name, rest, known, rest)
		}
	}
	if near := decode.Nearest(name, all); near != "" {
		return fmt.Errorf("unknown name $%s; did you mean $%s?", name, near)
	}
	if near := decode.Nearest(name, slices.Sorted(maps.Keys(s.not))); near != "" {
		return fmt.Errorf("unknown name $%s; did you mean $%s? But it cannot be used here: %s", name, near, s.not[near])
	}
	return fmt.Errorf("unknown name $%s; %s", name, instead(name, all))
}

// instead says what could stand in place of a name that resembles none.
func instead(name string, known []string) string {
	owner, _, dotted := strings.Cut(name, ".")
	var owners, facts []string
	for _, k := range known {
		first, fact, ok := strings.Cut(k, ".")
		if ok && !slices.Contains(owners, "$"+first) {
			owners = append(owners, "$"+first)
		}
		if ok && first == owner {
			facts = append(facts, fact)
		}
	}
	switch {
	case dotted && len(facts) > 0:
		return fmt.Sprintf("$%s has %s", owner, strings.Join(facts, ", "))
	case dotted && len(owners) > 0:
		return "names here begin with " + strings.Join(owners, ", ")
	}
	return fmt.Sprintf("write $$%s if the dollar is meant", name)
}

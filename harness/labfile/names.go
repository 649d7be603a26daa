package labfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/decode"
)

// names are the $names of a lab, by when they come to life:
//
//	served    the dependencies are up: their addresses, the values of secrets
//	opened    the system has its ports
//	hidden    only what the system is started with may use them: files
//	captured  the lab's `before` has run
//
// and then those of a case.
type names struct {
	served, opened, hidden []string
	captured               []string
	ports                  []string            // names of the further ports of the system
	provided               map[string][]string // part -> what its runner adds
}

func newNames() names { return names{provided: map[string][]string{}} }

// facts are what a dependency tells about itself; what a server adds is user, password and database.
var facts = []string{"url", "addr", "host", "port", "direct.url", "direct.addr", "user", "password", "database"}

func (n *names) serves(dependency string) {
	for _, fact := range facts {
		n.serve(dependency + "." + fact)
	}
}

func (n *names) serve(name string) { n.served = append(n.served, name) }
func (n *names) open(name string)  { n.opened = append(n.opened, name) }
func (n *names) hide(name string)  { n.hidden = append(n.hidden, name) }

// provide notes what a runner gives to what it runs, such as the program that it built.
func (n *names) provide(part string, runner any) {
	if p, ok := runner.(interface{ ProvidedNames() []string }); ok {
		n.provided[part] = p.ProvidedNames()
	}
}

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

// early is the scope of what happens before the first request.
func (n names) early() scope {
	return scope{}.with(n.served...).without(capturedNow, n.captured...).without(perCase, "case.key").without(perRequest, "uuid")
}

// launch is the scope of what a part is started with. In a part, $system is the part.
func (n names) launch(part string, own []string) scope {
	s := n.early().with(n.opened...).with(n.hidden...).with(own...)
	for _, name := range n.opened {
		if rest, ok := strings.CutPrefix(name, part+"."); ok && part != "" {
			s = s.with("system." + rest)
		}
	}
	return s
}

// building is the scope of what is run once for all launches.
func (n names) building(own []string) scope {
	s := scope{}.without(notServed, n.served...).without(notServed, n.opened...).without(notServed, n.hidden...).without(notServed, own...)
	if slices.Contains(own, "bin") {
		s = s.with("bin")
	}
	return s
}

// preparing is the scope of what makes the data.
func (n names) preparing() scope {
	return n.early().without(notOpened, n.opened...).without(onlySystem, n.hidden...).without(onlySystem, "bin", "dir")
}

// asking is the scope of requests; the first captures of the lab's `before` are known.
func (n names) asking(captures int) scope {
	return scope{}.with(n.served...).with(n.opened...).with("uuid").with(n.captured[:captures]...).
		without(notYet, n.captured[captures:]...).without(onlySystem, n.hidden...).without(onlySystem, "bin", "dir")
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
	return fmt.Errorf("unknown name $%s; write $$%s if the dollar is meant", name, name)
}

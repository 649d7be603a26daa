package labfile

import (
	"slices"
	"strings"
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
	anywhere               map[string]bool     // part -> its files may lie at absolute paths
}

func newNames() names { return names{provided: map[string][]string{}, anywhere: map[string]bool{}} }

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

package scenario

import (
	"regexp"
	"slices"
	"strings"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Facts are what a lab has, and what its calm phase showed.
type Facts struct {
	Requests     []Asked
	Dependencies []Dependency
	Settings     []Setting
}

// Asked is a request and what calm showed of it.
type Asked struct {
	Request
	Calm   bool         // it succeeds without a fault
	Calls  []fault.Call // what it calls, without background calls
	Sent   exchange.Request
	Status int // of the calm answer
}

// Dependency is a dependency of the lab.
type Dependency struct {
	Name     string
	Class    string
	Role     contract.Role
	Kind     fakes.Kind
	Stateful bool
}

// forgets tells whether what a system writes into it is gone: a store that is a stub.
func (d Dependency) forgets() bool { return d.Class == "store" && !d.Stateful }

// Setting is something that the system is started with.
type Setting struct {
	Name       string // env.NAME, arg.N, file.PATH, or the name of a secret
	From       string // env, arg, file, secret
	Dependency string // whose address it holds
	Role       contract.Role
	File       bool   // a secret that is read from a file, or a file as a whole
	Dir        bool   // it says in which directory the files of a secret are
	Form       bool   // a secret, or a plain value, with a form that can be told to be damaged; any other that is damaged is a wrong one
	Secret     string // the secret that it holds
	Own        bool   // it is the system\'s own port or place: nothing to break
}

// Reaches tells whether the request calls the dependency in calm.
func (a Asked) Reaches(dependency string) bool {
	return slices.ContainsFunc(a.Calls, func(c fault.Call) bool { return c.On == dependency })
}

// Role is what a dependency is for a request: the request's own word wins.
func (f Facts) Role(a Asked, dependency string) contract.Role {
	if r, ok := a.Request.Role(dependency); ok {
		return r
	}
	for _, d := range f.Dependencies {
		if d.Name == dependency {
			return d.Role
		}
	}
	return contract.Unknown
}

var digits = regexp.MustCompile(`[0-9]+`)

// Signature tells what a request does to a dependency, whatever numbers it carries: requests of one signature fail alike.
func (a Asked) Signature(dependency string) string {
	return strings.Join(a.signatures(dependency), "; ")
}

// signatures are those of its calls, each once.
func (a Asked) signatures(dependency string) []string {
	var calls []string
	for _, c := range a.Calls {
		if c.On != dependency || fault.Point(c.Op).Early() {
			continue
		}
		call := c.Op + " " + digits.ReplaceAllString(fault.Fold(c.Text), "0")
		if !slices.Contains(calls, call) {
			calls = append(calls, call)
		}
	}
	return calls
}

// kinds tell what a request does to a dependency: of requests that share one the first gets every fault. An HTTP request is of one
// kind, by all of its calls. Of a GraphQL operation each field fails by itself, so each of its calls is one.
func (a Asked) kinds(dependency string) []string {
	all := []string{a.Signature(dependency)}
	if a.protocol() == exchange.GraphQL && len(a.signatures(dependency)) > 0 {
		all = a.signatures(dependency)
	}
	for i, one := range all {
		all[i] = strings.Join([]string{dependency, string(a.protocol()), one}, " ")
	}
	return all
}

// roleWord is how a file calls a role.
func roleWord(r contract.Role) string {
	if r == contract.Unknown {
		return "unknown"
	}
	return string(r)
}

func (f Facts) names() []string {
	var names []string
	for _, a := range f.Requests {
		names = append(names, a.Name)
	}
	return names
}

// Ask gives the request by its name.
func (f Facts) Ask(name string) (Asked, bool) {
	for _, a := range f.Requests {
		if a.Name == name {
			return a, true
		}
	}
	return Asked{}, false
}

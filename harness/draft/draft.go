// Package draft writes the first lab of an API from what its repository has: an OpenAPI document, a compose file, a Dockerfile, a file of
// variables, a GraphQL schema, a HAR, its own sources, or a running URL.
//
//	files, URL --Make--> Draft --Files--> failwell.yaml and the stubs beside it
//
// Whatever can be read is written as it should run. What nobody can read is guessed, and the line says TODO. Nothing is started, and no
// value of a secret is copied.
package draft

import (
	"slices"
	"strings"
)

// Draft is a lab before it is written.
type Draft struct {
	Sources []string // what it was made from, as messages name it
	Left    []string // what was seen and not taken over, and why

	system       system
	settings     []setting // the environment of the system, in the order it was found
	dependencies []dependency
	secrets      []secret
	ready, live  string
	login        *request
	token        string // JSON Pointer of the token in the answer to login
	header       []field
	requests     []request
	graphql      string // path of the schema; "ask": the running system is asked
	problem      bool   // error answers are declared as problem+json

	skipped map[string]bool // what settings are already decided elsewhere
}

// system is how the API is brought up. The first of them that is said counts.
type system struct {
	url              string
	container        []field // of the container: image, build, listen, cmd
	build, run       []string
	listens          bool // the container is told where to listen
	fromCompose, own bool
}

// field is a key and its value as YAML text.
type field struct{ name, value, todo string }

// setting is a variable of the environment.
type setting struct {
	name, value string // value is YAML text, with $names
	note        string
	off         bool // written as a comment: the code reads it, and nobody said its value
}

// dependency is a server that the system talks to.
type dependency struct {
	name, kind string
	server     string // YAML text; empty: a stub
	prepare    []string
	stubs      string // path of the stubs to be written
	todo       string
}

// secret is a value that failwell makes up.
type secret struct{ name, value string }

// request is one that the lab sends.
type request struct {
	name, method, path string
	query, header      []field
	body               string // YAML text of the JSON body
	raw                string // a body that is not JSON
	status             string
	keyed              bool
	before             string // YAML text of the steps
	todo               string
}

// depend adds a dependency, or gives the one of that name.
func (d *Draft) depend(name, kind string) *dependency {
	if i := slices.IndexFunc(d.dependencies, func(x dependency) bool { return x.name == name }); i >= 0 {
		return &d.dependencies[i]
	}
	d.dependencies = append(d.dependencies, dependency{name: name, kind: kind})
	return &d.dependencies[len(d.dependencies)-1]
}

// ask adds a request under a name that is free. The same method and path are asked once.
func (d *Draft) ask(r request) {
	for _, x := range d.requests {
		if x.method == r.method && x.path == r.path {
			return
		}
	}
	r.name = free(word(r.name), func(name string) bool {
		return slices.ContainsFunc(d.requests, func(x request) bool { return x.name == name })
	})
	d.requests = append(d.requests, r)
}

// set adds a variable, unless there is one.
func (d *Draft) set(s setting) {
	if !slices.ContainsFunc(d.settings, func(x setting) bool { return x.name == s.name }) {
		d.settings = append(d.settings, s)
	}
}

// free numbers a name until nobody has it.
func free(name string, taken func(string) bool) string {
	if !taken(name) {
		return name
	}
	for n := 2; ; n++ {
		if next := name + "-" + itoa(n); !taken(next) {
			return next
		}
	}
}

// word makes a name of a lab out of any text: small letters, digits and dashes, a letter first.
func word(text string) string {
	var b strings.Builder
	var last rune
	for _, r := range text {
		upper := r >= 'A' && r <= 'Z'
		if upper && (last >= 'a' && last <= 'z' || last >= '0' && last <= '9') {
			b.WriteByte('-')
		}
		last = r
		switch {
		case upper:
			b.WriteRune(r + 'a' - 'A')
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		default:
			b.WriteByte('-')
		}
	}
	parts := strings.FieldsFunc(b.String(), func(r rune) bool { return r == '-' })
	name := strings.Join(parts, "-")
	if name == "" || name[0] < 'a' || name[0] > 'z' {
		name = strings.TrimSuffix("r-"+name, "-")
	}
	return name
}

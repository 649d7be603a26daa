// Package labfile reads failwell.yaml: the system, what it depends on, and what is asked of it.
//
//	failwell.yaml --Read--> File --Config--> harness.Config (one a lab)
//	                             --Known, Scenarios--> cases
//
// Reading starts nothing and reports every mistake at once.
package labfile

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/catalog"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/scenario"
)

// Name is what the file is called in the directory of a lab.
const Name = "failwell.yaml"

// File is a lab file that has been read. It never changes; each lab gets a Config of its own from it.
type File struct {
	Path string // as it was asked for, and as messages name it
	Dir  string // its directory, absolute: relative paths in the file start here

	Dependencies []Dependency // in the order of the file
	Secrets      map[string]harness.Secret
	Before       []scenario.Step
	Requests     []scenario.Request // with the default header fields
	Contract     harness.Contract
	Gate         contract.Impact // the least impact that fails a run; "": what the profile says

	catalog    catalog.Catalog
	system     section
	healWithin duration
	scenarios  []scenario.Scenario
}

// Read reads a lab file, or the failwell.yaml in a directory. Each of set is PATH=VALUE and goes over what the file says, as
// in dependencies.db.server=installed. The error is a decode.Problems that holds every mistake in the file and in the files
// it names.
func Read(path string, cat catalog.Catalog, set []string) (*File, error) {
	return read(disk{}, path, cat, set)
}

func read(from source, path string, cat catalog.Catalog, set []string) (*File, error) {
	if from.isDir(path) {
		path = filepath.Join(path, Name)
	}
	src, err := from.ReadFile(path)
	if err != nil {
		return nil, decode.Problems{{Pos: decode.Pos{File: path}, What: missing(err) + "; a lab is a file, or a directory with a " + Name}}
	}
	root, err := decode.Parse(path, src)
	if err != nil {
		return nil, err
	}
	dir, err := from.abs(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("read lab: %w", err)
	}
	r := reader{File: &File{Path: path, Dir: dir, catalog: cat}, from: from}
	r.document(r.override(root, set))
	if err := r.bad.Err(); err != nil {
		return nil, err
	}
	return r.File, nil
}

// reader fills a File and collects what is wrong.
type reader struct {
	*File
	from source
	bad  decode.Problems
	names
	taken map[string]taken // what has a name already: dependencies, secrets, parts, entries of before
}

// document is the file as a whole.
type document struct {
	Version      *decode.Node `json:"version" decode:"must"`
	System       *decode.Node `json:"system" decode:"must"`
	Dependencies *decode.Node `json:"dependencies"`
	Secrets      *decode.Node `json:"secrets"`
	Before       *decode.Node `json:"before"`
	Defaults     defaults     `json:"defaults"`
	Requests     *decode.Node `json:"requests" decode:"must"`
	Contract     terms        `json:"contract"`
	Scenarios    *decode.Node `json:"scenarios"`
}

func (r *reader) document(n *decode.Node) {
	var d document
	r.bad.Join(n.Into(&d), n.Pos())
	r.version(d.Version)
	r.names = newNames()
	r.taken = map[string]taken{}
	r.readDependencies(d.Dependencies)
	r.readSecrets(d.Secrets)
	r.readSystem(d.System)
	r.readRequests(d)
	r.readContract(d.Contract)
	r.checkLaunch(d)
	r.checkAsked(d)
	r.readScenarios(d.Scenarios)
}

// version refuses files of other versions.
func (r *reader) version(n *decode.Node) {
	switch {
	case n == nil || n.Text() == "1":
	case n.Kind() == decode.Scalar && strings.Trim(n.Text(), "0123456789") == "":
		r.bad.Add(n.Pos(), "this failwell reads version 1, not %s; use a failwell that is as new as the file", n.Text())
	default:
		r.bad.Add(n.Pos(), "want version: 1")
	}
}

// entries are the fields of a map from names to things; a key that is not there has none.
func (r *reader) entries(n *decode.Node, key string) []decode.Field {
	switch {
	case n == nil:
	case n.Kind() == decode.Null:
		r.bad.Add(n.Pos(), "nothing after %q", key)
	case n.Kind() != decode.Map:
		r.bad.Add(n.Pos(), "want a map from names to %s, not %s", key, n.Kind())
	}
	return n.Fields()
}

// word reads one of several words; a node that is not there gives "".
func (r *reader) word(n *decode.Node, what string, known ...string) string {
	switch {
	case n == nil || n.Kind() == decode.Scalar && slices.Contains(known, n.Text()):
	case n.Kind() != decode.Scalar:
		r.bad.Add(n.Pos(), "want %s, one of %s, not %s", what, strings.Join(known, ", "), n.Kind())
	default:
		r.bad.Add(n.Pos(), "unknown %s %q%s", what, n.Text(), cmp.Or(decode.DidYouMean(n.Text(), known)))
	}
	return n.Text()
}

// taken is who has a name.
type taken struct {
	what string
	pos  decode.Pos
}

// claim gives a thing its name, which must be one that $names can be made of, and nobody else's.
func (r *reader) claim(key *decode.Node, what string) {
	name := key.Text()
	old, twice := r.taken[name]
	switch {
	case !plain(name):
		r.bad.Add(key.Pos(), "%q is no name for a %s: want small letters, digits and -, beginning with a letter", name, what)
	case slices.Contains(reserved, name):
		r.bad.Add(key.Pos(), "a %s cannot be called %q: $%s is failwell's own; choose another name", what, name, name)
	case twice:
		r.bad.Add(key.Pos(), "%q is the name of a %s already, on line %d; choose another name", name, old.what, old.pos.Line)
	default:
		r.taken[name] = taken{what, key.Pos()}
	}
}

// reserved are the first words of failwell's own $names.
var reserved = []string{"bin", "case", "dir", "system", "uuid"}

// plain tells whether a text is a name without dots.
func plain(name string) bool {
	names := decode.Names("$" + name)
	return len(names) == 1 && names[0] == name && !strings.Contains(name, ".")
}

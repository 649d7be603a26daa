// Package labfile reads failwell.yaml: the system, what it depends on, and what is asked of it.
//
//	failwell.yaml --Read--> File --Config--> lab.Config (one a lab)
//	                             --Known, Scenarios--> cases
//
// Reading starts nothing and reports every mistake at once.
package labfile

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/failwell/failwell/harness/catalog"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/redact"
	"github.com/failwell/failwell/harness/scenario"
)

// fileName is what the file is called in the directory of a lab.
const fileName = "failwell.yaml"

// File is a lab file that has been read. It never changes; each lab gets a Config of its own from it.
type File struct {
	Path string // as it was asked for, and as messages name it
	Dir  string // its directory, absolute: relative paths in the file start here

	Dependencies []Dependency // in the order of the file
	Secrets      map[string]lab.Secret
	Before       []scenario.Step
	Requests     []scenario.Request // with the default header fields
	Contract     lab.Contract
	Exclude      []Excluded

	gate       contract.Impact
	catalog    catalog.Catalog
	system     section
	healWithin time.Duration
	scenarios  []scenario.Scenario
	operations *operations     // nil: the lab asks nothing of GraphQL
	left       []string        // why operations could not be made
	given      []redact.Secret // passwords and tokens that stand in the file as they are
}

// Read reads a lab file, or the failwell.yaml in a directory. Each of set is PATH=VALUE and goes over what the file says, as
// in dependencies.db.server=installed. The error is a decode.Problems that holds every mistake in the file and in the files
// it names.
func Read(path string, cat catalog.Catalog, set []string) (*File, error) {
	return read(disk{}, path, cat, set)
}

func read(from source, path string, cat catalog.Catalog, set []string) (*File, error) {
	path = find(from, path)
	src, err := from.ReadFile(path)
	if err != nil {
		return nil, notFound(path, err)
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
	if err := advised(r.bad, root).Err(); err != nil {
		return nil, err
	}
	return r.File, nil
}

// Find gives the path of a lab file: the path itself, or that of the failwell.yaml in a directory.
func Find(path string) (string, error) {
	path = find(disk{}, path)
	if _, err := os.Stat(path); err != nil {
		return "", notFound(path, err)
	}
	return path, nil
}

func find(from source, path string) string {
	if from.isDir(path) {
		return filepath.Join(path, fileName)
	}
	return filepath.Clean(path)
}

func notFound(path string, err error) error {
	return decode.Problems{{Pos: decode.Pos{File: path}, What: missing(err) + "; a lab is a file, or a directory with a " + fileName}}
}

// Name is what the lab is called: as its directory.
func (f *File) Name() string { return filepath.Base(f.Dir) }

// Profile is how much of the contract is judged.
func (f *File) Profile() contract.Profile { return cmp.Or(f.Contract.Profile, contract.Floor) }

// Gate is the least impact that fails a run; "" when the file leaves that to the profile.
func (f *File) Gate() contract.Impact { return f.gate }

// SystemPos is where the file says how the system is brought up.
func (f *File) SystemPos() decode.Pos { return f.system.node.Pos() }

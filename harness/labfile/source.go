package labfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/failwell/failwell/harness/decode"
)

// source is where files come from.
type source interface {
	ReadFile(name string) ([]byte, error)
	ReadDir(name string) ([]fs.DirEntry, error)
	isDir(name string) bool
	abs(name string) (string, error)
}

// disk is the file system of this machine.
type disk struct{}

// ReadFile reads plain files only: a device would never end.
func (disk) ReadFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a file")
	}
	return os.ReadFile(name)
}

// ReadDir lists a directory.
func (disk) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }

func (disk) isDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

func (disk) abs(name string) (string, error) { return filepath.Abs(name) }

// missing says in short why a file cannot be read.
func missing(err error) string {
	var at *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no such file"
	case errors.As(err, &at):
		return at.Err.Error()
	}
	return err.Error()
}

// path makes a path of the file absolute.
func (f *File) path(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(f.Dir, name)
}

// shown is a path as messages name it: beside the lab file, as that was asked for.
func (f *File) shown(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(filepath.Dir(f.Path), name)
}

// file reads a file that a node names.
func (r *reader) file(n *decode.Node, what string) ([]byte, bool) {
	if n.Kind() != decode.Scalar || n.Text() == "" {
		r.bad.Add(n.Pos(), "want the path of %s", what)
		return nil, false
	}
	name := r.path(n.Text())
	src, err := r.from.ReadFile(name)
	if err != nil {
		r.bad.Add(n.Pos(), "%s: %s %s%s", what, n.Text(), shortly(err), r.neighbour(name))
		return nil, false
	}
	return src, true
}

func shortly(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "does not exist"
	}
	return fmt.Sprintf("cannot be read: %s", missing(err))
}

// neighbour is the end of a message about a file that is missing: the one beside it with the nearest name.
func (r *reader) neighbour(name string) string {
	entries, _ := r.from.ReadDir(filepath.Dir(name))
	var there []string
	for _, e := range entries {
		there = append(there, e.Name())
	}
	if near := decode.Nearest(filepath.Base(name), there); near != "" && near != filepath.Base(name) {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

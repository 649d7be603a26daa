package main

import (
	"os"
	"path/filepath"

	"github.com/failwell/failwell/harness/report"
)

// source says where the lab file stands in its repository, and its dependencies in it; nil where that cannot be told.
func (l *loaded) source() *report.Source {
	path, err := filepath.Abs(l.Path)
	if err != nil {
		return nil
	}
	root := repository(filepath.Dir(path))
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return nil
	}
	s := &report.Source{File: filepath.ToSlash(rel), Root: root, Lines: map[string]int{}}
	for _, d := range l.Dependencies {
		s.Lines[d.Name] = d.Pos.Line
	}
	return s
}

// repository is the directory above another that is kept by git, else the other itself.
func repository(dir string) string {
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, ".git")); err == nil {
			return at
		}
		if at == filepath.Dir(at) {
			return dir
		}
	}
}

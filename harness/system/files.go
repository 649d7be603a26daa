package system

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/failwell/failwell/harness/fault"
)

// files are those of one launch, on disk, and what is needed to change them under it.
type files struct {
	mu        sync.Mutex
	templates Templates
	setup     Setup
	home      string
	laid      map[string]File
	closable  bool // what has mode 000 cannot be read by the system
	edits     []*fault.Edit
}

// layFiles renders all settings and writes the files, over and in place of those of the launch before.
func layFiles(t Templates, s Setup, home string) (*files, Rendered, error) {
	r, err := t.Render(s, filepath.ToSlash(home))
	if err != nil {
		return nil, r, err
	}
	f := &files{templates: t, setup: s, home: home, closable: os.Geteuid() != 0 || r.Unreadable()}
	for _, e := range s.Edits {
		f.edits = append(f.edits, &e)
	}
	if err := os.RemoveAll(filepath.Join(home, "secrets")); err != nil {
		return nil, r, err
	}
	for name := range t.Files {
		if err := os.RemoveAll(filepath.Join(home, "files", name)); err != nil {
			return nil, r, err
		}
	}
	dirs := []string{filepath.Join(home, "files")}
	for name := range s.Secrets {
		dirs = append(dirs, filepath.Dir(filepath.Join(home, secretFile(name))))
	}
	for _, dir := range dirs {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, r, err
		}
	}
	return f, r, f.lay(r.Files)
}

// lay makes the files on disk those of want; each changes at once, by a rename, or not at all.
func (f *files) lay(want map[string]File) error {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if had, ok := f.laid[name]; ok && had == want[name] {
			continue
		}
		if err := f.write(filepath.Join(f.home, name), want[name]); err != nil {
			return err
		}
	}
	for name := range f.laid {
		if _, stays := want[name]; !stays {
			if err := os.Remove(filepath.Join(f.home, name)); err != nil && !os.IsNotExist(err) {
				return err
			}
		}
	}
	f.laid = want
	return nil
}

func (f *files) write(name string, content File) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	fresh := filepath.Join(f.home, "fresh")
	if err := os.WriteFile(fresh, []byte(content.Text), 0o600); err != nil {
		return err
	}
	if content.Unreadable {
		if err := os.Chmod(fresh, 0); err != nil {
			return err
		}
	}
	return os.Rename(fresh, name)
}

// Edit changes the files under the running system.
func (f *files) Edit(_ context.Context, e fault.Edit) (undo func(context.Context) error, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if e.Op == opUnreadable && !f.closable {
		return nil, &Unable{What: e.Setting + " " + e.Op + ": the system runs as root and reads every file"}
	}
	r, err := f.render(append(slices.Clone(f.edits), &e))
	if err != nil {
		return nil, err
	}
	if maps.Equal(r.Files, f.laid) {
		return nil, notApplicable(e, "that is in no file, and nothing else can change while the system runs")
	}
	if err := f.lay(r.Files); err != nil {
		return nil, fmt.Errorf("edit %s: %w", e.Setting, err)
	}
	f.edits = append(f.edits, &e)
	return func(context.Context) error { return f.withdraw(&e) }, nil
}

// withdraw takes back one edit, whichever came after it. Doing it again does nothing.
func (f *files) withdraw(e *fault.Edit) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.edits = slices.DeleteFunc(f.edits, func(other *fault.Edit) bool { return other == e })
	r, err := f.render(f.edits)
	if err == nil {
		err = f.lay(r.Files)
	}
	if err != nil {
		return fmt.Errorf("undo edit %s: %w", e.Setting, err)
	}
	return nil
}

func (f *files) render(edits []*fault.Edit) (Rendered, error) {
	s := f.setup
	s.Edits = nil
	for _, e := range edits {
		s.Edits = append(s.Edits, *e)
	}
	return f.templates.Render(s, filepath.ToSlash(f.home))
}

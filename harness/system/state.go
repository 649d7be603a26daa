package system

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// State is the directory of one run of failwell, $TMPDIR/failwell-UID/RUN. It notes what has to be cleaned up, so that the
// next failwell can do so when this one was killed. All methods may be called on a nil State, which notes nothing.
type State struct {
	dir  string
	mu   sync.Mutex
	note note
}

// note is the file "owner" of a run.
type note struct {
	Boot    string   `json:"boot,omitempty"`
	Owner   mark     `json:"owner"`
	Groups  []mark   `json:"groups,omitempty"`
	Folders []string `json:"folders,omitempty"`
}

// mark tells a process, or the leader of a group, from others that have its number later.
type mark struct {
	PID   int    `json:"pid"`
	Start string `json:"start,omitempty"`
}

// OpenState makes the state directory of a run. It is an error when a living failwell has one of that name.
func OpenState(run string) (*State, error) {
	root, err := stateRoot()
	if err != nil {
		return nil, err
	}
	return openState(root, run)
}

func openState(root, run string) (*State, error) {
	if !filepath.IsLocal(run) || strings.ContainsAny(run, `/\`) || strings.HasPrefix(run, ".") || run == portsDir || run == builtDir {
		return nil, fmt.Errorf("open state: %q is no name for a run", run)
	}
	self, ok := processAt(os.Getpid())
	boot, err := bootID()
	if err != nil || !ok {
		return nil, fmt.Errorf("open state: find out when this process started: %w", cmp.Or(err, os.ErrProcessDone))
	}
	s := &State{dir: filepath.Join(root, run), note: note{Boot: boot, Owner: mark{PID: self.pid, Start: self.start}}}
	fresh, err := os.MkdirTemp(root, freshPrefix)
	if err != nil {
		return nil, fmt.Errorf("open state: %w", err)
	}
	// A sweep must never see a directory without its owner, so it gets its name last.
	if err = s.note.write(fresh); err == nil {
		err = os.Rename(fresh, s.dir)
	}
	if err != nil {
		_ = os.RemoveAll(fresh)
		return nil, fmt.Errorf("open state: %w", err)
	}
	return s, nil
}

// Dir is the directory of the run; what is in it goes when the run ends.
func (s *State) Dir() string { return s.dir }

// AddFolder notes a folder elsewhere that is to go with the run.
func (s *State) AddFolder(path string) error {
	return s.change(func(n *note) { n.Folders = append(n.Folders, path) })
}

// DropFolder forgets a folder.
func (s *State) DropFolder(path string) error {
	return s.change(func(n *note) {
		n.Folders = slices.DeleteFunc(n.Folders, func(other string) bool { return other == path })
	})
}

// addGroup notes a process group by its leader.
func (s *State) addGroup(pid int) error {
	if s == nil {
		return nil
	}
	leader, _ := processAt(pid)
	return s.change(func(n *note) { n.Groups = append(n.Groups, mark{PID: pid, Start: leader.start}) })
}

func (s *State) dropGroup(pid int) error {
	return s.change(func(n *note) {
		n.Groups = slices.DeleteFunc(n.Groups, func(m mark) bool { return m.PID == pid })
	})
}

func (s *State) change(f func(n *note)) error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.note.Owner.PID == 0 { // closed
		return nil
	}
	f(&s.note)
	if err := s.note.write(s.dir); err != nil {
		return fmt.Errorf("note what was started: %w", err)
	}
	return nil
}

// Close cleans up what is still noted and removes the directory.
func (s *State) Close() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.note.Owner.PID == 0 {
		return nil
	}
	err := s.note.clean(s.dir)
	s.note = note{}
	return err
}

// write changes the file at once, so that whoever reads it finds it whole.
func (n note) write(dir string) error {
	content, err := json.Marshal(n)
	if err != nil {
		return err
	}
	fresh := filepath.Join(dir, ".owner")
	if err := os.WriteFile(fresh, content, 0o600); err != nil {
		return err
	}
	return os.Rename(fresh, filepath.Join(dir, ownerFile))
}

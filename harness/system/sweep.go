package system

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const (
	ownerFile = "owner"
	portsDir  = "ports"
	builtDir  = "built" // programs that builds have made, for those of later runs

	freshPrefix = ".fresh-" // of a directory that has no owner yet
)

// stateRoot is $TMPDIR/failwell-UID; it has to be our own and nobody else's.
func stateRoot() (string, error) {
	return ownDirectory(filepath.Join(os.TempDir(), "failwell-"+strconv.Itoa(os.Getuid())))
}

// ownDirectory makes a directory of this user alone, in a place where others may write too.
func ownDirectory(root string) (string, error) {
	if err := os.Mkdir(root, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return "", fmt.Errorf("make the state directory: %w", err)
	}
	var info unix.Stat_t
	if err := unix.Lstat(root, &info); err != nil {
		return "", fmt.Errorf("look at the state directory: %w", err)
	}
	if info.Mode&unix.S_IFMT != unix.S_IFDIR || int(info.Uid) != os.Getuid() {
		return "", fmt.Errorf("the state directory %s is somebody else's", root)
	}
	return root, os.Chmod(root, 0o700)
}

// Sweep cleans up after every failwell of this user that has died without doing so: it kills the process groups that are
// left and removes folders and state directories.
func Sweep() error {
	root, err := stateRoot()
	if err != nil {
		return err
	}
	return sweep(root)
}

func sweep(root string) error {
	dead, err := departed(root)
	problems := []error{err}
	for dir, n := range dead {
		if err := n.clean(dir); err != nil {
			problems = append(problems, fmt.Errorf("sweep: %w", err))
		}
	}
	return errors.Join(problems...)
}

// Left is how many failwells of this user have died without cleaning up after themselves.
func Left() (int, error) {
	root, err := stateRoot()
	if err != nil {
		return 0, err
	}
	dead, err := departed(root)
	return len(dead), err
}

// departed gives the notes of the dead, by their directories.
func departed(root string) (map[string]note, error) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, fmt.Errorf("look for what was left: %w", err)
	}
	dead := map[string]note{}
	for _, e := range entries {
		dir := filepath.Join(root, e.Name())
		content, err := os.ReadFile(filepath.Join(dir, ownerFile))
		if err != nil { // no run, or one that died before it was one
			if info, unseen := e.Info(); strings.HasPrefix(e.Name(), freshPrefix) && unseen == nil && time.Since(info.ModTime()) > time.Minute {
				dead[dir] = note{}
			}
			continue
		}
		var n note
		if json.Unmarshal(content, &n) == nil && !n.isAlive() {
			dead[dir] = n
		}
	}
	return dead, nil
}

func (n note) isAlive() bool {
	if boot, err := bootID(); err != nil || boot != n.Boot {
		return err != nil
	}
	owner, there := processAt(n.Owner.PID)
	return there && owner.start == n.Owner.Start && owner.state != 'Z'
}

// clean kills the groups first, so that nobody writes to the folders that go.
func (n note) clean(dir string) error {
	var problems []error
	if boot, err := bootID(); err == nil && boot == n.Boot {
		for _, leader := range n.Groups {
			problems = append(problems, leader.killGroup())
		}
	}
	for _, folder := range append(n.Folders, dir) {
		problems = append(problems, os.RemoveAll(folder))
	}
	return errors.Join(problems...)
}

// killGroup kills the group of a leader, and waits until it is gone. A leader of another start is somebody else. When the
// leader is gone its number cannot be given to others while the group lives, so what is left belongs to it.
func (m mark) killGroup() error {
	if m.PID <= 1 { // kill(2) takes 0 and -1 for everybody
		return nil
	}
	if leader, there := processAt(m.PID); there && (leader.start != m.Start || leader.group != m.PID) || m.Start == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	var failed error
	gone := await(ctx, 5*time.Millisecond, func() bool {
		if err := unix.Kill(-m.PID, unix.SIGKILL); err != nil {
			if !errors.Is(err, unix.ESRCH) {
				failed = fmt.Errorf("kill process group %d: %w", m.PID, err)
			}
			return true
		}
		group, err := groupMembers(m.PID)
		failed = err
		for _, one := range group {
			if one.state != 'Z' {
				return false
			}
		}
		return true
	})
	if !gone {
		return fmt.Errorf("process group %d does not end, although it was killed", m.PID)
	}
	return failed
}

package docker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// workplace is the directory of this user's locks, and of what each run notes.
func workplace() (string, error) {
	dir := filepath.Join(os.TempDir(), "failwell-"+strconv.Itoa(os.Getuid()), "docker")
	return dir, os.MkdirAll(dir, 0o700)
}

// notes is the directory of an owner in the workplace. Clean removes it when the owner is dead.
func (o owner) notes() (string, error) {
	dir, err := workplace()
	if err != nil {
		return "", err
	}
	dir = filepath.Join(dir, runPrefix+o.run())
	return dir, os.MkdirAll(dir, 0o700)
}

// note leaves word that this owner has something in an engine.
func (o owner) note() error {
	_, err := o.notes()
	return err
}

// noted tells whether it did.
func (o owner) noted() bool {
	dir, err := workplace()
	if err != nil {
		return false
	}
	_, err = os.Stat(filepath.Join(dir, runPrefix+o.run()))
	return err == nil
}

func (o owner) forget() error {
	dir, err := workplace()
	if err != nil {
		return err
	}
	return os.RemoveAll(filepath.Join(dir, runPrefix+o.run()))
}

const runPrefix = "run-"

// Owed tells whether a failwell of this user that had something in an engine has died without removing it.
func Owed() bool {
	dead, err := departed()
	return err != nil || len(dead) > 0
}

// forget removes the notes of dead owners.
func forget() error {
	dead, err := departed()
	problems := []error{err}
	for _, o := range dead {
		problems = append(problems, o.forget())
	}
	return errors.Join(problems...)
}

// departed lists the dead owners that have notes.
func departed() ([]owner, error) {
	dir, err := workplace()
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	var dead []owner
	for _, e := range entries {
		run, isRun := strings.CutPrefix(e.Name(), runPrefix)
		number, start, _ := strings.Cut(run, "-")
		pid, err := strconv.Atoi(number)
		if !isRun || err != nil {
			continue
		}
		if o := (owner{pid: pid, start: start, boot: boot()}); o.isDead(true) {
			dead = append(dead, o)
		}
	}
	return dead, err
}

// lock keeps other labs, and other failwells of this user, from doing the same at the same time. It ends with the process
// that has it.
func lock(ctx context.Context, name string) (unlock func(), err error) {
	dir, err := workplace()
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return func() { _ = f.Close() }, nil
		}
		if err != unix.EWOULDBLOCK {
			_ = f.Close()
			return nil, fmt.Errorf("lock %s: %w", name, err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			_ = f.Close()
			return nil, ctx.Err()
		}
	}
}

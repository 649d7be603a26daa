package system

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/failwell/failwell/harness/agent"
)

// scarcity is the limits of open files of the processes of a group while they have few left.
type scarcity struct {
	leader int
	known  map[int]allowance // by process
}

// allowance is the limit of one process.
type allowance struct {
	start    string // of the process, as its number may become another's
	isWorker bool   // and was there from the start
	theirs   bool   // it has become another user's, whose limits are not ours
	was      unix.Rlimit
	is       unix.Rlimit
}

// Bounds of how long files that are just being closed, as those of the request before, are waited for. They are no room.
const (
	closing = 50 * time.Millisecond // without a change
	closed  = time.Second           // at most
)

// take leaves every process of the group little room.
func (s *scarcity) take(spare int) error {
	if err := settle(s.count); err != nil {
		return err
	}
	group, err := s.living()
	if err != nil {
		return err
	}
	masters, workers := preforked(group)
	for _, m := range group {
		room := spare
		if masters[m.pid] {
			room = max(spare, forking)
		}
		a := allowance{start: m.start, isWorker: slices.Contains(workers, m)}
		a.was, a.is, err = agent.Squeeze(m.pid, room)
		if err := s.note(m, a, err); err != nil {
			return err
		}
	}
	return s.follow()
}

// settle waits until counts, of the open files of each process, stay the same for a moment.
func settle(count func() (map[int]int, error)) error {
	ctx, cancel := context.WithTimeout(context.Background(), closed)
	defer cancel()
	var before map[int]int
	var failed error
	await(ctx, closing, func() bool {
		now, err := count()
		same := maps.Equal(before, now)
		before, failed = now, err
		return same || err != nil
	})
	return failed
}

func (s *scarcity) count() (map[int]int, error) {
	group, err := s.living()
	open := map[int]int{}
	for _, m := range group {
		open[m.pid] = len(openFiles(m.pid))
	}
	return open, err
}

// follow gives those who were forked meanwhile the limits of their parents, until there are no more of them, and lowers a limit
// that a process has raised since.
func (s *scarcity) follow() error {
	for grows := true; grows && len(s.known) > 0; {
		group, err := s.living()
		if err != nil {
			return err
		}
		grows = false
		for _, m := range group {
			a := s.known[m.pid]
			if a.start != m.start {
				a, grows = s.inherited(m), true
			}
			if !a.theirs {
				err = lower(m.pid, a.is)
			}
			if err := s.note(m, a, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// lower gives a process a limit of open files unless it has that or less.
func lower(pid int, to unix.Rlimit) error {
	var now unix.Rlimit
	if err := unix.Prlimit(pid, unix.RLIMIT_NOFILE, nil, &now); err != nil || now.Cur <= to.Cur {
		return err
	}
	return unix.Prlimit(pid, unix.RLIMIT_NOFILE, &to, nil)
}

// giveBack gives each process the limit it had, and who was forked meanwhile that of its parent, until there are no more of
// them.
func (s *scarcity) giveBack() error {
	for given := map[int]string{}; len(s.known) > 0; {
		group, err := s.living()
		if err != nil {
			return err
		}
		group = slices.DeleteFunc(group, func(m member) bool { return given[m.pid] == m.start })
		if len(group) == 0 {
			return nil
		}
		for _, m := range group {
			given[m.pid] = m.start
			a := s.known[m.pid]
			if a.start != m.start {
				a = s.inherited(m)
			}
			if !a.theirs {
				err = unix.Prlimit(m.pid, unix.RLIMIT_NOFILE, &a.was, nil)
			}
			if err := s.note(m, a, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// word says that a worker ended while it had few files left; nil when none did.
func (s *scarcity) word() error {
	for pid, a := range s.known {
		if a.isWorker && (member{pid: pid, start: a.start}).isGone() {
			return &Word{Felt: true, What: fmt.Sprintf("worker %d ended while it had few open files left", pid)}
		}
	}
	return nil
}

// living are the processes of the group that have not ended.
func (s *scarcity) living() ([]member, error) {
	group, err := groupMembers(s.leader)
	return slices.DeleteFunc(group, func(m member) bool { return m.state == 'Z' }), err
}

// inherited is the limit of a newcomer: that of its parent, or of the leader when that one is not known any more.
func (s *scarcity) inherited(m member) allowance {
	a, known := s.known[m.parent]
	if !known {
		a = s.known[s.leader]
	}
	a.start, a.isWorker = m.start, false
	return a
}

// note keeps the limit of a process unless it could not be set.
func (s *scarcity) note(m member, a allowance, err error) error {
	switch {
	case errors.Is(err, unix.ESRCH), errors.Is(err, os.ErrNotExist):
		return nil // it ended meanwhile
	case errors.Is(err, unix.EPERM) && m.pid != s.leader:
		a.theirs = true
	case err != nil:
		return fmt.Errorf("limit the open files of process %d: %w", m.pid, err)
	}
	s.known[m.pid] = a
	return nil
}

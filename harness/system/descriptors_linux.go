package system

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/failwell/failwell/harness/fault"
)

// descriptors leaves each process of the group room for a few more open files.
func (i *process) descriptors(a fault.Act) (undo func(context.Context) error, err error) {
	spare, err := strconv.Atoi(cmp.Or(a.Args["spare"], "2"))
	if err != nil || spare < 0 {
		return nil, fmt.Errorf("descriptors: want a number as spare, not %q", a.Args["spare"])
	}
	group, err := groupMembers(i.pid)
	if err != nil {
		return nil, err
	}
	was := map[int]unix.Rlimit{}
	undo = func(context.Context) error {
		for pid, limit := range was {
			if err := unix.Prlimit(pid, unix.RLIMIT_NOFILE, &limit, nil); err != nil && !errors.Is(err, unix.ESRCH) {
				return fmt.Errorf("give process %d its open files back: %w", pid, err)
			}
		}
		return nil
	}
	for _, m := range group {
		limit, err := squeeze(m.pid, spare)
		if errors.Is(err, unix.ESRCH) || errors.Is(err, os.ErrNotExist) {
			continue // it ended meanwhile
		}
		if errors.Is(err, unix.EPERM) && m.pid != i.pid {
			continue // it has become another user's, whose limits are not ours
		}
		if err != nil {
			return nil, errors.Join(&Unable{What: fmt.Sprintf("limit the open files of process %d: %v", m.pid, err)}, undo(context.Background()))
		}
		was[m.pid] = limit
	}
	if len(was) == 0 {
		return nil, &Unable{What: "descriptors: the system has ended already"}
	}
	return undo, nil
}

// squeeze leaves a process room for spare more open files and gives its limit as it was. A limit bounds the numbers of
// files, and the lowest that is free is taken first. It is never below what is open without a gap: poll(2) would fail for good
// then, as it never does for want of files.
func squeeze(pid, spare int) (was unix.Rlimit, err error) {
	if err := unix.Prlimit(pid, unix.RLIMIT_NOFILE, nil, &was); err != nil {
		return was, err
	}
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		return was, err
	}
	var open []int
	for _, e := range entries {
		if n, err := strconv.Atoi(e.Name()); err == nil {
			open = append(open, n)
		}
	}
	to := 0
	for ; spare > 0 || slices.Contains(open, to); to++ {
		if !slices.Contains(open, to) {
			spare--
		}
	}
	return was, unix.Prlimit(pid, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: min(uint64(to), was.Max), Max: was.Max}, nil)
}

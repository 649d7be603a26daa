package system

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/failwell/failwell/harness/agent"
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
		limit, err := agent.Squeeze(m.pid, spare)
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

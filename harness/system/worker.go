package system

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/failwell/failwell/harness/fault"
)

// canLoseWorker says that only a system that forks workers can be short of memory as a process: a single one would be killed,
// which is an act of its own.
func (i *process) canLoseWorker() error {
	if workers, err := i.workers(); err != nil || len(workers) == 0 {
		return cmp.Or(err, error(&Unable{What: Shared, NotApplicable: true}))
	}
	return nil
}

// loseWorker ends one worker as the kernel does it when the memory of a container is used up: by SIGKILL, and no other process
// of it (cgroup v2, memory.oom.group: 0 by default, so that "the OOM killer" takes the one with the most memory; the kubelet
// from 1.28 on sets 1 and kills all, which is what kill does). The memory is used up by a request, so the worker is one at
// work: the one with the most open files, since that has the connections of its caller and its call.
func (i *process) loseWorker(ctx context.Context, a fault.Act) error {
	workers, err := i.workers()
	if err != nil {
		return err
	}
	if len(workers) == 0 {
		return &Unable{What: fmt.Sprintf("%s %s: it has no worker left", a.Do, a.On)}
	}
	most := slices.MaxFunc(workers, func(x, y member) int { return cmp.Compare(len(openFiles(x.pid)), len(openFiles(y.pid))) })
	if err := i.act(a, func() error { return unix.Kill(most.pid, unix.SIGKILL) }); err != nil {
		return err
	}
	if !await(ctx, time.Millisecond, func() bool { return most.isGone() }) {
		return ctx.Err()
	}
	return nil
}

// workers looks several times where a group has none: the lists of processes and sockets are read while they change (proc(5)).
func (i *process) workers() (workers []member, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), looking)
	defer cancel()
	await(ctx, looking/4, func() bool {
		var group []member
		group, err = groupMembers(i.pid)
		_, workers = preforked(group)
		return err != nil || len(workers) > 0 || len(group) < 2
	})
	return workers, err
}

const looking = 60 * time.Millisecond

// isGone tells whether a process has ended; whether its parent waited for it or not.
func (m member) isGone() bool {
	now, there := processAt(m.pid)
	return !there || now.start != m.start || now.state == 'Z'
}

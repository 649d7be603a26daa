package system

import (
	"context"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/failwell/failwell/harness/fault"
)

// Act carries out what can be done to a process group, as production does it to a container of several processes:
//
//	pause          all of it stands still (docker pause freezes the cgroup)       undone by going on
//	kill           all of it ends by SIGKILL, as when its first process is killed whose it is brings it back
//	               (pid_namespaces(7): the kernel then kills all others)
//	term           its leader is asked to end, and the rest too unless            whose it is brings it back
//	               stop: {group: false} says that its leader tells them
//	descriptors    each process that answers has room for `spare` (2) more        undone by the room it had
//	               open files (getrlimit(2): a limit per process)
//	out-of-memory  the worker at work ends by SIGKILL                             its master brings it back
func (i *process) Act(ctx context.Context, a fault.Act) (undo func(context.Context) error, err error) {
	if err := i.Able(a); err != nil {
		return nil, err
	}
	switch a.Do {
	case fault.Kill:
		if err := i.act(a, i.groupSignal(unix.SIGKILL)); err != nil {
			return nil, err
		}
		select {
		case <-i.done:
			return nothing, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	case fault.Term:
		return nothing, i.act(a, func() error { return i.ask(i.how.signal) })
	case fault.OutOfMemory:
		return nothing, i.loseWorker(ctx, a)
	case "descriptors":
		return i.descriptors(a)
	}
	if err := i.act(a, i.groupSignal(unix.SIGSTOP)); err != nil {
		return nil, err
	}
	resume := func(context.Context) error { _ = i.signalGroup(unix.SIGCONT); return nil }
	if err := i.awaitStill(ctx); err != nil {
		return nil, fmt.Errorf("pause %s: %w", a.On, err)
	}
	return resume, nil
}

func nothing(context.Context) error { return nil }

// Shared is why a process cannot lose what it has in common with all others on this machine, and a container can. In production
// memory and processor are limits of a cgroup, one for all its processes together (cgroups(7); the kernel's cgroup-v2: memory.max,
// cpu.max); here the system is in failwell's own.
const Shared = "a process shares its processors, memory, disk, network and resolver with this machine; only a container can lose them (--host docker)"

// Able says why something cannot be done to a process.
func (i *process) Able(a fault.Act) error {
	switch a.Do {
	case fault.Kill, fault.Term, "pause", "descriptors":
		return nil
	case fault.OutOfMemory:
		return i.canLoseWorker()
	case fault.Restart:
		return &Unable{What: "a process is not started again in place: term ends it, and the next launch is a new one (--host docker can)", NotApplicable: true}
	case LoseName, "cpu", "memory", "disk", fault.Disconnect:
		return &Unable{What: Shared, NotApplicable: true}
	}
	return &Unable{What: fmt.Sprintf("%s %s: a process can pause, kill, term, descriptors, and lose a worker out-of-memory", a.Do, a.On), NotApplicable: true}
}

// Prepare has nothing to do.
func (i *process) Prepare(context.Context, fault.Act) error { return nil }

func (i *process) act(a fault.Act, by func() error) error {
	if i.isOver() {
		return &Unable{What: fmt.Sprintf("%s %s: it has ended already", a.Do, a.On)}
	}
	if err := by(); err != nil {
		return fmt.Errorf("%s %s: %w", a.Do, a.On, err)
	}
	return nil
}

func (i *process) groupSignal(signal unix.Signal) func() error {
	return func() error { return i.signalGroup(signal) }
}

// stilling is how long a group may take to stand still: a sleeping process has to get a processor for that.
const stilling = 5 * time.Second

// awaitStill waits until no process of the group runs its own code: each stands still, has ended, or is inside the kernel
// (as one that waits for its vfork is) and stands still before it gets out.
func (i *process) awaitStill(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stilling)
	defer cancel()
	var failed error
	await(ctx, time.Millisecond, func() bool {
		var group []member
		group, failed = groupMembers(i.pid)
		for _, m := range group {
			if !strings.ContainsRune("TZDU", rune(m.state)) {
				return failed != nil
			}
		}
		return true
	})
	if failed == nil && ctx.Err() != nil {
		failed = ctx.Err()
	}
	if failed != nil {
		_ = i.signalGroup(unix.SIGCONT)
	}
	return failed
}

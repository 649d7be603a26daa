package system

import (
	"context"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/failwell/failwell/harness/fault"
)

// Act carries out what can be done to a process group:
//
//	pause         it stands still                                       undone by going on
//	kill, term    it ends, or is asked to                               whose it is brings it back
//	descriptors   each process has room for `spare` (2) more open files undone by the room it had
func (i *process) Act(ctx context.Context, a fault.Act) (undo func(context.Context) error, err error) {
	if err := i.Able(a); err != nil {
		return nil, err
	}
	switch a.Do {
	case fault.Kill:
		if err := i.act(a, unix.SIGKILL); err != nil {
			return nil, err
		}
		select {
		case <-i.done:
			return nothing, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	case fault.Term:
		return nothing, i.act(a, i.how.signal)
	case "descriptors":
		return i.descriptors(a)
	}
	if err := i.act(a, unix.SIGSTOP); err != nil {
		return nil, err
	}
	resume := func(context.Context) error { _ = i.signalGroup(unix.SIGCONT); return nil }
	if err := i.awaitStill(ctx); err != nil {
		return nil, fmt.Errorf("pause %s: %w", a.On, err)
	}
	return resume, nil
}

func nothing(context.Context) error { return nil }

// Shared is why a process cannot lose what it has in common with all others on this machine, and a container can.
const Shared = "a process shares its processors, memory, disk, network and resolver with this machine; only a container can lose them (--host docker)"

// Able says why something cannot be done to a process.
func (i *process) Able(a fault.Act) error {
	switch a.Do {
	case fault.Kill, fault.Term, "pause", "descriptors":
		return nil
	case fault.Restart:
		return &Unable{What: "a process is not started again in place: term ends it, and the next launch is a new one (--host docker can)", NotApplicable: true}
	case LoseName, fault.OutOfMemory, "cpu", "memory", "disk", fault.Disconnect:
		return &Unable{What: Shared, NotApplicable: true}
	}
	return &Unable{What: fmt.Sprintf("%s %s: a process can pause, kill, term and descriptors", a.Do, a.On), NotApplicable: true}
}

// Prepare has nothing to do.
func (i *process) Prepare(context.Context, fault.Act) error { return nil }

func (i *process) act(a fault.Act, signal unix.Signal) error {
	if i.isOver() {
		return &Unable{What: fmt.Sprintf("%s %s: it has ended already", a.Do, a.On)}
	}
	if err := i.signalGroup(signal); err != nil {
		return fmt.Errorf("%s %s: %w", a.Do, a.On, err)
	}
	return nil
}

// awaitStill waits until no process of the group runs its own code: each stands still, has ended, or is inside the kernel
// (as one that waits for its vfork is) and stands still before it gets out.
func (i *process) awaitStill(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
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

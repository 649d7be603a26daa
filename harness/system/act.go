package system

import (
	"context"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/failwell/failwell/harness/fault"
)

// Act carries out what can be done to a process group: "pause" stands it still until undone, "kill" ends it, "term" asks
// it to end, by the signal that stops it. Their undo does nothing; who undoes them launches the system again.
func (i *process) Act(ctx context.Context, a fault.Act) (undo func(context.Context) error, err error) {
	nothing := func(context.Context) error { return nil }
	switch a.Do {
	case "kill":
		if err := i.act(a, unix.SIGKILL); err != nil {
			return nil, err
		}
		select {
		case <-i.done:
			return nothing, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	case "term":
		if err := i.act(a, i.how.signal); err != nil {
			return nil, err
		}
		return nothing, nil
	case "pause":
		if err := i.act(a, unix.SIGSTOP); err != nil {
			return nil, err
		}
		resume := func(context.Context) error { _ = i.signalGroup(unix.SIGCONT); return nil }
		if err := i.awaitStill(ctx); err != nil {
			return nil, fmt.Errorf("pause %s: %w", a.On, err)
		}
		return resume, nil
	}
	return nil, &Unable{What: fmt.Sprintf("%s %s: a process can only pause, kill and term", a.Do, a.On), NotApplicable: true}
}

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

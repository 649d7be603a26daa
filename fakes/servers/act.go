package servers

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/system"
)

var _ system.Actor = (*server)(nil)

// Able says what cannot be done to a server.
func (s *server) Able(a fault.Act) error {
	if a.Do == fault.Kill || a.Do == pause {
		return nil
	}
	return &system.Unable{What: fmt.Sprintf("%s %s: an installed PostgreSQL can pause and kill", a.Do, a.On), NotApplicable: true}
}

// Prepare has nothing to do.
func (s *server) Prepare(context.Context, fault.Act) error { return nil }

const pause = "pause"

// Act does something to the server and all its processes:
//
//	pause   they stand still: connections are made by the kernel, and nobody answers    undone by going on
//	kill    they end at once, as in a crash                                             undone by a start with the same data
func (s *server) Act(ctx context.Context, a fault.Act) (undo func(context.Context) error, err error) {
	if err := s.Able(a); err != nil {
		return nil, err
	}
	family, err := s.still(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", a.Do, a.On, err)
	}
	if a.Do == pause {
		return func(context.Context) error { signal(family, syscall.SIGCONT); return nil }, nil
	}
	signal(family, syscall.SIGKILL)
	select {
	case <-s.process.exited:
		return s.revive, nil
	case <-ctx.Done():
		return s.revive, ctx.Err()
	}
}

// still stops the server and every process that it has started, and gives them, the server last.
func (s *server) still(ctx context.Context) ([]int, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	first := s.process.cmd.Process.Pid
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		signal([]int{first}, syscall.SIGSTOP) // it makes no more of them
		family, moving, err := kin(first)
		signal(family, syscall.SIGSTOP)
		if err == nil && !moving {
			return family, nil
		}
		select {
		case <-tick.C:
		case <-s.process.exited:
			return nil, &system.Unable{What: "the server has ended already"}
		case <-ctx.Done():
			signal(family, syscall.SIGCONT)
			return nil, errors.Join(ctx.Err(), err)
		}
	}
}

// revive starts the server again on its data and its port. What is left of the one before may hold its shared memory for a
// moment.
func (s *server) revive(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return nil
	}
	for {
		var err error
		if s.process, err = s.run(); err == nil {
			err = s.ready(ctx)
		}
		if err == nil {
			return nil
		}
		again := time.NewTimer(50 * time.Millisecond)
		select {
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
			return fmt.Errorf("start postgres again: %w", err)
		}
	}
}

func signal(pids []int, by syscall.Signal) {
	for _, pid := range pids {
		_ = syscall.Kill(pid, by)
	}
}

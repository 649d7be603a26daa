package system

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// Stop asks the program to end, waits as long as its Stop says, and kills what is left of its process group. Every call waits
// for the end; one whose context ends kills at once. The error says that something could not be killed.
func (i *process) Stop(ctx context.Context) error {
	i.stop.Do(func() {
		i.mu.Lock()
		i.asked = !i.over
		i.mu.Unlock()
		go func() {
			i.stopErr = i.finish()
			close(i.stopped)
		}()
	})
	select {
	case <-i.stopped:
	case <-ctx.Done():
		i.rush()
		<-i.stopped
	}
	return i.stopErr
}

func (i *process) finish() error {
	defer i.rush()
	patience, cancel := context.WithTimeout(i.hurry, i.how.within)
	defer cancel()
	_ = i.ask(i.how.signal)
	_ = i.signalGroup(unix.SIGCONT)
	select {
	case <-i.done:
		// The program's children were asked too, and have until then.
		if i.how.group {
			await(patience, time.Millisecond, i.isQuiet)
		}
	case <-patience.Done():
	}
	err := i.kill()
	for _, t := range i.tails {
		t.close()
	}
	return errors.Join(err, i.setup.State.dropGroup(i.pid))
}

// ask sends the stop signal to those who are to have it.
func (i *process) ask(signal unix.Signal) error {
	if i.how.group {
		return i.signalGroup(signal)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.over {
		return unix.ESRCH
	}
	return unix.Kill(i.pid, signal)
}

// isQuiet tells whether the group is empty, or all streams are closed, as when only daemons are left.
func (i *process) isQuiet() bool {
	select {
	case <-i.silent:
		return true
	default:
		return i.isDeserted()
	}
}

// kill kills the group and waits until the program is gone and its last lines are read.
func (i *process) kill() error {
	if err := i.signalGroup(unix.SIGKILL); err != nil && !errors.Is(err, unix.ESRCH) {
		return fmt.Errorf("stop system: kill process group %d: %w", i.pid, err)
	}
	late := time.NewTimer(dying)
	defer late.Stop()
	select {
	case <-i.done:
	case <-late.C:
		return fmt.Errorf("stop system: process %d does not end, although it was killed", i.pid)
	}
	last := time.NewTimer(lastWords)
	defer last.Stop()
	select {
	case <-i.silent:
	case <-last.C: // a child that left the group holds the stream; that is no reason to wait
	}
	return nil
}

// signalGroup signals the process group while its number is known to be ours.
func (i *process) signalGroup(signal unix.Signal) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.deserted {
		return unix.ESRCH
	}
	return unix.Kill(-i.pid, signal)
}

func (i *process) isDeserted() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.over && !i.deserted {
		i.deserted = errors.Is(unix.Kill(-i.pid, 0), unix.ESRCH)
	}
	return i.deserted
}

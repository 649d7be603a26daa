package system

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Bounds of what happens around an exit.
const (
	lastWords = 100 * time.Millisecond // how long the lines of an exited program are awaited when its children still can write
	allWords  = 2 * time.Second        // the same when its group is empty, so that only one that left it could write
	dying     = 5 * time.Second        // how long a killed process may take to be gone
	tailing   = 50 * time.Millisecond  // how often log files are looked at while nobody asks for the logs
)

// process is one running copy of a Process.
type process struct {
	setup Setup
	how   stopping
	files *files
	lines *Lines
	tails []*tail
	pid   int // also the number of the process group

	readers sync.WaitGroup
	silent  chan struct{} // closed when nobody can write to the streams any more
	done    chan struct{} // closed when the program has ended and its lines are read

	stop    sync.Once
	hurry   context.Context // ends when the stop is not to wait any more
	rush    context.CancelFunc
	stopped chan struct{}
	stopErr error

	mu       sync.Mutex
	exit     exchange.Exit
	over     bool // the program has ended
	asked    bool // a stop was asked for before that
	deserted bool // nobody of the group was left when the program ended: its number may be somebody else's by now
}

// launch runs the command and returns as soon as it runs.
func (i *process) launch(cmd *exec.Cmd, logs map[string]string) error {
	i.silent, i.done, i.stopped = make(chan struct{}), make(chan struct{}), make(chan struct{})
	i.hurry, i.rush = context.WithCancel(context.Background())
	for name, path := range logs {
		i.tails = append(i.tails, follow(path, i.lines.Stream(name)))
	}
	out, err := i.pipe(stdout)
	if err != nil {
		return err
	}
	defer out.Close()
	errs, err := i.pipe(stderr)
	if err != nil {
		return err
	}
	defer errs.Close()
	cmd.Stdout, cmd.Stderr = out, errs
	started := make(chan error)
	go i.run(cmd, started)
	if err := <-started; err != nil {
		i.rush()
		for _, t := range i.tails {
			t.close()
		}
		return err
	}
	go func() {
		i.readers.Wait()
		close(i.silent)
	}()
	go i.tail()
	if err := i.setup.State.addGroup(i.pid); err != nil {
		i.rush()
		return errors.Join(err, i.Stop(context.Background()))
	}
	return nil
}

// run starts the program and waits for its end, on one thread: the kernel kills the program when the thread that started it
// ends, and takes from it the powers that this thread has not.
func (i *process) run(cmd *exec.Cmd, started chan<- error) {
	runtime.LockOSThread()
	if os.Geteuid() == 0 && i.files.closable {
		// The thread is never unlocked: it ends with this goroutine, and its lack of powers with it.
		if err := renounceReading(); err != nil {
			started <- &Unable{What: "make a file unreadable for root: " + err.Error()}
			return
		}
	} else {
		defer runtime.UnlockOSThread()
	}
	cmd.SysProcAttr = attributes()
	if err := cmd.Start(); err != nil {
		started <- err
		return
	}
	i.pid = cmd.Process.Pid
	started <- nil
	_ = cmd.Wait()
	i.end(cmd.ProcessState)
}

func (i *process) end(state *os.ProcessState) {
	exit := exchange.Exit{Code: state.ExitCode()}
	if status, ok := state.Sys().(interface {
		Signaled() bool
		Signal() unix.Signal
	}); ok && status.Signaled() {
		exit.Signal = strings.TrimPrefix(unix.SignalName(status.Signal()), "SIG")
	}
	i.mu.Lock()
	i.exit, i.over = exit, true
	i.deserted = errors.Is(unix.Kill(-i.pid, 0), unix.ESRCH)
	patience := lastWords
	if i.deserted {
		patience = allWords
	}
	i.mu.Unlock()
	words := time.NewTimer(patience)
	defer words.Stop()
	select {
	case <-i.silent:
	case <-words.C:
	}
	i.readTails()
	close(i.done)
}

// URL is the base URL of a port.
func (i *process) URL(port string) string { return i.setup.address(port) }

// Logs gives the lines from position since on. Log files are looked at first.
func (i *process) Logs(since int) []exchange.Line {
	select {
	case <-i.stopped:
	default:
		i.readTails()
	}
	return i.lines.From(since)
}

// Exited tells how the program ended, unless a Stop came first. Its last lines are then in the logs.
func (i *process) Exited() (exchange.Exit, bool) {
	select {
	case <-i.done:
	default:
		return exchange.Exit{}, false
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.exit, !i.asked
}

// Done is closed when the program has ended and its last lines are in the logs.
func (i *process) Done() <-chan struct{} { return i.done }

// Edit changes the files under the running program.
func (i *process) Edit(ctx context.Context, e fault.Edit) (undo func(context.Context) error, err error) {
	if i.isOver() {
		return nil, &Unable{What: fmt.Sprintf("edit %s: the system has ended", e.Setting)}
	}
	return i.files.Edit(ctx, e)
}

func (i *process) isOver() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.over
}

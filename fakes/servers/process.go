package servers

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// process is a server's process, with a log in its folder.
type process struct {
	cmd    *exec.Cmd
	file   string
	exited chan struct{} // closed when the process has ended
}

const stopWithin = 5 * time.Second

// start runs a program in a process group of its own that dies with this process where the system can do that.
func start(owner account, dir, program string, args ...string) (*process, error) {
	p := &process{file: filepath.Join(dir, "log"), exited: make(chan struct{})}
	out, err := os.OpenFile(p.file, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	p.cmd = exec.Command(program, args...)
	p.cmd.Dir, p.cmd.Env = dir, environment()
	p.cmd.Stdout, p.cmd.Stderr = out, out
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(p.cmd.SysProcAttr)
	owner.lend(p.cmd)
	started := make(chan error, 1)
	go func() {
		// The signal at the parent's death is sent when the thread that started the process ends.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(p.exited)
		err := p.cmd.Start()
		started <- err
		if err == nil {
			_ = p.cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", filepath.Base(program), err)
	}
	return p, nil
}

// end asks the process to end by a signal, and ends its group when it does not.
func (p *process) end(ctx context.Context, by syscall.Signal) {
	_ = p.cmd.Process.Signal(by)
	patience := time.NewTimer(stopWithin)
	defer patience.Stop()
	select {
	case <-p.exited:
	case <-ctx.Done():
	case <-patience.C:
	}
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	<-p.exited
}

// state is how the process ended.
func (p *process) state() string { return p.cmd.ProcessState.String() }

// log is the end of what the process has written.
func (p *process) log() string {
	text, err := os.ReadFile(p.file)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-8):], "\n")
}

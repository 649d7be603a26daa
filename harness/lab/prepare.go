package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/system"
)

// prepare makes the data of real servers: scripts in their own language, and commands and containers against their direct
// address. A stub has no data, so it is left alone.
func (l *Lab) prepare(ctx context.Context) error {
	for _, p := range l.Config.Prepare {
		backend := l.backends[p.On]
		if backend == nil || !backend.Stateful() {
			continue
		}
		if err := l.prepareOne(ctx, p, backend); err != nil {
			err = fmt.Errorf("prepare %s: %w", p.On, err)
			if p.Pos != (decode.Pos{}) {
				err = fmt.Errorf("%s: %w", p.Pos, err)
			}
			return err
		}
	}
	return nil
}

// prepareBound is how long one step may take. A migration that waits for a lock does so for ever.
const prepareBound = 10 * time.Minute

func (l *Lab) prepareOne(ctx context.Context, p Prepare, backend fakes.Backend) error {
	ctx, cancel := context.WithTimeoutCause(ctx, prepareBound, fmt.Errorf("it did not end within %s", prepareBound))
	defer cancel()
	err := l.prepareStep(ctx, p, backend)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = errors.Join(context.Cause(ctx), err)
	}
	return err
}

func (l *Lab) prepareStep(ctx context.Context, p Prepare, backend fakes.Backend) error {
	if p.Script != "" {
		scripted, ok := system.As[fakes.Scripted](backend)
		if !ok {
			return fmt.Errorf("%s takes no scripts", p.On)
		}
		return scripted.Exec(ctx, p.Script, p.As)
	}
	if p.System != nil {
		return l.task(ctx, p.System)
	}
	return l.command(ctx, p)
}

// task lets a system run to its end.
func (l *Lab) task(ctx context.Context, s system.System) error {
	start := s.Start
	if t, ok := system.As[system.Task](s); ok {
		start = t.Task
	}
	dir, err := l.dir("prepare")
	if err != nil {
		return err
	}
	i, err := start(ctx, system.Setup{Names: l.names.launch, Dir: dir, Own: "prepare", State: l.Config.State})
	if err != nil {
		return err
	}
	stop := func() error { return i.Stop(context.WithoutCancel(ctx)) }
	e, ok := system.As[system.Ended](i)
	if !ok {
		return errors.Join(errors.New("a step has to end, and nobody can tell when this one does"), stop())
	}
	select {
	case <-e.Done():
	case <-ctx.Done():
		return errors.Join(ctx.Err(), stop())
	}
	exit, _ := i.Exited()
	if exit.Code == 0 && exit.Signal == "" {
		return stop()
	}
	var last []string
	lines := l.Redactor().Lines(i.Logs(0))
	for _, line := range lines[max(0, len(lines)-10):] {
		last = append(last, "\n    "+line.Text)
	}
	return errors.Join(fmt.Errorf("it %s; its last lines:%s", exit, strings.Join(last, "")), stop())
}

// command runs a program on this machine.
func (l *Lab) command(ctx context.Context, p Prepare) error {
	args := make([]string, len(p.Run))
	for i, text := range p.Run {
		var err error
		if args[i], err = decode.Expand(text, l.names.Value); err != nil {
			return err
		}
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = p.Dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "LANG=C.UTF-8"}
	for name, text := range p.Env {
		v, err := decode.Expand(text, l.names.Value)
		if err != nil {
			return err
		}
		cmd.Env = append(cmd.Env, name+"="+v)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(p.Run, " "), err, l.Redactor().Text(strings.TrimSpace(string(out))))
	}
	return nil
}

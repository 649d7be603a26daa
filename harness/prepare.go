package harness

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/decode"
)

// prepare makes the data of real servers: scripts in their own language, and commands against their direct address. A stub
// has no data, so it is left alone.
func (l *Lab) prepare(ctx context.Context) error {
	for _, p := range l.cfg.Prepare {
		backend := l.backends[p.On]
		if backend == nil || !backend.Stateful() {
			continue
		}
		if err := l.prepareOne(ctx, p, backend); err != nil {
			return fmt.Errorf("prepare %s: %w", p.On, err)
		}
	}
	return nil
}

func (l *Lab) prepareOne(ctx context.Context, p Prepare, backend fakes.Backend) error {
	if p.Script != "" {
		scripted, ok := backend.(fakes.Scripted)
		if !ok {
			return fmt.Errorf("%s takes no scripts", p.On)
		}
		return scripted.Exec(ctx, p.Script, p.As)
	}
	args := make([]string, len(p.Run))
	for i, text := range p.Run {
		var err error
		if args[i], err = decode.Expand(text, l.names.value); err != nil {
			return err
		}
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = p.Dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "LANG=C.UTF-8"}
	for name, text := range p.Env {
		v, err := decode.Expand(text, l.names.value)
		if err != nil {
			return err
		}
		cmd.Env = append(cmd.Env, name+"="+v)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(p.Run, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

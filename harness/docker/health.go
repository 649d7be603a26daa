package docker

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/failwell/failwell/harness/system"
)

var (
	_ system.Healthy   = (*instance)(nil)
	_ system.Described = Container{}
)

// checkWithin bounds one health check.
const checkWithin = 2 * time.Second

// Health runs the command of the image's HEALTHCHECK in the container, as the engine does: the engine's own first check comes
// only after its interval, which is 30 s by default. What the engine has seen itself counts too.
func (i *instance) Health(ctx context.Context) (wrong string, err error) {
	state, err := i.ContainerInspect(ctx, i.id, client.ContainerInspectOptions{})
	if err != nil {
		return "", err
	}
	check := state.Container.Config.Healthcheck
	if check == nil || len(check.Test) == 0 || check.Test[0] == "NONE" {
		return "", &system.Unable{What: fmt.Sprintf("ready: {health: true}: the image %s has no HEALTHCHECK; say get: PATH or log: TEXT", state.Container.Config.Image)}
	}
	if h := state.Container.State.Health; h != nil && h.Status == container.Healthy {
		return "", nil
	}
	command := check.Test[1:]
	if check.Test[0] == "CMD-SHELL" {
		shell := state.Container.Config.Shell
		if len(shell) == 0 {
			shell = []string{"/bin/sh", "-c"}
		}
		command = append(shell[:len(shell):len(shell)], check.Test[1:]...)
	}
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	code, err := i.exec(ctx, command)
	switch {
	case err != nil:
		return "nothing: " + err.Error(), nil // it is just starting, or ending
	case code != 0:
		return fmt.Sprintf("no (code %d)", code), nil
	}
	return "", nil
}

// exec runs a command in the container and gives its exit code.
func (b *box) exec(ctx context.Context, command []string) (int, error) {
	made, err := b.ExecCreate(ctx, b.id, client.ExecCreateOptions{Cmd: command, AttachStdout: true, AttachStderr: true})
	if err != nil {
		return 0, err
	}
	said, err := b.ExecAttach(ctx, made.ID, client.ExecAttachOptions{})
	if err != nil {
		return 0, err
	}
	defer said.Close()
	left := context.AfterFunc(ctx, said.Close)
	defer left()
	if _, err := io.Copy(io.Discard, said.Reader); err != nil {
		return 0, err
	}
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	state, err := b.ExecInspect(ctx, made.ID, client.ExecInspectOptions{})
	return state.ExitCode, err
}

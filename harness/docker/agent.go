package docker

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/client"

	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/system"
)

// agentPath is where the agent lies in a container that needed it.
const agentPath = Dir + "/agent"

// order lets the agent carry something out inside the running container, as a user of it ("" is its own), and gives what it
// printed. What it cannot do there gives an *Unable.
func (b *box) order(ctx context.Context, user string, args ...string) (string, error) {
	if err := b.equip(ctx); err != nil {
		return "", err
	}
	made, err := b.ExecCreate(ctx, b.id, client.ExecCreateOptions{User: user, Cmd: append(slices.Clone(b.call), args...), AttachStdout: true, AttachStderr: true})
	if err != nil {
		return "", fmt.Errorf("send the agent: %w", err)
	}
	streams, err := b.ExecAttach(ctx, made.ID, client.ExecAttachOptions{})
	if err != nil {
		return "", fmt.Errorf("send the agent: %w", err)
	}
	defer streams.Close()
	left := context.AfterFunc(ctx, streams.Close)
	defer left()
	var out, errs bytes.Buffer
	if _, err := stdcopy.StdCopy(&out, &errs, streams.Reader); err != nil {
		return "", fmt.Errorf("listen to the agent: %w", err)
	}
	state, err := b.ExecInspect(ctx, made.ID, client.ExecInspectOptions{})
	if err != nil {
		return "", fmt.Errorf("ask after the agent: %w", err)
	}
	if state.ExitCode != 0 {
		return "", &system.Unable{What: fmt.Sprintf("%s cannot be done in this container: %s", args[0], strings.TrimSpace(errs.String()))}
	}
	return out.String(), nil
}

// Prepare puts the agent into the container if the act needs it.
func (b *box) Prepare(ctx context.Context, a fault.Act) error {
	inHosts := a.Do == system.LoseName && b.names.server == ""
	if !inHosts && !slices.Contains([]string{fault.OutOfMemory, "disk", "descriptors"}, a.Do) {
		return nil
	}
	return b.equip(ctx)
}

// equip puts the agent into the container, once.
func (b *box) equip(ctx context.Context) error {
	b.equipping.Lock()
	defer b.equipping.Unlock()
	if b.equipped {
		return nil
	}
	program, call, err := b.agent(ctx)
	if err != nil {
		return fmt.Errorf("make the agent: %w", err)
	}
	if err := b.copy(ctx, map[string]file{agentPath: {string(program), 0o755}}); err != nil {
		return err
	}
	b.equipped, b.call = true, call
	return nil
}

// agent gives the program and how it is called: what the Go toolchain makes of cmd/agent, once a run, as that is small; without
// a toolchain failwell itself, where it can run alone in a container. That one is too large to begin in a container that has
// next to no memory left, so that an act that needs this does not strike, and says so.
func (e *engine) agent(ctx context.Context) (program []byte, call []string, err error) {
	if program, err = e.builtAgent(ctx); err == nil {
		return program, []string{agentPath}, nil
	}
	if !e.isOwn() {
		return nil, nil, e.nobody("this cannot be done inside a container", err)
	}
	program, err = os.ReadFile(e.own)
	return program, []string{agentPath, "agent"}, err
}

func (e *engine) builtAgent(ctx context.Context) ([]byte, error) {
	dir, err := ownNotes()
	if err != nil {
		return nil, err
	}
	p := ourProgram("agent")
	place, key, err := e.place(p, system.Setup{Dir: dir})
	if err != nil {
		return nil, err
	}
	unlock, err := lock(ctx, "build-"+key)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if program, err := os.ReadFile(filepath.Join(place, "agent")); err == nil {
		return program, nil
	}
	program, err := e.compiled(ctx, p, place, nil)
	if err != nil {
		return nil, err
	}
	return program, os.WriteFile(filepath.Join(place, "agent"), program, 0o600)
}

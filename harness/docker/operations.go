package docker

import (
	"context"
	"sync/atomic"

	"github.com/moby/moby/client"
)

// counting is a client of an engine that counts what it does to containers and networks: makes, starts, stops, changes,
// enters, fills and removes. Looking at them does not count. A test holds that every method of the client is one or the other.
type counting struct {
	client.APIClient
	done *atomic.Int64
}

// Operations is how often this handle of the engine did something to a container or a network.
func (e *engine) Operations() int { return int(e.done.Load()) }

func (c counting) ContainerCreate(ctx context.Context, o client.ContainerCreateOptions) (client.ContainerCreateResult, error) {
	c.done.Add(1)
	return c.APIClient.ContainerCreate(ctx, o)
}

func (c counting) ContainerStart(ctx context.Context, id string, o client.ContainerStartOptions) (client.ContainerStartResult, error) {
	c.done.Add(1)
	return c.APIClient.ContainerStart(ctx, id, o)
}

func (c counting) ContainerStop(ctx context.Context, id string, o client.ContainerStopOptions) (client.ContainerStopResult, error) {
	c.done.Add(1)
	return c.APIClient.ContainerStop(ctx, id, o)
}

func (c counting) ContainerRestart(ctx context.Context, id string, o client.ContainerRestartOptions) (client.ContainerRestartResult, error) {
	c.done.Add(1)
	return c.APIClient.ContainerRestart(ctx, id, o)
}

func (c counting) ContainerKill(ctx context.Context, id string, o client.ContainerKillOptions) (client.ContainerKillResult, error) {
	c.done.Add(1)
	return c.APIClient.ContainerKill(ctx, id, o)
}

func (c counting) ContainerPause(ctx context.Context, id string, o client.ContainerPauseOptions) (client.ContainerPauseResult, error) {
	c.done.Add(1)
	return c.APIClient.ContainerPause(ctx, id, o)
}

func (c counting) ContainerUnpause(ctx context.Context, id string, o client.ContainerUnpauseOptions) (client.ContainerUnpauseResult, error) {
	c.done.Add(1)
	return c.APIClient.ContainerUnpause(ctx, id, o)
}

func (c counting) ContainerUpdate(ctx context.Context, id string, o client.ContainerUpdateOptions) (client.ContainerUpdateResult, error) {
	c.done.Add(1)
	return c.APIClient.ContainerUpdate(ctx, id, o)
}

func (c counting) ContainerRename(ctx context.Context, id string, o client.ContainerRenameOptions) (client.ContainerRenameResult, error) {
	c.done.Add(1)
	return c.APIClient.ContainerRename(ctx, id, o)
}

func (c counting) ContainerRemove(ctx context.Context, id string, o client.ContainerRemoveOptions) (client.ContainerRemoveResult, error) {
	c.done.Add(1)
	return c.APIClient.ContainerRemove(ctx, id, o)
}

func (c counting) CopyToContainer(ctx context.Context, id string, o client.CopyToContainerOptions) (client.CopyToContainerResult, error) {
	c.done.Add(1)
	return c.APIClient.CopyToContainer(ctx, id, o)
}

func (c counting) ExecStart(ctx context.Context, id string, o client.ExecStartOptions) (client.ExecStartResult, error) {
	c.done.Add(1)
	return c.APIClient.ExecStart(ctx, id, o)
}

func (c counting) ExecAttach(ctx context.Context, id string, o client.ExecAttachOptions) (client.ExecAttachResult, error) {
	c.done.Add(1)
	return c.APIClient.ExecAttach(ctx, id, o)
}

func (c counting) NetworkCreate(ctx context.Context, name string, o client.NetworkCreateOptions) (client.NetworkCreateResult, error) {
	c.done.Add(1)
	return c.APIClient.NetworkCreate(ctx, name, o)
}

func (c counting) NetworkRemove(ctx context.Context, id string, o client.NetworkRemoveOptions) (client.NetworkRemoveResult, error) {
	c.done.Add(1)
	return c.APIClient.NetworkRemove(ctx, id, o)
}

func (c counting) NetworkConnect(ctx context.Context, id string, o client.NetworkConnectOptions) (client.NetworkConnectResult, error) {
	c.done.Add(1)
	return c.APIClient.NetworkConnect(ctx, id, o)
}

func (c counting) NetworkDisconnect(ctx context.Context, id string, o client.NetworkDisconnectOptions) (client.NetworkDisconnectResult, error) {
	c.done.Add(1)
	return c.APIClient.NetworkDisconnect(ctx, id, o)
}

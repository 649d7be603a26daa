package docker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/docker/go-units"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"

	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/system"
)

// act does something to a container:
//
//	pause          it stands still: a silent peer                   undone by going on
//	kill, term     it ends, or is asked to                          whose it is brings it back
//	restart        it ends by its stop signal and starts again      nothing to undo
//	out-of-memory  the kernel kills it for want of memory           whose it is brings it back
//	cpu            it gets `cpus` of a processor (0.05)             undone by all of them
//	memory         it gets `limit` (16m)                            undone by all of it
//	disconnect     it leaves the data network                       undone by its return
//	disk           its sized tmpfs, or the one at `path`, are full  undone by room
//	descriptors    it may open `spare` (2) more files               undone by the limit it had
//	lose-name      `name` does not resolve                          undone by its return
func (b *box) act(ctx context.Context, a fault.Act) (undo func(context.Context) error, err error) {
	if err := b.Able(a); err != nil {
		return nil, err
	}
	if b.isOver() {
		return nil, &system.Unable{What: fmt.Sprintf("%s %s: it has ended already", a.Do, a.On)}
	}
	if undo, err = b.repertoire()[a.Do](ctx, a); err != nil {
		return undo, fmt.Errorf("%s %s: %w", a.Do, a.On, err)
	}
	return undo, nil
}

type doing func(context.Context, fault.Act) (undo func(context.Context) error, err error)

func (b *box) repertoire() map[string]doing {
	return map[string]doing{
		"pause": b.pause, fault.Kill: b.signal, fault.Term: b.signal, fault.Restart: b.restart, fault.OutOfMemory: b.exhaust, "cpu": b.starve,
		"memory": b.squeeze, fault.Disconnect: b.disconnect, "disk": b.fill, "descriptors": b.descriptors, system.LoseName: b.loseName,
	}
}

// Able says why something cannot be done to the container.
func (b *box) Able(a fault.Act) error {
	unable := func(why string) error {
		return &system.Unable{What: fmt.Sprintf("%s %s: %s", a.Do, a.On, why), NotApplicable: true}
	}
	known := b.repertoire()
	switch {
	case known[a.Do] == nil:
		return unable("a container can " + strings.Join(slices.Sorted(maps.Keys(known)), ", "))
	case a.Do == "disk" && len(b.disks(a)) == 0:
		return unable("the container has no tmpfs of at most 1 GiB that could be filled; give it one, such as tmpfs: {/tmp: 16m}")
	case a.Do == system.LoseName && b.readOnly && b.names.server == "":
		return unable("the hosts file of a container with a read-only file system is read-only too")
	}
	return nil
}

func nothing(context.Context) error { return nil }

func (b *box) isOver() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.over
}

func (b *box) pause(ctx context.Context, _ fault.Act) (func(context.Context) error, error) {
	b.mu.Lock()
	b.paused = true
	b.mu.Unlock()
	if _, err := b.ContainerPause(ctx, b.id, client.ContainerPauseOptions{}); err != nil {
		return nil, err
	}
	return b.resume, nil
}

// resume lets a paused container go on; one that is not paused, or gone, is left alone.
func (b *box) resume(ctx context.Context) error {
	b.mu.Lock()
	was := b.paused && !b.over
	b.paused = false
	b.mu.Unlock()
	if !was {
		return nil
	}
	_, err := b.ContainerUnpause(ctx, b.id, client.ContainerUnpauseOptions{})
	return err
}

// signal kills the container and waits for its end, or asks it to end and does not wait.
func (b *box) signal(ctx context.Context, a fault.Act) (func(context.Context) error, error) {
	name := map[string]string{fault.Kill: "KILL", fault.Term: cmp.Or(b.stopSignal, "TERM")}[a.Do]
	if _, err := b.ContainerKill(ctx, b.id, client.ContainerKillOptions{Signal: name}); err != nil {
		return nil, err
	}
	if a.Do == fault.Term {
		return nothing, nil
	}
	select {
	case <-b.done:
		return nothing, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// restart ends the container by its stop signal and starts it again.
func (b *box) restart(ctx context.Context, _ fault.Act) (func(context.Context) error, error) {
	seconds := int(math.Ceil(max(b.within, 5*time.Second).Seconds()))
	err := b.fell(ctx, func() error {
		_, err := b.ContainerStop(ctx, b.id, client.ContainerStopOptions{Timeout: &seconds})
		return err
	})
	if err != nil {
		return nil, err
	}
	return nothing, b.again(ctx)
}

// fell brings the container to an end that is not for good, and waits for it.
func (b *box) fell(ctx context.Context, by func() error) error {
	ended := make(chan struct{})
	b.mu.Lock()
	b.pending = ended
	b.mu.Unlock()
	if err := by(); err != nil {
		b.mu.Lock()
		b.pending = nil
		b.mu.Unlock()
		return err
	}
	select {
	case <-ended:
		return nil
	case <-b.done:
		return &system.Unable{What: "it had ended by itself"}
	case <-ctx.Done():
		return ctx.Err()
	}
}

// again starts a container that has ended. Its lines go on.
func (b *box) again(ctx context.Context) error {
	return b.begin(ctx, func(ctx context.Context) error {
		_, err := b.ContainerStart(ctx, b.id, client.ContainerStartOptions{})
		return err
	})
}

// starve leaves the container little of a processor. An engine takes 0 for "as it was", so all of it is given back by number.
func (b *box) starve(ctx context.Context, a fault.Act) (func(context.Context) error, error) {
	share := 0.05
	if text, ok := a.Args["cpus"]; ok {
		var err error
		if share, err = strconv.ParseFloat(text, 64); err != nil || share < 0.01 {
			return nil, fmt.Errorf("want cpus of at least 0.01, not %q", text)
		}
	}
	before := b.limits.cpus
	if before == 0 {
		before = float64(b.cpus)
	}
	set := func(ctx context.Context, cpus float64) error {
		_, err := b.ContainerUpdate(ctx, b.id, client.ContainerUpdateOptions{Resources: &container.Resources{NanoCPUs: int64(cpus * 1e9)}})
		return err
	}
	was, err := b.stats(ctx)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		is, err := b.stats(ctx)
		if err := errors.Join(err, set(ctx, before)); err != nil {
			return b.unless(err)
		}
		times := is.CPUStats.ThrottlingData.ThrottledPeriods - was.CPUStats.ThrottlingData.ThrottledPeriods
		return &system.Word{Felt: times > 0, What: fmt.Sprintf("the kernel kept it waiting %d times", times)}
	}, set(ctx, share)
}

func (b *box) squeeze(ctx context.Context, a fault.Act) (func(context.Context) error, error) {
	limit := int64(16 << 20)
	if text, ok := a.Args["limit"]; ok {
		var err error
		if limit, err = units.RAMInBytes(text); err != nil {
			return nil, fmt.Errorf("want a limit such as 16m, not %q", text)
		}
	}
	before := int64(b.limits.memory)
	if before == 0 {
		before = b.memory
	}
	set := func(ctx context.Context, bytes int64) error {
		_, err := b.ContainerUpdate(ctx, b.id, client.ContainerUpdateOptions{Resources: &container.Resources{Memory: bytes, MemorySwap: bytes}})
		return err
	}
	return func(ctx context.Context) error { return b.unless(set(ctx, before)) }, set(ctx, limit)
}

// unless forgives what cannot be undone because the container has ended. The engine may refuse before it tells of the end.
func (b *box) unless(err error) error {
	if err == nil {
		return nil
	}
	patience := time.NewTimer(3 * lastWords) // an end is told of when the last lines have come, or lastWords later
	defer patience.Stop()
	select {
	case <-b.done:
		return nil
	case <-patience.C:
		return err
	}
}

func (b *box) disconnect(ctx context.Context, _ fault.Act) (func(context.Context) error, error) {
	if len(b.networks) < 2 {
		return nil, &system.Unable{What: "it has no network of its own data", NotApplicable: true}
	}
	for _, n := range b.networks[1:] {
		if _, err := b.NetworkDisconnect(ctx, n, client.NetworkDisconnectOptions{Container: b.id, Force: true}); err != nil {
			return nil, err
		}
	}
	return func(ctx context.Context) error {
		for _, n := range b.networks[1:] {
			_, err := b.NetworkConnect(ctx, n, client.NetworkConnectOptions{Container: b.id, EndpointConfig: &network.EndpointSettings{Aliases: b.aliases}})
			if err := b.unless(err); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

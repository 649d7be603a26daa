package docker

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/system"
)

// What a container can run out of, carried out by the agent inside it.

// largest is the size of the largest disk that is filled: it is memory.
const largest = 1 << 30

// disks are the file systems that an act may fill, sorted.
func (b *box) disks(a fault.Act) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(b.limits.tmpfs)), func(at string) bool {
		size := b.limits.tmpfs[at]
		return size <= 0 || size > largest || a.Args["path"] != "" && a.Args["path"] != at
	})
}

// fill leaves no room on the disks.
func (b *box) fill(ctx context.Context, a fault.Act) (func(context.Context) error, error) {
	var filled []string
	free := func(ctx context.Context) error {
		for _, at := range filled {
			if _, err := b.order(ctx, "0", "free", at); b.unless(err) != nil {
				return err
			}
		}
		return nil
	}
	for _, at := range b.disks(a) {
		if _, err := b.order(ctx, "0", "fill", at); err != nil {
			return nil, errors.Join(err, free(context.WithoutCancel(ctx)))
		}
		filled = append(filled, at)
	}
	return free, nil
}

// descriptors is carried out as the container's own user, who may limit its processes without any privilege.
func (b *box) descriptors(ctx context.Context, a fault.Act) (func(context.Context) error, error) {
	was, err := b.order(ctx, "", "files", cmp.Or(a.Args["spare"], "2"))
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		_, err := b.order(ctx, "", "allow", strings.TrimSpace(was))
		return b.unless(err)
	}, nil
}

// margin is the memory that is left to a container which is to run out of it: enough for the agent to begin.
const margin = 8 << 20

// exhaust bounds the memory of the container at little more than it has, and lets the agent take that until the kernel kills
// the system. A limit below what is in use would do by itself with cgroup v2; with v1 the kernel refuses it.
func (b *box) exhaust(ctx context.Context, a fault.Act) (func(context.Context) error, error) {
	stats, err := b.stats(ctx)
	if err != nil {
		return nil, err
	}
	limit := max(int64(stats.MemoryStats.Usage)+margin, 16<<20)
	for said := error(nil); !b.isOver(); limit += margin {
		if limit > int64(stats.MemoryStats.Usage)+4*margin {
			return nil, &system.Unable{What: fmt.Sprintf("the kernel did not kill the container for want of memory: %v", said)}
		}
		if _, err := b.ContainerUpdate(ctx, b.id, client.ContainerUpdateOptions{Resources: &container.Resources{Memory: limit, MemorySwap: limit}}); err != nil {
			return nil, b.unless(err)
		}
		_, said = b.order(ctx, "", "hog") // it is killed with the system; alone, when there was no room for it to begin
		if err := b.ends(ctx); err != nil {
			return nil, err
		}
	}
	if exit, _ := b.Exited(); !exit.OOM {
		return nothing, &system.Word{What: fmt.Sprintf("%s: it ended, but not for want of memory: %+v", a.On, exit)}
	}
	return nothing, &system.Word{Felt: true, What: "the kernel killed it for want of memory"}
}

// ends waits for a moment for the container to end.
func (b *box) ends(ctx context.Context) error {
	patience := time.NewTimer(3 * lastWords)
	defer patience.Stop()
	select {
	case <-b.done:
	case <-patience.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// stats is what the container uses now.
func (b *box) stats(ctx context.Context) (container.StatsResponse, error) {
	var stats container.StatsResponse
	r, err := b.ContainerStats(ctx, b.id, client.ContainerStatsOptions{})
	if err != nil {
		return stats, fmt.Errorf("ask what the container uses: %w", err)
	}
	defer func() { _ = r.Body.Close() }()
	if err := json.NewDecoder(r.Body).Decode(&stats); err != nil {
		return stats, fmt.Errorf("ask what the container uses: %w", err)
	}
	return stats, nil
}

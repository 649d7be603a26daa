package docker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/image"
	"github.com/moby/moby/client"
)

// Count is how much of failwell's there is in an engine.
type Count struct{ Containers, Networks, Volumes, Images int }

// String is as in "2 containers, 1 network, 0 volumes, 5 images".
func (c Count) String() string {
	many := func(n int, what string) string {
		if n != 1 {
			what += "s"
		}
		return fmt.Sprintf("%d %s", n, what)
	}
	return many(c.Containers, "container") + ", " + many(c.Networks, "network") + ", " + many(c.Volumes, "volume") + ", " + many(c.Images, "image")
}

// Present counts everything of failwell's: of the process with this number, or of all for 0. Images are a cache and nobody's.
func Present(ctx context.Context, pid int) (Count, error) {
	e, err := open(ctx)
	if err != nil {
		return Count{}, err
	}
	all, err := e.ours(ctx)
	if err != nil {
		return Count{}, err
	}
	for sort := range all {
		all[sort] = slices.DeleteFunc(all[sort], func(t thing) bool { return pid != 0 && t.owner.pid != pid })
	}
	images, err := e.images(ctx)
	return Count{len(all[sortContainer]), len(all[sortNetwork]), len(all[sortVolume]), len(images)}, err
}

// Clean removes the containers, networks and volumes of every failwell that has died without doing so, and says how many.
func Clean(ctx context.Context) (Count, error) {
	e, err := open(ctx)
	if err != nil {
		return Count{}, err
	}
	all, err := e.ours(ctx)
	if err != nil {
		return Count{}, err
	}
	var gone [sorts]int
	problems := []error{forget()}
	for sort, things := range all { // containers first: they hold the rest
		for _, one := range things {
			if !one.owner.isDead(e.isLocal()) {
				continue
			}
			if err := e.remove(ctx, sort, one.id); err != nil {
				problems = append(problems, err)
				continue
			}
			gone[sort]++
		}
	}
	return Count{Containers: gone[sortContainer], Networks: gone[sortNetwork], Volumes: gone[sortVolume]}, errors.Join(problems...)
}

// CleanImages removes the images that failwell has built, but for those in use.
func CleanImages(ctx context.Context) (int, error) {
	e, err := open(ctx)
	if err != nil {
		return 0, err
	}
	return e.prune(ctx, 0)
}

// The sorts of things that an owner has.
const (
	sortContainer = iota
	sortNetwork
	sortVolume
	sorts
)

type thing struct {
	id    string
	owner owner
}

// ours lists what has an owner, by sort.
func (e *engine) ours(ctx context.Context) ([sorts][]thing, error) {
	var all [sorts][]thing
	add := func(sort int, id string, labels map[string]string) {
		if o, ok := ownerOf(labels); ok {
			all[sort] = append(all[sort], thing{id, o})
		}
	}
	only := make(client.Filters).Add("label", labelRun)
	containers, err := e.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: only})
	if err != nil {
		return all, fmt.Errorf("list containers: %w", err)
	}
	for _, c := range containers.Items {
		add(sortContainer, c.ID, c.Labels)
	}
	networks, err := e.NetworkList(ctx, client.NetworkListOptions{Filters: only})
	if err != nil {
		return all, fmt.Errorf("list networks: %w", err)
	}
	for _, n := range networks.Items {
		add(sortNetwork, n.ID, n.Labels)
	}
	volumes, err := e.VolumeList(ctx, client.VolumeListOptions{Filters: only})
	if err != nil {
		return all, fmt.Errorf("list volumes: %w", err)
	}
	for _, v := range volumes.Items {
		add(sortVolume, v.Name, v.Labels)
	}
	return all, nil
}

// remove removes one thing by force; one that is gone already is as good.
func (e *engine) remove(ctx context.Context, sort int, id string) error {
	var err error
	switch sort {
	case sortContainer:
		_, err = e.ContainerRemove(ctx, id, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
	case sortNetwork:
		_, err = e.NetworkRemove(ctx, id, client.NetworkRemoveOptions{})
	case sortVolume:
		_, err = e.VolumeRemove(ctx, id, client.VolumeRemoveOptions{Force: true})
	}
	if errdefs.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("remove %s %.12s: %w", [sorts]string{"container", "network", "volume"}[sort], id, err)
	}
	return nil
}

// images lists the images that failwell has made, the newest first.
func (e *engine) images(ctx context.Context) ([]image.Summary, error) {
	list, err := e.ImageList(ctx, client.ImageListOptions{Filters: make(client.Filters).Add("label", labelImage)})
	if err != nil {
		return nil, fmt.Errorf("list images: %w", err)
	}
	slices.SortFunc(list.Items, func(a, b image.Summary) int { return cmp.Compare(b.Created, a.Created) })
	return list.Items, nil
}

// prune removes all but the newest images that failwell has made, and those of the last minute, which somebody may be about to
// use. One that a container uses stays.
func (e *engine) prune(ctx context.Context, keep int) (int, error) {
	all, err := e.images(ctx)
	if err != nil {
		return 0, err
	}
	gone := 0
	for _, i := range all[min(keep, len(all)):] {
		if keep > 0 && time.Since(time.Unix(i.Created, 0)) < time.Minute {
			continue
		}
		_, err := e.ImageRemove(ctx, i.ID, client.ImageRemoveOptions{Force: false, PruneChildren: true})
		if err == nil {
			gone++
		}
	}
	return gone, nil
}

package docker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/containerd/errdefs"
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
	images, err := e.images(ctx, shelf{})
	return Count{len(all[sortContainer]), len(all[sortNetwork]), len(all[sortVolume]), len(images)}, err
}

// Clean removes the containers, networks and volumes of every failwell that has died without doing so, and says how many.
func Clean(ctx context.Context) (Count, error) {
	e, err := open(ctx)
	if err != nil {
		return Count{}, err
	}
	gone, err := e.clean(ctx, func(o owner) bool { return o.isDead(e.isLocal()) })
	return gone, errors.Join(err, forget())
}

// Leave removes what this process itself may have left in an engine, for instance since it was interrupted while something
// was being made. A process that never had anything there does not look for an engine.
func Leave(ctx context.Context) error {
	o, err := self()
	if err != nil || !o.noted() {
		return err
	}
	e, err := open(ctx)
	if err != nil {
		return err
	}
	_, err = e.clean(ctx, func(other owner) bool { return other == o })
	return errors.Join(err, o.forget())
}

// clean removes what belongs to certain owners. Containers come first: they hold the rest.
func (e *engine) clean(ctx context.Context, whose func(owner) bool) (Count, error) {
	all, err := e.ours(ctx)
	if err != nil {
		return Count{}, err
	}
	var gone [sorts]int
	var problems []error
	for sort, things := range all {
		for _, one := range things {
			if !whose(one.owner) {
				continue
			}
			if err := e.drop(ctx, sort, one.id); err != nil {
				problems = append(problems, err)
				continue
			}
			gone[sort]++
		}
	}
	return Count{Containers: gone[sortContainer], Networks: gone[sortNetwork], Volumes: gone[sortVolume]}, errors.Join(problems...)
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
	if errdefs.IsNotFound(err) || errdefs.IsConflict(err) && strings.Contains(err.Error(), "already in progress") {
		return nil // somebody else has removed it, or does
	}
	if err != nil {
		return fmt.Errorf("remove %s %.12s: %w", [sorts]string{"container", "network", "volume"}[sort], id, err)
	}
	return nil
}

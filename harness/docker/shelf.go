package docker

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/moby/moby/api/types/image"
	"github.com/moby/moby/client"
)

// shelf says how many of the images that failwell makes are kept for later runs. They are a cache: named by their content,
// labelled, and nobody's.
type shelf struct {
	name  string        // only images with this name are on it; empty: all that failwell makes
	keep  int           // how many, the newest
	fresh time.Duration // images of this age stay anyway: somebody may be about to use them
}

// building is how old an image without a tag must be to be a remainder: a younger one may just be on its way to its tag.
const building = 10 * time.Second

// cache is the shelf of every run.
func cache() shelf { return shelf{keep: 5, fresh: time.Minute} }

// CleanImages removes the images that failwell has built, but for those in use.
func CleanImages(ctx context.Context) (int, error) {
	e, err := open(ctx)
	if err != nil {
		return 0, err
	}
	return e.prune(ctx, shelf{})
}

// images lists what is on the shelf, the newest first. What a build that was killed has left is there without a tag.
func (e *engine) images(ctx context.Context, s shelf) ([]image.Summary, error) {
	label := labelImage
	if s.name != "" {
		label += "=" + s.name
	}
	list, err := e.ImageList(ctx, client.ImageListOptions{Filters: make(client.Filters).Add("label", label)})
	if err != nil {
		return nil, fmt.Errorf("list images: %w", err)
	}
	slices.SortStableFunc(list.Items, func(a, b image.Summary) int { return cmp.Compare(b.Created, a.Created) })
	return list.Items, nil
}

// prune removes what the shelf does not keep. An image that a container uses stays.
func (e *engine) prune(ctx context.Context, s shelf) (int, error) {
	all, err := e.images(ctx, s)
	if err != nil {
		return 0, err
	}
	gone, left := 0, s.keep
	for _, i := range all {
		tagged := len(i.RepoTags) > 0
		if tagged && left > 0 {
			left--
			continue
		}
		age := time.Since(time.Unix(i.Created, 0))
		if age < s.fresh || !tagged && age < building {
			continue
		}
		if _, err := e.ImageRemove(ctx, i.ID, client.ImageRemoveOptions{PruneChildren: true}); err == nil {
			gone++
		}
	}
	return gone, nil
}

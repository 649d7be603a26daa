package docker

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"github.com/failwell/failwell/harness/system"
)

// image gives the name of the image that a container is made of; it is here when there is no error.
func (c Container) image(ctx context.Context, e *engine, s system.Setup) (string, error) {
	switch {
	case c.program != nil:
		return e.packed(ctx, *c.program, s)
	case c.Build != nil && c.Image != "":
		return "", errors.New("a container has an image or a build, not both")
	case c.Build != nil:
		return e.built(ctx, *c.Build)
	case c.Image == "":
		return "", errors.New("a container needs an image, or a build")
	}
	return c.Image, e.have(ctx, c.Image, c.Pull)
}

// have makes sure that an image is here. It is pulled only if that was allowed.
func (e *engine) have(ctx context.Context, name, pull string) error {
	_, err := e.ImageInspect(ctx, name)
	if !errdefs.IsNotFound(err) {
		return err
	}
	if pull != "missing" {
		return &system.Unable{What: fmt.Sprintf("the image %s is not here: docker pull %s, or allow failwell to do so by --pull missing", name, name)}
	}
	answer, err := e.ImagePull(ctx, name, client.ImagePullOptions{})
	if err == nil {
		err = answer.Wait(ctx)
	}
	if err != nil {
		why, _, _ := strings.Cut(err.Error(), "\n")
		return &system.Unable{What: fmt.Sprintf("the image %s is not here and cannot be pulled: %s", name, why)}
	}
	return nil
}

// built makes an image from a Dockerfile, unless it is here for just this context.
func (e *engine) built(ctx context.Context, b Build) (string, error) {
	if b.Context == "" {
		b.Context = "."
	}
	if b.Dockerfile == "" {
		b.Dockerfile = "Dockerfile"
	}
	if _, err := os.Stat(filepath.Join(b.Context, b.Dockerfile)); err != nil {
		return "", fmt.Errorf("build image: %w", err)
	}
	sum, err := b.sum()
	if err != nil {
		return "", fmt.Errorf("build image: %w", err)
	}
	args := map[string]*string{}
	for name, value := range b.Args {
		args[name] = &value
	}
	return e.make(ctx, cache(), "failwell/build", sum, testcontainers.FromDockerfile{
		Context: b.Context, Dockerfile: b.Dockerfile, BuildArgs: args,
		BuildOptionsModifier: func(o *client.ImageBuildOptions) { o.Target = b.Target },
	})
}

// sum tells contexts apart by what changes when a file does.
func (b Build) sum() (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, b.Dockerfile, b.Target, b.Args)
	err := filepath.WalkDir(b.Context, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == ".git" {
			return filepath.SkipDir
		}
		info, err := d.Info()
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(b.Context, path)
		fmt.Fprintln(h, rel, info.Mode(), info.Size(), info.ModTime().UnixNano())
		return nil
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

// make builds an image of this content, unless it is here. Labs that need it at the same time wait for the one that builds.
func (e *engine) make(ctx context.Context, on shelf, repo, sum string, from testcontainers.FromDockerfile) (string, error) {
	tag := repo + ":" + sum[:12]
	unlock, err := lock(ctx, strings.NewReplacer("/", "-", ":", "-").Replace(tag))
	if err != nil {
		return "", fmt.Errorf("build image: %w", err)
	}
	defer unlock()
	if err := e.have(ctx, tag, ""); err == nil {
		return tag, nil
	}
	var said tail
	own := from.BuildOptionsModifier
	from.Repo, from.Tag, from.KeepImage, from.BuildLogWriter = repo, sum[:12], true, &said
	from.BuildOptionsModifier = func(o *client.ImageBuildOptions) {
		o.Labels = map[string]string{labelImage: cmp.Or(on.name, repo)}
		o.Remove, o.ForceRemove = true, true
		if own != nil {
			own(o)
		}
	}
	if _, err := e.provider.BuildImage(ctx, &testcontainers.ContainerRequest{FromDockerfile: from}); err != nil {
		return "", fmt.Errorf("build image: %w\n%s", err, said.kept)
	}
	_, err = e.prune(ctx, on)
	return tag, err
}

// tail keeps the last 16 KiB that are written to it.
type tail struct{ kept []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	t.kept = t.kept[max(0, len(t.kept)-16<<10):]
	return len(p), nil
}

var _ io.Writer = (*tail)(nil)

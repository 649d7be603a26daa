package docker

import (
	"fmt"
	"maps"
	"path/filepath"
	"strings"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/control"
	"github.com/failwell/failwell/harness/catalog"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/system"
)

// Kinds are the ways to bring up a system that need an engine, for a catalog.
func Kinds() map[string]catalog.SystemKind {
	return map[string]catalog.SystemKind{"container": inContainer}
}

// inContainer decodes a container. Its paths start at the directory of the file.
func inContainer(params *decode.Node, dir string) (system.System, error) {
	var c Container
	if err := params.Into(&c); err != nil {
		return c, err
	}
	return c.below(dir), nil
}

// Anywhere tells that the files of a container may have absolute paths: they are in the container only.
func (c Container) Anywhere() bool { return true }

// below makes the relative paths start at a directory.
func (c Container) below(dir string) Container {
	at := func(path string) string {
		if path == "" || filepath.IsAbs(path) {
			return path
		}
		return filepath.Join(dir, path)
	}
	all := func(paths map[string]string) map[string]string {
		paths = maps.Clone(paths)
		for to, from := range paths {
			paths[to] = at(from)
		}
		return paths
	}
	c.EnvFile, c.Files, c.Mounts = at(c.EnvFile), all(c.Files), all(c.Mounts)
	if c.Build != nil {
		b := *c.Build
		b.Context = filepath.Join(dir, b.Context)
		if filepath.IsAbs(c.Build.Context) {
			b.Context = c.Build.Context
		}
		c.Build = &b
	}
	return c
}

// Fakes gives kinds of dependency whose server can be `{image: NAME}`, and which can run in a container of their own.
func Fakes(all map[string]fakes.Entry) map[string]fakes.Entry {
	out := control.Kinds(all)
	for kind, entry := range out {
		out[kind] = fakes.Entry{Kind: entry.Kind, Make: func(o fakes.Options) (fakes.Dependency, error) {
			image, ok := strings.CutPrefix(o.Server, "image ")
			if !ok {
				return entry.Make(o)
			}
			if o.Stubs != nil {
				return fakes.Dependency{}, fmt.Errorf("stubs are for server: stub; %s answers by itself", image)
			}
			made := map[string]string{}
			if mint := o.Mint; mint != nil {
				o.Mint = func(where string, secret bool) string {
					made[where] = mint(where, secret)
					return made[where]
				}
			}
			o.Server = "stub"
			d, err := entry.Make(o)
			if err != nil {
				return d, err
			}
			if entry.Kind.Name != "postgres" {
				return d, fmt.Errorf("%s: no server for %s is known to run from an image", o.Name, kind)
			}
			d.Server = Postgres{Image: image, User: made["user"], Password: made["password"], Database: made["database"]}
			return d, nil
		}}
	}
	return out
}

// on puts the container on a ground; what the container itself is allowed stays so.
func (c Container) on(ground Ground) Container {
	c.Ways = ground
	c.Ways.Outside = ground.Outside || c.Outside
	return c
}

// On gives the same system with its containers on a ground, and tells whether it has any.
func On(s system.System, ground Ground) (system.System, bool) {
	switch s := s.(type) {
	case Container:
		return s.on(ground), true
	case system.Group:
		group, contained := system.Group{Entry: s.Entry}, false
		for _, p := range s.Parts {
			placed, is := On(p.System, ground)
			group.Parts, contained = append(group.Parts, system.Part{Name: p.Name, System: placed}), contained || is
		}
		return group, contained
	}
	return s, false
}

// Hosted gives the same system in containers: processes as FromProcess has them, and containers as they are. What runs
// elsewhere, or inside this program, gives an *Unable.
func Hosted(s system.System, on Ground) (system.System, error) {
	switch s := s.(type) {
	case Container:
		return s.on(on), nil
	case system.Process:
		c, err := FromProcess(s)
		c.Ways = on
		return c, err
	case system.Group:
		group := system.Group{Entry: s.Entry}
		for _, p := range s.Parts {
			hosted, err := Hosted(p.System, on)
			if err != nil {
				return nil, fmt.Errorf("part %s: %w", p.Name, err)
			}
			group.Parts = append(group.Parts, system.Part{Name: p.Name, System: hosted})
		}
		return group, nil
	}
	return nil, &system.Unable{What: "this system runs elsewhere and cannot be put into a container"}
}

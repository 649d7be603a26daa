package docker

import (
	"fmt"
	"maps"
	"net"
	"path/filepath"
	"strconv"

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
		out[kind] = fakes.Entry{Kind: entry.Kind, Sketch: entry.Sketch, Make: func(o fakes.Options) (fakes.Dependency, error) {
			switch {
			case o.Image == nil:
				return entry.Make(o)
			case o.Stubs != nil:
				return fakes.Dependency{}, fmt.Errorf("stubs are for server: stub; %s answers by itself", o.Image.Name)
			case entry.Kind.Name == "postgres":
				return postgresImage(entry, o)
			}
			return anyServer(entry, o)
		}}
	}
	return out
}

// postgresImage puts the gate before a server of the image postgres:17, or one like it.
func postgresImage(entry fakes.Entry, o fakes.Options) (fakes.Dependency, error) {
	image := *o.Image
	if image.Port != 0 || image.Env != nil || image.Cmd != nil {
		return fakes.Dependency{}, fmt.Errorf("%s: how an image of PostgreSQL is started is known; say its name alone", o.Name)
	}
	made := map[string]string{}
	if mint := o.Mint; mint != nil {
		o.Mint = func(where string, secret bool) string {
			made[where] = mint(where, secret)
			return made[where]
		}
	}
	o.Server, o.Image = "stub", nil
	d, err := entry.Make(o)
	if err != nil {
		return d, err
	}
	d.Server = Postgres{Image: image.Name, User: made["user"], Password: made["password"], Database: made["database"]}
	return d, nil
}

// anyServer puts the gate before whatever listens at a port in a container: the gate is that of a given address, which is known
// when the server runs.
func anyServer(entry fakes.Entry, o fakes.Options) (fakes.Dependency, error) {
	image := *o.Image
	if image.Port == 0 {
		return fakes.Dependency{}, fmt.Errorf("%s: say where %s listens in its container: server: {image: %s, port: NUMBER}", o.Name, image.Name, image.Name)
	}
	o.Server, o.Image = "", nil
	o.Address = net.JoinHostPort("127.0.0.1", strconv.Itoa(image.Port))
	d, err := entry.Make(o)
	if err != nil {
		return d, err
	}
	d.Server = Server{Image: image.Name, Port: image.Port, Env: image.Env, Cmd: image.Cmd}
	return d, nil
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
		return acquainted(group), contained
	}
	return s, false
}

// acquainted lets the containers of a new group know each other.
func acquainted(g system.Group) system.Group {
	all := map[string]Container{}
	for _, p := range g.Parts {
		if c, ok := p.System.(Container); ok {
			all[p.Name] = c
		}
	}
	for i, p := range g.Parts {
		if c, ok := p.System.(Container); ok {
			c.beside = all
			g.Parts[i].System = c
		}
	}
	return g
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
		return acquainted(group), nil
	}
	return nil, &system.Unable{What: "this system runs elsewhere and cannot be put into a container"}
}

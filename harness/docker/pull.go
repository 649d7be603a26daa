package docker

import (
	"maps"
	"slices"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/system"
)

// pulling is a server in a container that can be told whether its image may be pulled.
type pulling interface {
	pull(policy string) fakes.Server
}

func (s Server) pull(policy string) fakes.Server   { s.Pull = policy; return s }
func (p Postgres) pull(policy string) fakes.Server { p.Pull = policy; return p }

// Pulling gives the same lab with another word on images that are not here, for all of its containers: missing, they are
// pulled; never, they are not, whatever the lab says.
func Pulling(cfg lab.Config, policy string) lab.Config {
	cfg.System = pulled(cfg.System, policy)
	cfg.Prepare = slices.Clone(cfg.Prepare)
	for i := range cfg.Prepare {
		cfg.Prepare[i].System = pulled(cfg.Prepare[i].System, policy)
	}
	cfg.Fakes = maps.Clone(cfg.Fakes)
	for name, d := range cfg.Fakes {
		if s, ok := d.Server.(pulling); ok {
			d.Server = s.pull(policy)
			cfg.Fakes[name] = d
		}
	}
	return cfg
}

func pulled(s system.System, policy string) system.System {
	switch s := s.(type) {
	case Container:
		s.Pull = policy
		return s
	case system.Group:
		group := system.Group{Entry: s.Entry}
		for _, p := range s.Parts {
			group.Parts = append(group.Parts, system.Part{Name: p.Name, System: pulled(p.System, policy)})
		}
		return group
	}
	return s
}

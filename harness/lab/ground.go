package lab

import (
	"context"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/system"
)

// A Ground is where a lab's fakes listen and how its system reaches them. This machine's loopback interface is the default;
// containers need another one.
type Ground interface {
	// Open makes the place ready for one lab.
	Open(ctx context.Context) (Site, error)
}

// Site is a ground that is open for one lab.
type Site struct {
	Listen string                      // the IP address that fakes in this program bind to
	Reach  func(name string) string    // the host by which the system reaches a dependency; nil: Listen
	Names  map[string]string           // further names of a launch: what the system's runner has to know of the place
	Rig    Rig                         // where the fakes run; nil: in this program
	Close  func(context.Context) error // called once, after the system and the fakes have ended; nil: nothing to do
	// Operations is how often something was done to a container or a network for the place; nil: there are none.
	Operations func() int
}

// A Rig runs a lab's fakes outside of this program.
type Rig interface {
	fakes.Rig
	// Serve brings up the server of a dependency and puts its fake before it. The address that Addr gives then is the one
	// that the system is to use. The backend may be nil; Backend.Stop ends it.
	Serve(ctx context.Context, name string, d fakes.Dependency) (fakes.Backend, error)
}

// loopback is the ground of systems on this machine.
type loopback struct{}

// Open has nothing to do.
func (loopback) Open(context.Context) (Site, error) { return Site{Listen: "127.0.0.1"}, nil }

// Grounded is a system that asks for a ground of its own: one more of its powers, beside those of package system.
type Grounded interface{ Ground() Ground }

// groundOf is the ground that a system, or one of its parts, asks for.
func groundOf(s system.System) Ground {
	if g, ok := system.As[Grounded](s); ok {
		return g.Ground()
	}
	if group, ok := system.As[system.Group](s); ok {
		for _, p := range group.Parts {
			if g := groundOf(p.System); g != (loopback{}) {
				return g
			}
		}
	}
	return loopback{}
}

// open opens the ground of the lab and puts the rig on it.
func (l *Lab) open(ctx context.Context) error {
	var err error
	if l.site, err = l.Config.Ground.Open(ctx); err != nil {
		return err
	}
	if l.site.Close != nil {
		l.undo = append(l.undo, l.site.Close)
	}
	if l.site.Rig != nil {
		l.Rig = l.site.Rig
	}
	l.undo = append(l.undo, func(context.Context) error { return l.Rig.Close() })
	return nil
}

package labfile

import (
	"fmt"

	"github.com/failwell/failwell/harness/system"
)

// Shared lists in words what all labs of the file have in common, since somebody else runs it: what one of them breaks, writes or
// wears out is there for the others too.
func (f *File) Shared() []string {
	var all []string
	sys, err := f.bringUp()
	if err != nil {
		return nil // a mistake that was told
	}
	for _, p := range partsOf(sys) {
		if u, ok := p.(system.URL); ok {
			all = append(all, fmt.Sprintf("the system at %s", u.Base))
		}
	}
	for _, d := range f.Dependencies {
		switch {
		case d.Server.DSN != "":
			all = append(all, fmt.Sprintf("the server of %s", d.Name))
		case d.Forward != "" && d.part == "":
			all = append(all, fmt.Sprintf("what %s forwards to", d.Name))
		}
	}
	return all
}

// partsOf are the systems that make up one.
func partsOf(s system.System) []system.System {
	g, ok := s.(system.Group)
	if !ok {
		return []system.System{s}
	}
	var all []system.System
	for _, p := range g.Parts {
		all = append(all, p.System)
	}
	return all
}

// prepares tells whether a lab makes the data of a dependency: where somebody else's server is shared, the first one does.
func (d Dependency) prepares(lab int) bool { return lab == 0 || d.Server.DSN == "" }

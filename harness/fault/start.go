package fault

import "slices"

// AtStart is what of an injection is armed before the system is started: the faults of dependencies with `start: true`. Settings are
// edited for a start in any case, and acts need a system that runs.
func (i Injection) AtStart() Injection {
	return Injection{
		Rules: slices.DeleteFunc(slices.Clone(i.Rules), func(r Rule) bool { return !r.Start }),
		Links: slices.DeleteFunc(slices.Clone(i.Links), func(l Link) bool { return !l.Start }),
	}
}

// Starts tells whether the system is to be started under a fault of a dependency.
func (i Injection) Starts() bool { return !i.AtStart().Empty() }

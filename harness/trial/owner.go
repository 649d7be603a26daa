package trial

import (
	"errors"
	"fmt"
	"slices"

	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/system"
)

// isSystem tells whether an act aims at the system, or a part of it, and not at a dependency.
func isSystem(l *lab.Lab, on string) bool {
	_, isDependency := l.Config.Fakes[on]
	return !isDependency
}

// owner is who carries out an act; an *Unable says why there is none.
func owner(l *lab.Lab, a fault.Act) (system.Actor, error) {
	actor, ok := system.As[system.Actor](l.Instance())
	if !isSystem(l, a.On) {
		actor, ok = system.As[system.Actor](l.Backend(a.On))
	}
	if !ok && isSystem(l, a.On) {
		return nil, &system.Unable{What: fmt.Sprintf("%s: nothing can be done to a system that failwell does not run", a.Do), NotApplicable: true}
	}
	if !ok {
		return nil, &system.Unable{What: fmt.Sprintf("%s %s: no server of its own stands behind it (--set dependencies.%s.server=installed)", a.Do, a.On, a.On), NotApplicable: true}
	}
	return actor, actor.Able(a)
}

// Unable says why a case cannot be tried here, before anything is sent; nil: as far as is known it can.
func Unable(l *lab.Lab, c scenario.Case) *system.Unable {
	var unable *system.Unable
	for _, a := range acts(l, c.Faults) {
		if l.Instance() == nil {
			break // nobody can be asked yet
		}
		if _, err := owner(l, a); errors.As(err, &unable) {
			return unable
		}
	}
	if _, attached := system.As[system.URL](l.Config.System); attached && c.Faults.Starts() {
		return &system.Unable{What: "failwell does not start this system", NotApplicable: true}
	}
	for _, e := range c.Faults.Edits {
		if e.Op == fault.ReadOnly && !slices.Contains(system.Conditions(l.Config.System), e.Setting) {
			return &system.Unable{What: system.Shared, NotApplicable: true}
		}
	}
	return nil
}

package main

import (
	"fmt"
	"slices"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/scenario"
)

// except leaves out the cases that the lab's `exclude` names.
func (l *loaded) except(cases []scenario.Case) ([]scenario.Case, error) {
	for _, x := range l.Exclude {
		kept, err := l.leave(x.Glob, cases)
		if err != nil {
			return nil, err
		}
		if len(kept) == len(cases) {
			return nil, fmt.Errorf("%s: exclude %s matches none of %d cases (failwell plan lists them)", x.Pos, x.Glob, len(cases))
		}
		cases = kept
	}
	return cases, nil
}

// not leaves out the cases that --not names.
func (l *loaded) not(cases []scenario.Case) ([]scenario.Case, error) {
	for _, glob := range l.flags.not {
		kept, err := l.leave(glob, cases)
		if err != nil {
			return nil, err
		}
		if len(kept) == len(cases) {
			return nil, fmt.Errorf("--not %s matches none of %d cases (failwell plan lists them)", glob, len(cases))
		}
		cases = kept
	}
	return cases, nil
}

func (l *loaded) leave(glob string, cases []scenario.Case) ([]scenario.Case, error) {
	ids, err := l.group(glob)
	return slices.DeleteFunc(slices.Clone(cases), func(c scenario.Case) bool { return asked(glob, ids, c) }), err
}

// asked tells whether a case is meant by a glob of ids, a label, or a group whose cases have these ids.
func asked(want string, ids []string, c scenario.Case) bool {
	return decode.Glob(want).Case(c.ID) || slices.Contains(c.Labels, want) || slices.Contains(ids, c.ID)
}

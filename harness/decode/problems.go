package decode

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Problem is one mistake in a file: where it is, and what to do about it in one sentence.
type Problem struct {
	Pos  Pos
	What string
}

// Error returns "file:line:col: what", or only what when the position is not known.
func (p Problem) Error() string {
	if at := p.Pos.String(); at != "" {
		return at + ": " + p.What
	}
	return p.What
}

// Problems are the mistakes of one or several files. The zero value holds none and is ready to use.
type Problems []Problem

// Add notes a problem.
func (p *Problems) Add(pos Pos, format string, args ...any) {
	*p = append(*p, Problem{Pos: pos, What: fmt.Sprintf(format, args...)})
}

// Join notes everything that err holds. Problems keep their positions, also inside a wrapped or joined error; whatever has
// no position gets the position at. A nil error adds nothing.
func (p *Problems) Join(err error, at Pos) {
	var many Problems
	var one Problem
	switch joined := err.(type) {
	case nil:
		return
	case interface{ Unwrap() []error }:
		for _, e := range joined.Unwrap() {
			p.Join(e, at)
		}
		return
	}
	switch {
	case errors.As(err, &many):
	case errors.As(err, &one):
		many = Problems{one}
	default:
		many = Problems{{What: err.Error()}}
	}
	for _, problem := range many {
		if problem.Pos == (Pos{}) {
			problem.Pos = at
		}
		*p = append(*p, problem)
	}
}

// Err returns the problems as an error, sorted and without repetition, and nil when there are none.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return p.sorted()
}

// Error returns one problem a line, sorted by file, line and column, each once.
func (p Problems) Error() string {
	var lines []string
	for _, problem := range p.sorted() {
		lines = append(lines, problem.Error())
	}
	return strings.Join(lines, "\n")
}

func (p Problems) sorted() Problems {
	s := slices.Clone(p)
	slices.SortStableFunc(s, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.Pos.File, b.Pos.File),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Col, b.Pos.Col),
		)
	})
	seen := map[Problem]bool{}
	return slices.DeleteFunc(s, func(problem Problem) bool {
		again := seen[problem]
		seen[problem] = true
		return again
	})
}

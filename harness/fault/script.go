package fault

import (
	"errors"
	"slices"
	"time"

	"github.com/failwell/failwell/harness/decode"
)

// Script plays faults one after the other: a failover, a flapping link.
type Script struct {
	Steps []Step `json:"steps" decode:"must,short" doc:"what happens, one step after the other" example:"[{for: 2s, given: [{refused: {on: db}}]}, {for: 1s}]"`
}

// Step is one part of a script: faults that hold For a while. The last step may leave For out.
type Step struct {
	For   time.Duration `json:"for,omitempty" doc:"how long the step lasts" default:"the last one: until the fault is lifted" example:"2s"`
	Given []Spec        `json:"given,omitempty" doc:"the faults of the step" default:"none" example:"[{refused: {on: db}}]"`
	Play  []Fault       `json:"-"` // Given, decoded
}

// Nest decodes the faults of the steps; the catalog calls it.
func (f Script) Nest(decodeSpec func(Spec) (Fault, error)) (Fault, error) {
	var mistakes decode.Problems
	steps := append([]Step(nil), f.Steps...)
	for i := range steps {
		for _, spec := range steps[i].Given {
			one, err := decodeSpec(spec)
			mistakes.Join(err, spec.Pos)
			if err == nil {
				steps[i].Play = append(steps[i].Play, one)
			}
		}
	}
	return Script{Steps: steps}, mistakes.Err()
}

// About describes the fault.
func (Script) About() decode.About {
	return decode.About{
		Doc:     "Plays faults one after the other: a failover, a flapping link.",
		Example: `script: [{for: 2s, given: [{refused: {on: db}}]}, {for: 1s}]`,
	}
}

// Injection compiles the script: each step's rules and links get the step's window.
func (f Script) Injection() (Injection, error) {
	if len(f.Steps) == 0 {
		return Injection{}, errors.New("script needs `steps`")
	}
	var all Injection
	var at time.Duration
	for i, s := range f.Steps {
		if s.For <= 0 && i < len(f.Steps)-1 {
			return Injection{}, errors.New("a step of a script needs `for`; only the last may go on")
		}
		one, err := Compile(s.Play...)
		if err != nil {
			return Injection{}, err
		}
		if len(one.Edits)+len(one.Acts) > 0 {
			return Injection{}, errors.New("a script plays faults of dependencies only")
		}
		if one.timed() {
			return Injection{}, errors.New("the steps of a script say when its faults begin and end: leave `after` and `for` out of them")
		}
		for j := range one.Rules {
			one.Rules[j].After, one.Rules[j].For = at, s.For
		}
		for j := range one.Links {
			one.Links[j].After, one.Links[j].For = at, s.For
		}
		all = all.And(one)
		at += s.For
	}
	return all, nil
}

// timed tells whether a rule or a link has a window of its own.
func (i Injection) timed() bool {
	return slices.ContainsFunc(i.Rules, func(r Rule) bool { return r.After != 0 || r.For != 0 }) ||
		slices.ContainsFunc(i.Links, func(l Link) bool { return l.After != 0 || l.For != 0 })
}

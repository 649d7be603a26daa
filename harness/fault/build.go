package fault

import (
	"errors"
	"fmt"
	"slices"
)

// rule validates what the kinds have in common and makes an injection of one rule.
func rule(s Scope, w Which, e Effect) (Injection, error) {
	var bad []error
	if s.On == "" {
		bad = append(bad, errors.New("`on` is missing: which dependency"))
	}
	switch s.Connections {
	case "", "all", "new", "existing":
	default:
		bad = append(bad, fmt.Errorf("connections is new, existing or all, not %q", s.Connections))
	}
	if e.At != "" && !slices.Contains(Points(), e.At) {
		bad = append(bad, fmt.Errorf("at is one of %v, not %q", Points(), e.At))
	}
	if !(w.Chance >= 0 && w.Chance <= 1) {
		bad = append(bad, fmt.Errorf("chance is between 0 and 1, not %g", w.Chance))
	}
	for _, n := range []int{w.First, w.Nth, w.From, w.To, w.Every, w.Over, e.Past} {
		if n < 0 {
			bad = append(bad, errors.New("first, nth, from, to, every, over and past count from 1"))
			break
		}
	}
	if e.Half && (e.At != Body || e.Past != 0) {
		bad = append(bad, errors.New("half is said in place of past, at body"))
	}
	if len(bad) > 0 {
		return Injection{}, errors.Join(bad...)
	}
	return Injection{Rules: []Rule{{Scope: s, Which: w, Effect: e}}}, nil
}

// or gives the first value that is not zero.
func or[T comparable](v, fallback T) T {
	var zero T
	if v == zero {
		return fallback
	}
	return v
}

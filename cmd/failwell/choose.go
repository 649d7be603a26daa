package main

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/scenario"
)

// choose applies --only, --shard and --repeat.
func (p *program) choose(l *loaded, f runFlags, cases []scenario.Case) ([]scenario.Case, error) {
	chosen, err := l.only(cases)
	if err != nil {
		return nil, err
	}
	i, n, _ := f.part()
	var out []scenario.Case
	for _, c := range chosen {
		h := fnv.New32a()
		_, _ = h.Write([]byte(c.ID))
		if int(h.Sum32()%uint32(n)) != i-1 {
			continue
		}
		for again := range max(1, f.repeat) {
			if again > 0 {
				c.Again = again + 1
			}
			out = append(out, c)
		}
	}
	return out, nil
}

// only keeps the cases that --only asks for.
func (l *loaded) only(cases []scenario.Case) ([]scenario.Case, error) {
	if len(l.flags.only) == 0 {
		return cases, nil
	}
	var out []scenario.Case
	for _, want := range l.flags.only {
		ids, err := l.group(want)
		if err != nil {
			return nil, err
		}
		found := false
		for _, c := range cases {
			hit := glob(want, c.ID) || glob(want+":*", c.ID) || glob(want, c.Scenario) || slices.Contains(c.Labels, want) || slices.Contains(ids, c.ID)
			if hit && !slices.ContainsFunc(out, func(o scenario.Case) bool { return o.ID == c.ID }) {
				out = append(out, c)
			}
			found = found || hit
		}
		if !found {
			return nil, fmt.Errorf("--only %s matches none of %d cases (failwell plan lists them)", want, len(cases))
		}
	}
	return out, nil
}

// group gives the cases of @GROUP in the last run.
func (l *loaded) group(want string) ([]string, error) {
	name, ok := strings.CutPrefix(want, "@")
	if !ok {
		return nil, nil
	}
	last, err := readLast(l.Path)
	if err != nil {
		return nil, err
	}
	for _, g := range last.Groups {
		if g.Name == name || g.Key == name {
			return g.Cases, nil
		}
	}
	return nil, fmt.Errorf("the last run has no group %s", want)
}

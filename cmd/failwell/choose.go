package main

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/sweep"
)

// chosen is the cases of a run, and what was left out of the full expansion.
type chosen struct {
	cases []scenario.Case
	left  []sweep.Left
}

// choose applies the plan, --only, --shard and --repeat. All is the full expansion, planned what the plan makes of it.
func (p *program) choose(l *loaded, f runFlags, all, planned []scenario.Case) (chosen, error) {
	wanted, err := l.only(planned)
	if err != nil {
		return chosen{}, err
	}
	i, n, _ := f.part()
	var out chosen
	var mine []scenario.Case
	for _, c := range wanted {
		h := fnv.New32a()
		_, _ = h.Write([]byte(c.ID))
		if int(h.Sum32()%uint32(n)) != i-1 {
			continue
		}
		mine = append(mine, c)
		for again := range max(1, f.repeat) {
			if again > 0 {
				c.Again = again + 1
			}
			out.cases = append(out.cases, c)
		}
	}
	for _, step := range []struct {
		by       report.By
		with     string
		from, to []scenario.Case
	}{{report.ByPlan, "", all, planned}, {report.ByOnly, "", planned, wanted}, {report.ByShard, f.shard, wanted, mine}} {
		if left := without(step.from, step.to); len(left) > 0 {
			out.left = append(out.left, sweep.Left{By: step.by, With: step.with, Cases: left})
		}
	}
	return out, nil
}

// without gives the cases that are not among others.
func without(all, others []scenario.Case) []scenario.Case {
	ids := map[string]bool{}
	for _, c := range others {
		ids[c.ID] = true
	}
	return slices.DeleteFunc(slices.Clone(all), func(c scenario.Case) bool { return ids[c.ID] })
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

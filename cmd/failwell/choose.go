package main

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/sweep"
)

// chosen is the cases of a run, and what was left out of the full expansion.
type chosen struct {
	cases []scenario.Case
	left  []sweep.Left
}

// choose applies the plan, `exclude`, --only, --not, --shard and --repeat. All is the full expansion, planned what the plan makes of it.
func (p *program) choose(l *loaded, f runFlags, all, planned []scenario.Case) (chosen, error) {
	meant, err := l.except(planned)
	if err != nil {
		return chosen{}, err
	}
	named, err := l.only(meant)
	if err != nil {
		return chosen{}, err
	}
	wanted, err := l.not(named)
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
	}{{report.ByPlan, "", all, planned}, {report.ByLab, "", planned, meant}, {report.ByOnly, "", meant, named}, {report.ByNot, "", named, wanted}, {report.ByShard, f.shard, wanted, mine}} {
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

// unmatched are the waivers of a lab that speak about no case of all that it has.
func unmatched(one *lab.Lab, all []scenario.Case) error {
	return sweep.Unmatched(one.Config.Contract.Waive, all, one.Facts())
}

// early finds what --only asks for that no scenario can give, before anything is started: the beginning of an id up to the first * or @
// is that of a scenario.
func (l *loaded) early() error {
	var ids []string
	for _, s := range l.all {
		ids = append(ids, s.ID)
	}
	for _, want := range l.flags.only {
		begins := want
		if end := strings.IndexAny(want, "*?[@"); end >= 0 {
			begins = want[:end]
		}
		known := func(id string) bool { return strings.HasPrefix(id, begins) || strings.HasPrefix(begins, id) }
		labelled := slices.ContainsFunc(l.all, func(s scenario.Scenario) bool { return slices.Contains(s.Labels, want) })
		if strings.Contains(begins, "/") && !labelled && !slices.ContainsFunc(ids, known) {
			return fmt.Errorf("--only %s matches no scenario%s", want, decode.DidYouMean(begins, ids))
		}
	}
	return nil
}

// only keeps the cases that --only asks for.
func (l *loaded) only(cases []scenario.Case) ([]scenario.Case, error) {
	if l.again != nil {
		cases = slices.DeleteFunc(slices.Clone(cases), func(c scenario.Case) bool { return !slices.Contains(l.again, c.ID) })
		if len(cases) == 0 {
			return nil, fmt.Errorf("--failed: none of the cases that failed in the last run is in this one; the same --plan has them")
		}
	}
	if len(l.flags.only) == 0 {
		return cases, nil
	}
	var out []scenario.Case
	for _, want := range l.flags.only {
		if err := decode.Glob(want).Check(); err != nil {
			return nil, fmt.Errorf("--only %w", err)
		}
		ids, err := l.group(want)
		if err != nil {
			return nil, err
		}
		found := false
		for _, c := range cases {
			hit := asked(want, ids, c)
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
	if g, ok := last.Find(name); ok {
		return g.Cases, nil
	}
	return nil, noGroup(last, name)
}

// noGroup says that the last run has no such group, and which may be meant.
func noGroup(last report.Run, name string) error {
	return fmt.Errorf("the last run has no group @%s%s", name, decode.DidYouMean(name, last.Calls()))
}

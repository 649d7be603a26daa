package report

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Joined makes one run of the shards 1/N to N/N of it: its cases, outcomes and groups are those of the run in one piece. What was left
// out by each shard is not left out of the whole. Shards that are missing, that are of different runs, or that have a case in common
// are an error.
func Joined(shards []Run) (Run, error) {
	if err := oneRun(shards); err != nil {
		return Run{}, err
	}
	whole := shards[0]
	whole.Results, whole.Deferred, whole.Coverage = nil, nil, nil
	whole.Labs, whole.Summary, whole.Notes, whole.Uncalm = 0, Summary{}, nil, nil
	for _, s := range shards {
		whole.Results = append(whole.Results, s.Results...)
		whole.Interrupted = whole.Interrupted || s.Interrupted
		whole.Labs += s.Labs
		whole.Deferred = left(whole.Deferred, s.Deferred)
		sum := &whole.Summary
		sum.DurationMS = max(sum.DurationMS, s.Summary.DurationMS)
		sum.Launches, sum.CPUMS, sum.Operations = sum.Launches+s.Summary.Launches, sum.CPUMS+s.Summary.CPUMS, sum.Operations+s.Summary.Operations
		if sum.FirstMS == 0 || s.Summary.FirstMS > 0 && s.Summary.FirstMS < sum.FirstMS {
			sum.FirstMS = s.Summary.FirstMS
		}
		for _, n := range s.Notes {
			if !slices.Contains(whole.Notes, n) {
				whole.Notes = append(whole.Notes, n)
			}
		}
		for _, u := range s.Uncalm {
			if !slices.ContainsFunc(whole.Uncalm, func(x Uncalm) bool { return x.Request == u.Request }) {
				whole.Uncalm = append(whole.Uncalm, u)
			}
		}
		whole.declare(s.Coverage)
	}
	whole.Finish()
	return whole, nil
}

// declare adds what a shard declares.
func (r *Run) declare(all []Coverage) {
	for _, c := range all {
		i := slices.IndexFunc(r.Coverage, func(x Coverage) bool { return x.Sort == c.Sort && x.Name == c.Name })
		if i < 0 {
			c.Deferred = left(nil, c.Deferred)
			r.Coverage = append(r.Coverage, c)
			continue
		}
		x := &r.Coverage[i]
		x.Deferred, x.Polled = left(x.Deferred, c.Deferred), x.Polled || c.Polled
		for _, caller := range c.Callers {
			if !slices.Contains(x.Callers, caller) {
				x.Callers = append(slices.Clone(x.Callers), caller)
			}
		}
	}
}

// left adds what one more shard leaves out. The plan and the patterns leave the same out of all shards; what time left out is added up.
func left(all, more []Deferral) []Deferral {
	for _, d := range more {
		i := slices.IndexFunc(all, func(x Deferral) bool { return x.By == d.By && x.With == d.With })
		switch {
		case d.By == ByShard:
		case i < 0:
			all = append(all, d)
		case d.By == ByBudget || d.By == ByStop:
			all[i].Cases += d.Cases
		}
	}
	return all
}

// oneRun finds what keeps shards from being one run.
func oneRun(shards []Run) error {
	if len(shards) == 0 {
		return errors.New("there are no shards")
	}
	var bad []error
	seen, parts, of := map[string]string{}, map[string]bool{}, ""
	for n, s := range shards {
		first := shards[0]
		if s.Lab != first.Lab || s.Seed != first.Seed || s.Profile != first.Profile || s.Failwell != first.Failwell || s.Expanded != first.Expanded {
			bad = append(bad, fmt.Errorf("document %d is of another run: want the same lab, seed, profile, plan and failwell (%s seed %s %s, %d cases), not %s seed %s %s, %d cases",
				n+1, first.Lab, first.Seed, first.Profile, first.Expanded, s.Lab, s.Seed, s.Profile, s.Expanded))
		}
		part := "1/1"
		for _, d := range s.Deferred {
			if d.By == ByShard {
				part = d.With
			}
		}
		_, total, _ := strings.Cut(part, "/")
		if of == "" {
			of = total
		}
		if parts[part] || total != of {
			bad = append(bad, fmt.Errorf("document %d is shard %s, which does not fit to the others", n+1, part))
		}
		parts[part] = true
		for _, c := range s.Results {
			if at, twice := seen[c.ID]; twice && at != part {
				bad = append(bad, fmt.Errorf("%s is in shard %s and in shard %s", c.ID, at, part))
			}
			seen[c.ID] = part
		}
	}
	if len(bad) == 0 && fmt.Sprint(len(shards)) != of {
		bad = append(bad, fmt.Errorf("there are %d of %s shards", len(shards), of))
	}
	return errors.Join(bad...)
}

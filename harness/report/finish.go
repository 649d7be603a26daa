package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
)

// Finish sorts the results by id, puts every failed case into its group, and counts. Equal results give equal groups.
// The times of the summary that the engine set are kept. Finish may be called again after results were added; what a
// baseline said is forgotten then.
func (r *Run) Finish() {
	r.Version = Version
	slices.SortStableFunc(r.Results, func(a, b Result) int { return strings.Compare(a.ID, b.ID) })
	if r.Results == nil {
		r.Results = []Result{}
	}
	r.Groups, r.Fixed = groups(r.Results), nil
	r.Unjudged = unjudged(r.Results)
	r.cover()
	s := &r.Summary
	*s = Summary{DurationMS: s.DurationMS, Launches: s.Launches, CPUMS: s.CPUMS, Operations: s.Operations, FirstMS: s.FirstMS,
		Cases: len(r.Results), Groups: len(r.Groups)}
	for _, c := range r.Results {
		switch c.Outcome {
		case check.Pass:
			s.Pass++
		case check.Fail:
			s.Fail++
		case check.Inconclusive:
			s.Inconclusive++
		case check.Skipped:
			s.Skipped++
		default:
			s.Broken++
		}
		s.BusyMS += c.Took.Milliseconds()
		s.LongestMS = max(s.LongestMS, c.Took.Milliseconds())
	}
}

// The exit codes.
const (
	Held      = 0
	Failed    = 1
	Broke     = 2 // failwell itself failed, or was not able to with --no-skips
	Undecided = 3
)

// Exit is the exit code of the run.
func (r Run) Exit(noSkips bool) int {
	code, _ := r.Verdict(noSkips)
	return code
}

// Verdict is the exit code of the run, and why it is that one. A run that judged nothing, that was stopped, or that never
// broke something it should have, has not held.
func (r Run) Verdict(noSkips bool) (code int, why string) {
	for _, c := range r.Results {
		if c.Outcome == check.Broken || c.Outcome == "" {
			return Broke, "because " + Plain(c.ID) + " is broken: " + orWord(Plain(c.Reason), "it has no outcome")
		}
		if noSkips && c.Unavailable && c.Outcome == check.Skipped {
			return Broke, "because " + Plain(c.ID) + " was skipped: " + orWord(Plain(c.Reason), "something is unavailable")
		}
	}
	var names []string
	for _, g := range r.Groups {
		if r.Counts(g) {
			state := string(g.State)
			if g.State == Spread {
				state = "new on " + together(plains(g.SpreadTo))
			}
			names = append(names, fmt.Sprintf("%s (%s)", letterAndName(g), strings.Join(nonEmpty(orWord(string(g.Impact), "no impact"), state), ", ")))
		}
	}
	shard, empty := r.emptyShard()
	undecided := r.undecided()
	switch {
	case r.Accepted && !r.Interrupted:
		return Held, "every group is in the baseline now" // and whoever accepts all has seen the rest
	case len(names) > 0:
		return Failed, "because of " + strings.Join(names, ", ")
	case r.Interrupted:
		return Undecided, "because the run was stopped before its end"
	case empty:
		return Held, fmt.Sprintf("shard %s has none of the %s", shard.With, plural(shard.Cases, "case", "cases"))
	case len(undecided) > 0:
		return Undecided, "because " + strings.Join(undecided, "; ")
	}
	return Held, r.passed()
}

// Counts tells whether the group fails the run: at or above the gate, and not known to the baseline. What has no impact
// counts, so that nothing passes by accident.
func (r Run) Counts(g Group) bool {
	return g.State.Fails() && (g.Impact.Rank() == 0 || g.Impact.Rank() >= r.gate().Rank())
}

func (r Run) gate() contract.Impact {
	if r.Gate.Rank() > 0 {
		return r.Gate
	}
	return r.Profile.Gate()
}

// group finds the group of a case.
func (r Run) group(key string) (Group, bool) {
	for _, g := range r.Groups {
		if g.Key == key && key != "" {
			return g, true
		}
	}
	return Group{}, false
}

// result finds a case.
func (r Run) result(id string) (Result, bool) {
	for _, c := range r.Results {
		if c.ID == id {
			return c, true
		}
	}
	return Result{}, false
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}

func orWord(word, otherwise string) string {
	if word == "" {
		return otherwise
	}
	return word
}

func nonEmpty(words ...string) []string {
	return slices.DeleteFunc(words, func(w string) bool { return w == "" })
}

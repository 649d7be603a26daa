package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
)

// Apply marks the groups of a finished run by what the baseline knows, and notes what is fixed. Dates are compared with
// the day the run started.
func Apply(r *Run, b Baseline) {
	r.Fixed = nil
	for i := range r.Groups {
		g := &r.Groups[i]
		g.State, g.Known, g.Spread, g.SpreadTo = New, nil, 0, nil
		for _, k := range b {
			if k.is(*g) {
				g.Known, g.SpreadTo = &k, k.further(*g)
				g.State, g.Spread = k.state(*g, r.Started), len(g.SpreadTo)
				break
			}
		}
	}
	for _, k := range b {
		if !slices.ContainsFunc(r.Groups, k.is) && k.covered(*r) {
			r.Fixed = append(r.Fixed, k)
		}
	}
}

// is tells whether the entry speaks about the group: they share a key.
func (k Known) is(g Group) bool {
	return slices.ContainsFunc(append([]string{k.Group}, k.Also...), func(key string) bool {
		return key == g.Key || slices.Contains(g.Also, key)
	})
}

func (k Known) state(g Group, today time.Time) State {
	switch {
	case !k.Until.IsZero() && today.After(k.Until.AddDate(0, 0, 1)):
		return Expired
	case g.Impact.Rank() > k.Impact.Rank(), len(k.elsewhere(g)) > 0:
		return Worse
	case len(k.further(g)) > 0:
		return Spread
	}
	return Knew
}

// further lists the dependencies and requests of a group that its entry does not allow. One that names none allows all.
func (k Known) further(g Group) []string {
	all := k.elsewhere(g)
	switch fit := k.Spread > 0 && len(g.Requests) <= int(k.Spread); {
	case fit:
	case len(k.Seen) > 0:
		all = append(all, beyond(g.Requests, k.Seen)...)
	case k.Spread > 0:
		more := slices.DeleteFunc(slices.Clone(g.Requests), func(name string) bool {
			return slices.ContainsFunc(k.Cases, func(id string) bool { return slices.Contains(strings.Split(id, ":"), name) })
		})
		if n := len(g.Requests) - int(k.Spread); len(more) != n {
			more = []string{plural(n, "further request", "further requests")} // which of them, is not noted
		}
		all = append(all, more...)
	}
	return all
}

// elsewhere lists the dependencies that its entry does not allow.
func (k Known) elsewhere(g Group) []string {
	if len(k.On) == 0 {
		return nil
	}
	return beyond(g.Dependencies, k.On)
}

// beyond lists the names that none of some globs allows.
func beyond(names, globs []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return slices.ContainsFunc(globs, func(glob string) bool { return decode.Glob(glob).Matches(name) })
	})
}

// covered tells whether every case that showed the group was judged. An entry without cases is never covered.
func (k Known) covered(r Run) bool {
	for _, id := range k.Cases {
		c, ok := r.result(id)
		if !ok || c.Outcome != check.Pass && c.Outcome != check.Fail {
			return false
		}
	}
	return len(k.Cases) > 0
}

// Accept gives the baseline under which the run has nothing new. What people wrote into the old one stays; what is
// critical gets 30 days where no date is set.
func (r Run) Accept(old Baseline) Baseline {
	const examples = 5
	next := slices.Clone(old)
	for _, g := range r.Groups {
		k := Known{Since: Day{r.Started.UTC().Truncate(24 * time.Hour)}}
		i := slices.IndexFunc(next, func(k Known) bool { return k.is(g) })
		if i >= 0 {
			k = next[i]
		}
		for _, key := range append([]string{g.Key}, g.Also...) {
			if k.Group == "" {
				k.Group = key
			} else if key != k.Group {
				k.Also = insert(slices.Clone(k.Also), key)
			}
		}
		if k.Name == "" {
			k.Name = g.Name
		}
		if k.What == "" {
			k.What = Plain(g.Headline) + " (" + plural(len(g.Cases), "case", "cases") + ")"
		}
		if i < 0 || len(k.On) > 0 {
			k.On = insert(slices.Clone(k.On), beyond(g.Dependencies, k.On)...)
		}
		if i < 0 || len(k.Seen) > 0 || k.Spread > 0 {
			k.Seen = insert(slices.Clone(k.Seen), beyond(g.Requests, k.Seen)...)
		}
		k.Impact = g.Impact
		k.Cases = g.Cases[:min(len(g.Cases), examples)]
		if k.Impact.Rank() == 0 {
			k.Impact = contract.Critical
		}
		expired := !k.Until.IsZero() && r.Started.After(k.Until.AddDate(0, 0, 1))
		if k.Impact == contract.Critical && (k.Until.IsZero() || expired) {
			k.Until = Day{r.Started.UTC().Truncate(24*time.Hour).AddDate(0, 0, 30)}
		}
		if i >= 0 {
			next[i] = k
		} else {
			next = append(next, k)
		}
	}
	return next
}

// Tidy drops the entries that are fixed.
func (b Baseline) Tidy(fixed []Known) Baseline {
	return slices.DeleteFunc(slices.Clone(b), func(k Known) bool {
		return slices.ContainsFunc(fixed, func(f Known) bool { return f.Group == k.Group })
	})
}

// Changed says what a baseline has that another had not, and what is gone.
func (b Baseline) Changed(old Baseline) string {
	has := func(all Baseline, k Known) bool {
		return slices.ContainsFunc(all, func(o Known) bool { return o.Group == k.Group })
	}
	added, gone := 0, 0
	for _, k := range b {
		if !has(old, k) {
			added++
		}
	}
	for _, k := range old {
		if !has(b, k) {
			gone++
		}
	}
	words := []string{plural(len(b), "known group", "known groups")}
	for n, what := range map[string]int{"new": added, "removed": gone} {
		if what > 0 {
			words = append(words, fmt.Sprintf("%d %s", what, n))
		}
	}
	slices.Sort(words[1:])
	return strings.Join(words, ", ")
}

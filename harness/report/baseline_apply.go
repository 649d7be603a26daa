package report

import (
	"slices"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
)

// Apply marks the groups of a finished run by what the baseline knows, and notes what is fixed. Dates are compared with
// the day the run started.
func Apply(r *Run, b Baseline) {
	r.Fixed = nil
	for i := range r.Groups {
		g := &r.Groups[i]
		g.State, g.Known, g.Spread = New, nil, 0
		for _, k := range b {
			if k.is(*g) {
				g.Known = &k
				g.State, g.Spread = k.state(*g, r.Started)
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

func (k Known) state(g Group, today time.Time) (State, int) {
	further := slices.ContainsFunc(g.Dependencies, func(on string) bool { return !slices.Contains(k.On, on) })
	switch {
	case !k.Until.IsZero() && today.After(k.Until.AddDate(0, 0, 1)):
		return Expired, 0
	case g.Impact.Rank() > k.Impact.Rank(), len(k.On) > 0 && further:
		return Worse, 0
	case k.Spread > 0 && len(g.Requests) > int(k.Spread):
		return Spread, len(g.Requests) - int(k.Spread)
	}
	return Knew, 0
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
		if k.What == "" {
			k.What = Plain(g.Headline) + " (" + plural(len(g.Cases), "case", "cases") + ")"
		}
		k.Impact, k.On, k.Spread = g.Impact, g.Dependencies, max(k.Spread, Requests(len(g.Requests)))
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

package sweep

import (
	"maps"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
)

// Left is cases of the full expansion that a run leaves out, and by what.
type Left struct {
	By    report.By
	With  string // its value: 2/6, 30s
	Cases []scenario.Case
}

// declared lists what the lab declares, with what calm saw of it: requests in their order, dependencies, secrets.
func (l *Lab) declared() []report.Coverage {
	var all []report.Coverage
	for _, r := range l.Config.Requests {
		all = append(all, report.Coverage{Sort: report.OfRequest, Name: r.Name, Unbroken: r.Unbroken})
	}
	facts := l.Facts()
	for _, d := range facts.Dependencies {
		c := report.Coverage{Sort: report.OfDependency, Name: d.Name, Part: l.Config.Taps[d.Name], Unbroken: l.Config.Unbroken[d.Name]}
		for _, a := range facts.Requests {
			if a.Reaches(d.Name) {
				c.Callers = append(c.Callers, a.Request.Name)
			}
		}
		c.Polled = slices.ContainsFunc(l.Background(), func(call string) bool { return strings.HasPrefix(call, d.Name+" ") })
		all = append(all, c)
	}
	for _, name := range slices.Sorted(maps.Keys(l.Config.Secrets)) {
		secret, _, _ := strings.Cut(name, "/") // NAME/FILE is a file of the secret NAME
		i := slices.IndexFunc(all, func(c report.Coverage) bool { return c.Sort == report.OfSecret && c.Name == secret })
		if i < 0 {
			i, all = len(all), append(all, report.Coverage{Sort: report.OfSecret, Name: secret})
			for _, s := range facts.Settings {
				if s.Secret == secret {
					all[i].Settings = append(all[i].Settings, s.Name)
				}
			}
		}
		if why := l.Config.Secrets[name].Unbroken; why != "" {
			all[i].Unbroken = why
		}
	}
	return all
}

// uncalm lists the requests that did not succeed without a fault.
func uncalm(seen []lab.Seen) []report.Uncalm {
	var all []report.Uncalm
	for _, s := range seen {
		if !s.OK {
			all = append(all, report.Uncalm{Request: s.Request.Name, Why: s.Why})
		}
	}
	return all
}

// unsteady lists the requests that turned out not to be calm while cases were run, beside those that never were.
func unsteady(l *Lab) []report.Uncalm {
	var all []report.Uncalm
	for _, r := range l.Config.Requests {
		if s, ok := l.memory.of(r.Name); ok && !s.IsCalm() && l.Learnt(r.Name).OK {
			all = append(all, report.Uncalm{Request: s.Request, Why: s.Why, Good: s.Good, Of: s.Of, Unstable: s.Unstable})
		}
	}
	return all
}

// Cover gives a run what the lab declares, and the cases that were left out: those of left, those that the budget put off,
// and those that were to be run and were not, since the run was stopped. Each is counted where it would have aimed.
func (o Results) Cover(r *report.Run, chosen []scenario.Case, budget string, left ...Left) {
	put, ran := map[string]bool{}, map[string]bool{}
	for _, c := range o.Results {
		ran[c.ID], put[c.ID] = true, c.Deferred
	}
	chosen = slices.DeleteFunc(slices.Clone(chosen), func(c scenario.Case) bool { return c.Again > 0 }) // repetitions add nothing
	late, stopped := Left{By: report.ByBudget, With: budget}, Left{By: report.ByStop}
	for _, c := range chosen {
		switch {
		case !ran[c.ID]:
			stopped.Cases = append(stopped.Cases, c)
		case put[c.ID]:
			late.Cases = append(late.Cases, c)
		}
	}
	r.Coverage, r.Uncalm, r.Notes, r.Expanded = slices.Clone(o.Declared), o.Uncalm, o.Notes, len(chosen)
	for _, some := range left {
		r.Expanded += len(some.Cases)
	}
	for _, some := range append(left, late, stopped) {
		if len(some.Cases) == 0 {
			continue
		}
		r.Deferred = append(r.Deferred, report.Deferral{By: some.By, With: some.With, Cases: len(some.Cases)})
		for i := range r.Coverage {
			if n := some.about(r.Coverage[i]); n > 0 {
				r.Coverage[i].Deferred = append(r.Coverage[i].Deferred, report.Deferral{By: some.By, With: some.With, Cases: n})
			}
		}
	}
}

// about counts the cases that aim at something declared.
func (left Left) about(c report.Coverage) int {
	n := 0
	for _, one := range left.Cases {
		if c.Sort == report.OfRequest && one.Request == c.Name || c.Sort != report.OfRequest && slices.ContainsFunc(one.Aims(), c.Has) {
			n++
		}
	}
	return n
}

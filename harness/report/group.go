package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/check"
)

// signed is a failed case and its signature.
type signed struct {
	at   int // index of the result
	sig  signature
	key  string
	told check.Finding // its headline

	follows bool // another finding of its group explains it: it does not speak for the group
}

// groups puts failed cases together, names their groups, and notes in each result the key of its group.
func groups(results []Result) []Group {
	var failed []signed
	for i := range results {
		results[i].Group = ""
		if results[i].Outcome == check.Fail {
			sig := sign(results[i])
			failed = append(failed, signed{at: i, sig: sig, key: sig.key(), told: Headline(results[i]).Told()})
		}
	}
	all := []Group{}
	for _, members := range merge(results, failed) {
		g := build(results, members)
		for _, m := range members {
			results[m.at].Group = g.Key
		}
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b Group) int {
		return cmp.Or(b.Impact.Rank()-a.Impact.Rank(), len(b.Cases)-len(a.Cases), cmp.Compare(a.Key, b.Key))
	})
	for i := range all {
		all[i].Letter = letters(i)
	}
	name(all)
	return all
}

// build makes a group of its cases. The case with the worst headline speaks for it, the first of several.
func build(results []Result, members []signed) Group {
	g := Group{}
	var cases, leading []Result
	var keys, plain []string
	for _, m := range members {
		c := results[m.at]
		cases = append(cases, c)
		g.Also = insert(g.Also, m.key)
		if !m.follows {
			leading, keys = append(leading, c), insert(keys, m.key)
		}
		if !m.follows && len(m.sig.names) == 0 {
			plain = insert(plain, m.key)
		}
		g.Cases = insert(g.Cases, c.ID)
		g.Requests = insert(g.Requests, c.Request)
		g.Dependencies = insert(g.Dependencies, c.On...)
		g.TookMS += c.Took.Milliseconds()
		for _, v := range Findings(c) {
			if v.Impact.Rank() > g.Impact.Rank() {
				g.Impact = v.Impact
			}
			g.Found = insert(g.Found, v.Check)
		}
	}
	g.Key = append(plain, keys...)[0]
	i := slices.IndexFunc(members, func(m signed) bool { return m.key == g.Key })
	g.Name = members[i].sig.called()
	g.Also = emptyIsNil(slices.DeleteFunc(g.Also, func(key string) bool { return key == g.Key }))
	speaker := speaks(leading)
	g.Example = speaker.ID
	v := Headline(speaker)
	g.Found = emptyIsNil(slices.DeleteFunc(g.Found, func(name string) bool { return name == v.Check }))
	g.Check, g.Certainty, g.Reason, g.Evidence, g.Cite = v.Check, v.Certainty, v.Reason, v.Evidence, v.Cite
	g.When, g.NotWhen = when(results, g)
	g.tell(v.Told(), v, speaker, cases, members)
	return g
}

// speaks is the case that speaks for a group: one of the gravest headline, of those of which there are most the first.
func speaks(cases []Result) Result {
	kind := func(v check.Verdict) string { return v.Check + "/" + v.Class }
	count := map[string]int{}
	for _, c := range cases {
		count[kind(Headline(c))]++
	}
	best := cases[0]
	for _, c := range cases[1:] {
		v, b := Headline(c), Headline(best)
		if worse(v, b) || !worse(b, v) && count[kind(v)] > count[kind(b)] {
			best = c
		}
	}
	return best
}

// tell puts what the check of a finding says of it into the words of the group.
func (g *Group) tell(f check.Finding, v check.Verdict, speaker Result, cases []Result, members []signed) {
	facts := make([]map[string]string, 0, len(members))
	for _, m := range members {
		facts = append(facts, m.sig.facts)
	}
	sig := sign(speaker)
	g.Got, g.Expected = v.Reason, owed(v, facts, cases...)
	if !f.Beside {
		g.Got, g.Hop = came(pick(speaker, v)), hop(pick(speaker, v))
	}
	on := whom(cases, f)
	clause := circumstance(*g, on, cases)
	fact := all(map[string]string{"name": v.Check, "reason": v.Reason, "place": sig.facts["place"], "on": either(on), "event": clause, "happens": events(cases),
		"when": orNothing(clause != whatever, "when ") + clause, "owed": orWord(g.Expected, "another status")}, facts)
	g.Headline, g.Said = headline(f.Headline, fact), f.Said
	if f.Shows != "" {
		g.Reason = fill(f.Shows, fact)
	}
	g.Because = because(f, sig, *g, members)
	g.Look = orWord(v.Look, f.Look)
	if frame := sig.log.at; frame != "" {
		g.Look = strings.Join(nonEmpty(g.Look, "in the log first "+short(strings.TrimPrefix(frame, "in "), 120)), "; ")
	}
}

func emptyIsNil(texts []string) []string {
	if len(texts) == 0 {
		return nil
	}
	return texts
}

// worse tells whether a headline comes before another.
func worse(a, b check.Verdict) bool {
	return cmp.Or(rank(b)-rank(a), a.Impact.Rank()-b.Impact.Rank()) > 0
}

// insert adds texts to a sorted set.
func insert(set []string, texts ...string) []string {
	for _, t := range texts {
		if i, found := slices.BinarySearch(set, t); !found && t != "" {
			set = slices.Insert(set, i, t)
		}
	}
	return set
}

// when says under which faults the group is seen, and under which its requests hold though its dependencies are struck.
func when(results []Result, g Group) (seen, not []string) {
	in := map[string]bool{}
	for _, id := range g.Cases {
		in[id] = true
	}
	var fails, near, holds []Result
	struck := map[cell][]string{}
	for _, c := range results {
		if !slices.Contains(g.Requests, c.Request) {
			continue
		}
		if c.Outcome == check.Pass || c.Outcome == check.Fail {
			near = append(near, c)
		}
		if in[c.ID] {
			fails = append(fails, c)
			struck[place(c)] = insert(struck[place(c)], orWord(variant(c), "-"))
		}
	}
	for _, c := range near {
		aimed := slices.ContainsFunc(c.On, func(on string) bool { return slices.Contains(g.Dependencies, on) })
		if c.Outcome == check.Pass && aimed && !slices.Contains(struck[place(c)], orWord(variant(c), "-")) {
			holds = append(holds, c)
		}
	}
	all := tried(near)
	return whole(conditions(fails, all), all), conditions(holds, all)
}

// whole says of a dependency of which every fault is there only that.
func whole(names []string, all map[cell][]string) []string {
	const few = 4
	for _, on := range families(all) {
		n := 0
		for at := range all {
			if at.On == on {
				n++
			}
		}
		own := func(name string) bool { return strings.HasPrefix(name, on+" ") && !strings.Contains(name, "(") }
		have := 0
		for _, name := range names {
			if own(name) {
				have++
			}
		}
		if have == n && n > few {
			names = insert(slices.DeleteFunc(names, own), fmt.Sprintf("%s any of %d faults", on, n))
		}
	}
	return names
}

func families(all map[cell][]string) []string {
	var names []string
	for at := range all {
		names = insert(names, at.On)
	}
	return names
}

// letters names groups A to Z, then AA.
func letters(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

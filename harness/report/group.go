package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/check"
)

// signed is a failed case and its signature.
type signed struct {
	at  int // index of the result
	sig signature
	key string
}

// groups puts failed cases together, names their groups, and notes in each result the key of its group.
func groups(results []Result) []Group {
	var failed []signed
	for i := range results {
		results[i].Group = ""
		if results[i].Outcome == check.Fail {
			sig := sign(results[i])
			failed = append(failed, signed{i, sig, sig.key()})
		}
	}
	all := []Group{}
	for _, members := range merge(failed) {
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
		all[i].Name = letters(i)
	}
	return all
}

// merge joins cases whose keys are equal, and keys of one family whose trouble in the log is equal: one bug, many faces.
// It merges on equality only, never on likeness: a wrong merge hides a bug, a missed one costs a line.
func merge(failed []signed) [][]signed {
	parent := make([]int, len(failed))
	for i := range parent {
		parent[i] = i
	}
	var root func(int) int
	root = func(i int) int {
		if parent[i] != i {
			parent[i] = root(parent[i])
		}
		return parent[i]
	}
	first := map[[3]string]int{}
	for i, f := range failed {
		marks := [][3]string{{"key", f.key}}
		if log, ok := f.sig.trouble(); ok {
			marks = append(marks, [3]string{"log", f.sig.family, log})
		}
		for _, m := range marks {
			if j, seen := first[m]; seen {
				a, b := root(i), root(j)
				parent[max(a, b)] = min(a, b)
			} else {
				first[m] = i
			}
		}
	}
	members := map[int][]signed{}
	var roots []int
	for i, f := range failed {
		r := root(i)
		if members[r] == nil {
			roots = append(roots, r)
		}
		members[r] = append(members[r], f)
	}
	sets := make([][]signed, 0, len(roots))
	for _, r := range roots {
		sets = append(sets, members[r])
	}
	return sets
}

// build makes a group of its cases. Its first case speaks for it.
func build(results []Result, members []signed) Group {
	g := Group{}
	for _, m := range members {
		g.Also = insert(g.Also, m.key)
	}
	g.Key, g.Also = g.Also[0], g.Also[1:]
	speaker := results[members[0].at]
	for _, m := range members {
		c := results[m.at]
		if worse(Headline(c), Headline(speaker)) {
			speaker = c
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
	v := Headline(speaker)
	g.Check, g.Certainty, g.Reason, g.Evidence, g.Cite, g.Look = v.Check, v.Certainty, v.Reason, v.Evidence, v.Cite, v.Look
	g.Found = slices.DeleteFunc(g.Found, func(name string) bool { return name == v.Check })
	g.Came, g.Owed = came(pick(speaker, v)), owed(speaker)
	g.When, g.NotWhen = when(results, g)
	g.Headline = headline(g, speaker)
	g.Because = because(g, members)
	if len(g.Also) == 0 {
		g.Also = nil
	}
	if len(g.Found) == 0 {
		g.Found = nil
	}
	return g
}

// worse tells whether a headline comes before another.
func worse(a, b check.Verdict) bool {
	return cmp.Or(rank(b.Check)-rank(a.Check), a.Impact.Rank()-b.Impact.Rank()) > 0
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
	for _, c := range results {
		if in[c.ID] {
			seen = insert(seen, condition(c))
		}
	}
	for _, c := range results {
		aimed := slices.ContainsFunc(c.On, func(on string) bool { return slices.Contains(g.Dependencies, on) })
		if c.Outcome == check.Pass && aimed && slices.Contains(g.Requests, c.Request) && !slices.Contains(seen, condition(c)) {
			not = insert(not, condition(c))
		}
	}
	return seen, not
}

// condition names the fault of a case for people: the dependency, and the last part of the scenario's id with the variant.
func condition(c Result) string {
	return strings.TrimSpace(strings.Join(c.On, "+") + " " + column(c))
}

// column names the fault of a case among those of its dependency.
func column(c Result) string {
	name := c.Scenario[strings.LastIndexByte(c.Scenario, '/')+1:]
	if name == "" {
		name, _, _ = strings.Cut(c.ID, "@")
	}
	_, rest, _ := strings.Cut(c.ID, "@")
	if i := strings.Index(rest, ":"+c.Request+":"); i >= 0 && c.Request != "" {
		name += "(" + rest[i+len(c.Request)+2:] + ")"
	}
	return name
}

// letters names groups A to Z, then AA.
func letters(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

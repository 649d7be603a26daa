package report

import (
	"slices"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
)

// sets puts failed cases into sets of one cause each.
type sets struct {
	failed []signed
	parent []int
}

func (s *sets) root(i int) int {
	if s.parent[i] != i {
		s.parent[i] = s.root(s.parent[i])
	}
	return s.parent[i]
}

func (s *sets) join(i, j int) {
	a, b := s.root(i), s.root(j)
	s.parent[max(a, b)] = min(a, b)
}

// members lists the sets, each in the order of its cases.
func (s *sets) members() [][]int {
	at := map[int]int{}
	var all [][]int
	for i := range s.failed {
		r := s.root(i)
		if _, there := at[r]; !there {
			at[r] = len(all)
			all = append(all, nil)
		}
		all[at[r]] = append(all[at[r]], i)
	}
	return all
}

// merge joins cases whose keys are equal, keys of one family whose trouble in the log is equal, cases of one thing that has two names,
// and what another finding under the very same faults explains: one bug, many faces. It merges on equality only, never on likeness:
// a wrong merge hides a bug, a missed one costs a line.
func merge(results []Result, failed []signed) [][]signed {
	s := &sets{failed: failed, parent: make([]int, len(failed))}
	for i := range s.parent {
		s.parent[i] = i
	}
	s.alike()
	s.renamed()
	s.passed(results)
	s.follow(results)
	var all [][]signed
	for _, members := range s.members() {
		var set []signed
		for _, i := range members {
			set = append(set, failed[i])
		}
		all = append(all, set)
	}
	return all
}

// alike joins cases with equal keys, and those of one family with equal trouble in the log.
func (s *sets) alike() {
	first := map[[3]string]int{}
	for i, f := range s.failed {
		marks := [][3]string{{"key", f.key}}
		if log, ok := f.sig.trouble(); ok {
			marks = append(marks, [3]string{"log", f.sig.family, log})
		}
		for _, m := range marks {
			if j, seen := first[m]; seen {
				s.join(j, i)
			} else {
				first[m] = i
			}
		}
	}
}

// renamed joins cases whose fault aims at one thing under two names: a secret and the setting that holds it; a dependency, and the
// dependency while the system is in want. Where only such cases fail they are joined by what is wanting.
func (s *sets) renamed() {
	own, wanting := map[string]int{}, map[string]int{}
	for i, f := range s.failed {
		if _, seen := own[f.key]; !seen {
			own[f.key] = i
		}
	}
	for i, f := range s.failed {
		if len(f.sig.names) == 0 {
			continue
		}
		if n := slices.IndexFunc(f.sig.names, func(name string) bool { _, there := own[name]; return there }); n >= 0 {
			s.join(own[f.sig.names[n]], i)
			continue
		}
		name := f.sig.names[len(f.sig.names)-1]
		if f.told.Itself {
			name = f.sig.names[0]
		}
		if j, there := wanting[name]; there {
			s.join(j, i)
		} else {
			wanting[name] = i
		}
	}
}

// passed joins what passes the statuses of one dependency on, where that never gave one that came out as another.
func (s *sets) passed(results []Result) {
	mapped := map[string]bool{}
	for _, r := range results {
		if r.Subject == nil {
			continue
		}
		for on, all := range r.Subject.Gave() {
			mapped[on] = mapped[on] || slices.ContainsFunc(all, func(gave [2]int) bool { return gave[0] != gave[1] })
		}
	}
	first := map[string]int{}
	for _, set := range s.members() {
		on := s.failed[set[0]].sig.facts[check.Passed]
		if on == "" || mapped[on] || slices.ContainsFunc(set, func(i int) bool { return s.failed[i].sig.facts[check.Passed] != on }) {
			continue
		}
		if i, there := first[on]; there {
			s.join(i, set[0])
		} else {
			first[on] = set[0]
		}
	}
}

// follow joins a set with another that explains it: all of its cases are under faults under which the other's finding is seen, too, and
// where both speak of an error answer it is the same.
func (s *sets) follow(results []Result) {
	all := s.members()
	slices.SortStableFunc(all, func(a, b []int) int { return len(b) - len(a) })
	for _, x := range all {
		best := slices.IndexFunc(all, func(y []int) bool { return s.root(x[0]) != s.root(y[0]) && s.explains(results, y, x) })
		if best >= 0 {
			for _, i := range x {
				s.failed[i].follows = true
			}
			s.join(all[best][0], x[0])
		}
	}
}

// explains tells whether the cases of x follow from those of y.
func (s *sets) explains(results []Result, y, x []int) bool {
	return !slices.ContainsFunc(x, func(i int) bool {
		r := results[s.failed[i].at]
		return !slices.ContainsFunc(y, func(j int) bool {
			o := results[s.failed[j].at]
			v := Headline(o)
			a, b := pick(r, Headline(r)), pick(o, v)
			switch {
			case !slices.Contains(s.failed[i].told.Follows, v.Check+"/"+v.Class) || !overlap(aims(r), aims(o)):
				return false
			case r.Scenario == o.Scenario:
				return sameError(a, b)
			}
			log := s.failed[i].sig.log
			return sameWords(a, b) || log.known() && log.String() == s.failed[j].sig.log.String()
		})
	})
}

// overlap tells whether two lists have a word in common.
func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(word string) bool { return slices.Contains(b, word) })
}

// sameWords tells whether two error answers say the very same, but for times, numbers and ids.
func sameWords(a, b exchange.Exchange) bool {
	return a.Status() >= 400 && a.Status() == b.Status() && mask(string(bodyOf(a)), nil) == mask(string(bodyOf(b)), nil)
}

// sameError tells whether an answer is no other error than one that explains it.
func sameError(a, b exchange.Exchange) bool {
	if a.Status() < 400 {
		return true // no answer, or a late one
	}
	one, _ := check.Skeleton(bodyOf(a))
	other, _ := check.Skeleton(bodyOf(b))
	return a.Status() == b.Status() && b.Response != nil && a.Response.MediaType() == b.Response.MediaType() && one == other
}

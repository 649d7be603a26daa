package labfile

import (
	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/scenario"
)

// Scenarios are the team's own scenarios, in order of their ids.
func (f *File) Scenarios() []scenario.Scenario { return f.scenarios }

// Known is what scenarios may name in this lab. There are no requests in it while only the running system can tell them all.
func (f *File) Known() scenario.Known {
	k := scenario.Known{Catalog: f.catalog, Table: f.Contract.Table, Dependencies: map[string]fakes.Kind{}}
	for _, d := range f.Dependencies {
		k.Dependencies[d.Name] = f.kind(d)
	}
	for _, q := range f.Requests {
		if !f.Open() {
			k.Requests = append(k.Requests, q.Name)
		}
	}
	return k
}

// Check finds the mistakes in scenarios that can be found without starting anything. The error is a decode.Problems.
func (f *File) Check(all []scenario.Scenario) error {
	var bad decode.Problems
	known := f.Known()
	first := map[string]decode.Pos{}
	for _, s := range all {
		bad.Join(known.Check(s), s.Pos)
		if other, twice := first[s.ID]; twice {
			bad.Add(s.Pos, "there is a scenario %q already, in %s; rename one of the files", s.ID, other.File)
		}
		first[s.ID] = s.Pos
	}
	return bad.Err()
}

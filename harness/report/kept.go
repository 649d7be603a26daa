package report

import (
	"slices"
)

// KeepLetters gives groups the letters and names that they had in the last run, and the others the letters after those: what @A means stays while
// a person works on a part of the cases.
func (r *Run) KeepLetters(last Run) {
	most := 0
	taken := map[string]bool{}
	for _, g := range last.Groups {
		most = max(most, number(g.Letter))
	}
	fresh := slices.Clone(r.Groups)
	for i := range fresh {
		fresh[i].Letter = ""
		for _, old := range last.Groups {
			if same(fresh[i], old) && !taken[old.Letter] {
				fresh[i].Letter, fresh[i].Name, taken[old.Letter] = old.Letter, orWord(old.Name, fresh[i].Name), true
				break
			}
		}
	}
	for i := range fresh {
		if fresh[i].Letter == "" {
			fresh[i].Letter = letters(most)
			most++
		}
	}
	r.Groups = fresh
}

// Merged is a run with the cases of a partial one in the place of its own: what show, curl and --only @GROUP read. The letters of groups
// stay; what the baseline said of either is left out. A run under another profile, or one that was full, is not merged: it stands for
// itself.
func (r Run) Merged(part Run) Run {
	if part.Full() || r.Profile != part.Profile || r.Lab != part.Lab || len(r.Results) == 0 {
		return part
	}
	whole := r
	again := map[string]bool{}
	for _, c := range part.Results {
		again[c.ID] = true
	}
	whole.Results = slices.DeleteFunc(slices.Clone(r.Results), func(c Result) bool { return again[c.ID] })
	whole.Results = append(whole.Results, part.Results...)
	whole.Finish()
	whole.KeepLetters(r)
	return whole
}

// same tells whether two groups are of one cause: one has a key of the other.
func same(a, b Group) bool {
	return slices.ContainsFunc(append([]string{a.Key}, a.Also...), func(key string) bool {
		return key == b.Key || slices.Contains(b.Also, key)
	})
}

// number is the place of a letter: 1 for A, 27 for AA; 0 for what is none.
func number(letter string) int {
	n := 0
	for _, r := range letter {
		if r < 'A' || r > 'Z' {
			return 0
		}
		n = n*26 + int(r-'A') + 1
	}
	return n
}

package report

import (
	"slices"
	"strings"
)

// name gives groups their short names. Where two would have the same, each has the beginning of its key's hash, too.
func name(groups []Group) {
	count := map[string]int{}
	for _, g := range groups {
		count[g.Name]++
	}
	for i := range groups {
		if g := &groups[i]; count[g.Name] > 1 {
			g.Name += "-" + g.hash()
		}
	}
}

// hash is the beginning of what stands for all that is in a key.
func (g Group) hash() string {
	const few = 4
	hash := g.Key[strings.LastIndexByte(g.Key, '/')+1:]
	return hash[:min(few, len(hash))]
}

// called is the short name of the group of a case: what its check calls it, else family and place.
func (s signature) called() string {
	if s.short != "" {
		return plain(s.short)
	}
	return plain(strings.Join(nonEmpty(s.family, s.place), "-"))
}

// plain is a text as a word that a shell, a link and a person can take: small letters, digits and -.
func plain(text string) string { return strings.NewReplacer("+", "-", ".", "-").Replace(slug(text)) }

// letterAndName is what a group is called in a sentence: A hang-db.
func letterAndName(g Group) string { return strings.TrimSpace(g.Letter + " " + Plain(g.Name)) }

// Find gives the group that is meant by a letter, a name, or a key.
func (r Run) Find(want string) (Group, bool) {
	for _, is := range []func(Group) bool{
		func(g Group) bool { return g.Letter == want || g.Name == want },
		func(g Group) bool { return g.Key == want || slices.Contains(g.Also, want) },
		func(g Group) bool {
			return strings.TrimSuffix(g.Name, "-"+g.hash()) == want || g.Name+"-"+g.hash() == want
		},
	} {
		if i := slices.IndexFunc(r.Groups, is); i >= 0 {
			return r.Groups[i], true
		}
	}
	return Group{}, false
}

// Calls lists what each group can be called.
func (r Run) Calls() []string {
	var all []string
	for _, g := range r.Groups {
		all = append(all, g.Name, g.Letter)
	}
	return all
}

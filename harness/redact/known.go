package redact

import (
	"slices"
	"strings"
)

// And gives a redactor of further secrets too; the same one when it has them all.
func (r *Redactor) And(more ...Secret) *Redactor {
	if r == nil {
		return Hiding("", more...)
	}
	known := map[string]bool{}
	for _, s := range r.secrets {
		known[s.Value] = true
	}
	fresh := slices.DeleteFunc(slices.Clone(more), func(s Secret) bool { return s.isTooShort() || known[s.Value] })
	if len(fresh) == 0 {
		return r
	}
	return Hiding(r.seed, slices.Concat(r.secrets, fresh)...)
}

// Seen gives a redactor that takes the given passwords in these texts, which came without a fault, for common words; the same
// one when there is none.
func (r *Redactor) Seen(texts ...string) *Redactor {
	if r == nil {
		return nil
	}
	all, any := slices.Clone(r.secrets), false
	for i, s := range all {
		if s.Given && s.Sort == Planted && slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(t, s.Value) }) {
			all[i].Sort, any = Common, true
		}
	}
	if !any {
		return r
	}
	return Hiding(r.seed, all...)
}

// Common lists the names of the given passwords that are taken for common words.
func (r *Redactor) Common() []string {
	var names []string
	for _, s := range r.secrets {
		if s.Sort == Common && !slices.Contains(names, s.Name) {
			names = append(names, s.Name)
		}
	}
	return names
}

// Join gives the redactor of all secrets of several, such as the labs of one run.
func Join(all ...*Redactor) *Redactor {
	var out *Redactor
	for _, r := range all {
		switch {
		case r == nil:
		case out == nil:
			out = r
		default:
			out = out.And(r.secrets...)
		}
	}
	return out
}

// kept are the secrets that are looked for: each value once, and of the borrowed ones the last.
func kept(secrets []Secret) []Secret {
	var all []Secret
	seen, borrowed := map[string]bool{}, 0
	for _, s := range secrets {
		if s.isTooShort() || seen[s.Value] {
			continue
		}
		seen[s.Value] = true
		all = append(all, s)
		if s.Sort == Borrowed {
			borrowed++
		}
	}
	return slices.DeleteFunc(all, func(s Secret) bool {
		if s.Sort == Borrowed {
			borrowed--
			return borrowed >= mostBorrowed
		}
		return false
	})
}

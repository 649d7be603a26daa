// Package redact takes the secrets of a lab out of everything that leaves it: it is the one door through which results go.
//
//	secret -> forms (as it is, base64, hex) -> found under any escaping -> stand-in
//
// A stand-in is a canary of its own: equal for equal secrets, and where it appears the secret appeared.
package redact

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/leak"
)

// shortest is how many bytes a secret has at least. A shorter one (a PIN, "admin") occurs by chance in numbers, dates and
// words: to replace it would change what was said, and report leaks that are none. It is neither redacted nor looked for.
const shortest = 6

// A Redactor replaces secrets by their stand-ins. It never changes, and is safe for concurrent use; nil replaces nothing.
type Redactor struct {
	seed     string
	secrets  []Secret
	forms    []form    // the longest first
	first    [256]bool // bytes that a form may begin with when it is escaped
	begin    [256][]form
	heads    map[string][]form // by their first two, three and four bytes, for where many begin alike
	brief    bool              // one has fewer bytes than that
	longest  int               // bytes that the longest form may take when it is escaped
	canaries []leak.Canary
}

// New makes the redactor of declared secrets, given by name. The stand-ins depend on the seed and the names alone.
func New(seed string, secrets map[string]string) *Redactor {
	var all []Secret
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		all = append(all, Secret{Name: name, Value: secrets[name]})
	}
	return Hiding(seed, all...)
}

// Hiding makes the redactor of secrets. Of two with one value the first counts; one that is too short to be told from chance is
// left out.
func Hiding(seed string, secrets ...Secret) *Redactor {
	r := &Redactor{seed: seed, secrets: kept(secrets)}
	for _, s := range r.secrets {
		if c, ok := s.canary(seed); ok && !slices.Contains(r.canaries, c) {
			r.canaries = append(r.canaries, c)
		}
		for _, f := range s.forms(seed) {
			f.id = len(r.forms)
			r.forms = append(r.forms, f)
		}
	}
	slices.SortFunc(r.canaries, func(a, b leak.Canary) int { return strings.Compare(a.Token, b.Token) })
	slices.SortFunc(r.forms, func(a, b form) int {
		return cmp.Or(len(b.text)-len(a.text), strings.Compare(a.text+a.token, b.text+b.token))
	})
	r.index()
	return r
}

func (r *Redactor) index() {
	r.heads = map[string][]form{}
	for _, f := range r.forms {
		r.first[f.text[0]] = true
		r.begin[f.text[0]] = append(r.begin[f.text[0]], f)
		for n := 2; n <= min(head, len(f.text)); n++ {
			r.heads[f.text[:n]] = append(r.heads[f.text[:n]], f)
		}
		r.brief = r.brief || len(f.text) < head
		r.longest = max(r.longest, widest*len(f.text))
	}
	for _, c := range []byte(`%\&`) {
		r.first[c] = len(r.forms) > 0
	}
	r.first['+'] = r.first['+'] || r.first[' ']
}

// Canaries are the stand-ins: each is where a secret was.
func (r *Redactor) Canaries() []leak.Canary {
	if r == nil {
		return nil
	}
	return r.canaries
}

// Text gives a text without the secrets.
func (r *Redactor) Text(text string) string {
	if r == nil || len(r.forms) == 0 {
		return text
	}
	out, _ := r.take(text, len(text))
	return out
}

// Begin gives the beginning of a text that goes on, without the secrets, and how many of its bytes that is: all but the last
// few, in which a secret may have begun. What is left is to be put before what follows.
func (r *Redactor) Begin(text string) (string, int) {
	if r == nil || len(r.forms) == 0 {
		return text, len(text)
	}
	return r.take(text, max(0, len(text)-r.longest))
}

// Cut gives a text that was cut off, without the secrets: one that had begun at its end is left out as well.
func (r *Redactor) Cut(text string) string {
	if r == nil || len(r.forms) == 0 {
		return text
	}
	known := dead{}
	for at := max(0, len(text)-r.longest); at < len(text); at++ {
		forms := r.forms
		if !escapes[text[at]] {
			forms = r.begin[text[at]]
		}
		if r.first[text[at]] && slices.ContainsFunc(forms, func(f form) bool { return f.follow(text[at:], f.text, nil, known) < 0 }) {
			return r.Text(text[:at])
		}
	}
	return r.Text(text)
}

// take replaces the secrets that begin before a place.
func (r *Redactor) take(text string, until int) (string, int) {
	var b strings.Builder
	from, at, known := 0, 0, dead{}
	for at < until {
		if !r.first[text[at]] {
			at++
			continue
		}
		token, n := r.at(text[at:], known)
		if n == 0 {
			at++
			continue
		}
		b.WriteString(text[from:at])
		b.WriteString(token)
		at += n
		from = at
	}
	if from == 0 {
		return text[:at], at
	}
	b.WriteString(text[from:at])
	return b.String(), at
}

// at finds the longest secret at the beginning of a text, 0 when there is none.
func (r *Redactor) at(text string, known dead) (token string, n int) {
	if !escapes[text[0]] {
		return longest(r.likely(text), text, nil, known)
	}
	readings := read(text, 0)
	for _, said := range readings {
		if t, m := longest(r.begin[said.said[0]], text, readings, known); m > n {
			token, n = t, m
		}
	}
	return token, n
}

// head is how many bytes of a form its place in the index goes by.
const head = 4

// likely are the forms that may stand at the beginning of a text whose first byte is not escaped.
func (r *Redactor) likely(text string) []form {
	all := r.begin[text[0]]
	if len(all) <= 8 || len(text) < head || r.brief {
		return all
	}
	n := 1
	for n < head && !escapes[text[n]] {
		n++
	}
	if n == head {
		return r.heads[text[:head]]
	}
	var some []form
	var seen [256]bool
	for _, next := range read(text[n:], 0) {
		if c := next.said[0]; !seen[c] {
			seen[c] = true
			some = append(some, r.heads[text[:n]+next.said[:1]]...)
		}
	}
	return some
}

func longest(forms []form, text string, readings []reading, known dead) (token string, n int) {
	for _, f := range forms {
		m := f.follow(text, f.text, readings, known)
		if m <= n || f.whole && m < len(text) && isOfWord(text[m]) {
			continue
		}
		token, n = f.token, m
	}
	return token, n
}

// isOfWord tells whether a byte would go on with a word.
func isOfWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c >= 0x80
}

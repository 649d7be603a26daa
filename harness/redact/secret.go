package redact

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/failwell/failwell/harness/leak"
)

// A Secret is one value that must not leave a lab.
type Secret struct {
	Name  string // what stands for it follows from the name alone, so that all values of one name have one stand-in
	Value string
	Sort  Sort
	Where string // what its canary says; empty: "the secret NAME"
	Given bool   // it stands in a lab file or an address, and nobody declared it as a secret
}

// Sort is how much may be concluded from a secret that is seen.
type Sort int

const (
	// Planted secrets were declared, given or made by failwell. Where one appears is a leak, so its stand-in is a canary.
	Planted Sort = iota
	// Borrowed ones are tokens that the system gave the lab, or that the lab sends. A system may give a caller its own token
	// again, so the stand-in is no canary.
	Borrowed
	// Common ones are passwords that are also words of everyday text. They are replaced only where a password stands: in
	// `://user:PASSWORD@` and behind `password=`.
	Common
)

// Given is the secret that a password is which stands in a lab file or an address: it is too common a word when it is short, of
// few letters alone, or the same as what it stands beside (user, database, host).
func Given(name, password string, beside ...string) Secret {
	s := Secret{Name: name, Value: password, Given: true}
	if IsCommon(password, beside...) {
		s.Sort = Common
	}
	return s
}

// IsCommon tells whether a given password cannot be told from a word of everyday text.
func IsCommon(password string, beside ...string) bool {
	return len(password) < 8 || isWord(password, 12) || slices.Contains(beside, password)
}

// IsOpaque tells whether the value of a credential is random enough to be looked for everywhere: "Bearer invalid-token" is not.
func IsOpaque(value string) bool { return len(value) >= 8 && !isWord(value, 24) }

// isWord tells whether a text is shorter than so many bytes and made of letters alone, or of digits alone, in pieces.
func isWord(text string, most int) bool {
	other := func(is func(rune) bool) bool {
		return strings.ContainsFunc(text, func(r rune) bool { return !is(r) && !strings.ContainsRune("-_. ", r) })
	}
	return len(text) < most && (!other(unicode.IsLetter) || !other(unicode.IsDigit))
}

// canary is the stand-in of a secret as what is looked for; false: it is none.
func (s Secret) canary(seed string) (leak.Canary, bool) {
	return leak.Canary{Token: s.standIn(seed), Kind: leak.KindSecret, Where: cmp.Or(s.Where, "the secret "+s.Name)}, s.Sort == Planted
}

func (s Secret) standIn(seed string) string {
	if s.Sort == Planted {
		return leak.Mint(seed, "secret", s.Name)
	}
	return standIn + leak.Mint("token", s.Name)
}

// forms are the ways in which a secret is written, each with what stands for it.
func (s Secret) forms(seed string) []form {
	var all []form
	token := s.standIn(seed)
	if s.Sort != Common {
		for _, text := range spellings(s.Value) {
			all = append(all, form{text: text, token: token})
		}
		return all
	}
	all = append(all, form{text: ":" + s.Value + "@", token: ":" + token + "@"})
	for _, name := range []string{"password", "Password", "PASSWORD", "passwd", "pwd", "Pwd"} {
		for _, sign := range []string{"=", "='", `="`} {
			all = append(all, form{text: name + sign + s.Value, token: name + sign + token, whole: true})
		}
	}
	return all
}

// isTooShort tells whether a secret is too short to be looked for at all.
func (s Secret) isTooShort() bool {
	if s.Sort == Common {
		return s.Value == ""
	}
	return len(s.Value) < shortest
}

// mostBorrowed bounds the tokens that a redactor remembers: a lab that logs in for every case has many, and only the last ones
// are of use to anybody.
const mostBorrowed = 128

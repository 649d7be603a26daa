package redact

import (
	"encoding/base64"
	"encoding/hex"
	"html"
	"strconv"
	"strings"
)

// A form is one way to write a secret, with its stand-in. It is found whatever of it is escaped: for a URL (`%XX`, also
// twice; `+`), in a string of JSON and of most languages (`\"`, `\u0026`, `\x26`), in HTML and XML (`&amp;`, `&#38;`).
type form struct {
	text, token string
	id          int
	whole       bool // it counts only when no word goes on behind it
}

// dead are ends of a text and of forms that do not go together, by their lengths. Without it a secret of many escapes would
// take forever.
type dead map[[3]int]bool

// spellings are the forms of a value that are reversible at sight: as it is, base64 of both alphabets, alone and within a
// longer text at each of the three alignments, and hexadecimal.
func spellings(value string) []string {
	h := hex.EncodeToString([]byte(value))
	all := []string{value, h, strings.ToUpper(h)}
	for _, e := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		whole := e.EncodeToString([]byte(value))
		all = append(all, whole, strings.TrimRight(whole, "="))
		for pad := range 3 {
			text := e.WithPadding(base64.NoPadding).EncodeToString([]byte("\x00\x00"[:pad] + value))
			all = append(all, text[(pad*8+5)/6:(pad+len(value))*8/6]) // what does not depend on its neighbours
		}
	}
	seen := map[string]bool{}
	var once []string
	for _, text := range all {
		if !seen[text] {
			seen[text] = true
			once = append(once, text)
		}
	}
	return once
}

// follow compares a text with the form: how many bytes of the text say it, 0 for none; -1: the text ends within it, and that is
// at least the beginning of it. want is what is left of the form; readings are those of the text's beginning, nil
// when they are to be made.
func (f form) follow(text, want string, readings []reading, known dead) int {
	n, had := 0, len(f.text)-len(want)
	for readings == nil && want != "" && n < len(text) && text[n] == want[0] && !escapes[text[n]] {
		n, want, had = n+1, want[1:], had+1
	}
	switch {
	case want == "":
		return n
	case n == len(text) && had >= least:
		return -1
	case n == len(text):
		return 0
	}
	here := [3]int{len(text) - n, len(want), f.id}
	if readings == nil && (!escapes[text[n]] || known[here]) {
		return 0 // no escape, or one that was tried
	}
	if readings == nil {
		readings = read(text[n:], 0)
	}
	for _, r := range readings {
		if !strings.HasPrefix(want, r.said) {
			continue
		}
		if len(want) == len(r.said) {
			return n + r.width
		}
		if m := f.follow(text[n+r.width:], want[len(r.said):], nil, known); m > 0 {
			return n + r.width + m
		} else if m < 0 {
			return -1
		}
	}
	if had >= least && unfinished(text[n:]) {
		return -1
	}
	if had > 0 {
		known[here] = true
	}
	return 0
}

// least is how much of a form tells that it has begun.
const least = 4

// unfinished tells whether a text ends within what may be an escape.
func unfinished(text string) bool { return len(text) < 4 && escapes[text[0]] && text[0] != '+' }

// escapes are the bytes that begin an escape.
var escapes = [256]bool{'%': true, '\\': true, '&': true, '+': true}

// widest is how many bytes one byte takes at most when it is escaped, also when that is escaped again: `%252525XX`, `\\\\u00XX`,
// `&amp;#x00XX;`.
const widest = 16

// deepest is how often one byte may be escaped.
const deepest = 4

// A reading is what the beginning of a text may say, and how many bytes of it say that.
type reading struct {
	said  string
	width int
}

// read gives the readings of the beginning of a text: what was escaped most often first, as it is last.
func read(text string, depth int) []reading {
	var all []reading
	if said, width := unescape(text); width > 0 {
		if depth < deepest && escapes[said[0]] {
			for _, r := range read(said+text[width:min(len(text), width+widest)], depth+1) {
				// What was said may be several bytes (`&ampgt;` says `&gt;`): a reading of all of them counts, and what it takes beyond.
				if r.width >= len(said) && (r.width > 1 || r.said == " ") {
					all = append(all, reading{r.said, width + r.width - len(said)})
				}
			}
		}
		all = append(all, reading{said, width})
	}
	if text[0] == '+' {
		all = append(all, reading{" ", 1})
	}
	return append(all, reading{text[:1], 1})
}

// unescape resolves one escape at the beginning of a text.
func unescape(text string) (said string, width int) {
	switch text[0] {
	case '%':
		return digits(text, 1, 2)
	case '\\':
		return backslash(text)
	case '&':
		if end := strings.IndexByte(text[:min(len(text), widest)], ';'); end > 1 {
			if said := html.UnescapeString(text[:end+1]); said != text[:end+1] {
				return said, end + 1
			}
		}
	}
	return "", 0
}

// digits reads a code in so many hexadecimal digits: a byte in two, a character in four.
func digits(text string, at, n int) (said string, width int) {
	if at+n > len(text) {
		return "", 0
	}
	c, err := strconv.ParseUint(text[at:at+n], 16, 32)
	switch {
	case err != nil:
		return "", 0
	case n == 2:
		return string([]byte{byte(c)}), at + n
	}
	return string(rune(c)), at + n
}

// backslash reads the escapes of strings (RFC 8259, 7, and those of most languages).
func backslash(text string) (said string, width int) {
	if len(text) < 2 {
		return "", 0
	}
	switch c := text[1]; c {
	case 'u':
		return digits(text, 2, 4)
	case 'x':
		return digits(text, 2, 2)
	case 'n', 'r', 't', 'b', 'f':
		return string("\n\r\t\b\f"[strings.IndexByte("nrtbf", c)]), 2
	case '"', '\'', '/', '\\', '`', '$':
		return string(c), 2
	}
	return "", 0
}

package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plain makes a text from outside harmless on one line: white space becomes single spaces; control characters, escape
// sequences, bidirectional overrides, invisible characters and bytes that are no UTF-8 become visible escapes such as \x1b
// or \u{202e}. What every format shows has gone through it; each format then escapes for its own syntax. Plain of a plain
// text is the same text.
func Plain(s string) string { return strings.Join(strings.FieldsFunc(visible(s), isBlank), " ") }

// PlainLines makes a text of several lines from outside harmless, line by line, with the spaces that it has.
func PlainLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = visible(strings.TrimSuffix(lines[i], "\r"))
	}
	return strings.Join(lines, "\n")
}

func isBlank(r rune) bool { return r == ' ' }

// visible is Plain that keeps every space.
func visible(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\n' || r == '\t' || r == '\r' || unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		case r < 0x80 && unicode.IsControl(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\u{%x}`, r)
		default:
			b.WriteRune(r)
		}
		i += size
	}
	return b.String()
}

// short is the plain text cut to so many characters.
func short(s string, most int) string {
	p := []rune(Plain(s))
	if len(p) <= most {
		return string(p)
	}
	return string(p[:most-3]) + "..."
}

package leak

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Answers under fault are cut off, doubled and followed by other texts, so the
// reader here is lenient: it keeps what it understood and says where it stopped.

// A node is one JSON value. Object members keep their order and duplicates.
type node struct {
	kind byte // '{' '[' '"' or '0' for numbers and words
	text string
	keys []string
	kids []node
}

const deepest = 200

type jsonReader struct {
	text string
	at   int
	bad  bool
}

// readJSON reads one value at the start of the text. Whole is false when the
// value is cut off or malformed; end is where reading stopped.
func readJSON(text string) (n node, end int, whole bool) {
	r := &jsonReader{text: text}
	n = r.value(0)
	return n, r.at, !r.bad
}

func (r *jsonReader) space() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\r', '\n':
			r.at++
		default:
			return
		}
	}
}

func (r *jsonReader) peek() byte {
	r.space()
	if r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
}

func (r *jsonReader) value(depth int) node {
	c := r.peek()
	switch {
	case depth > deepest:
		r.bad = true
		return node{kind: '0'}
	case c == '{' || c == '[':
		return r.container(c, depth)
	case c == '"':
		return node{kind: '"', text: r.str()}
	}
	start := r.at
	for r.at < len(r.text) && strings.IndexByte(",]} \t\r\n\"[{:", r.text[r.at]) < 0 {
		r.at++
	}
	n := node{kind: '0', text: r.text[start:r.at]}
	r.bad = r.bad || !isLiteral(n.text)
	return n
}

func isLiteral(s string) bool {
	switch s {
	case "":
		return false
	case "true", "false", "null", "NaN", "Infinity", "-Infinity":
		return true
	}
	return s[0] == '-' || '0' <= s[0] && s[0] <= '9'
}

func (r *jsonReader) container(open byte, depth int) node {
	n := node{kind: open}
	r.at++
	for {
		c := r.peek()
		if c == open+2 { // '}' and ']' follow their openings by two
			r.at++
			return n
		}
		if c == ',' && len(n.kids) > 0 {
			r.at++
			c = r.peek()
			if c == open+2 {
				continue
			}
		}
		key := ""
		if open == '{' {
			if c != '"' {
				r.bad = true
				return n
			}
			key = r.str()
			if r.bad || r.peek() != ':' {
				r.bad = true
				return n
			}
			r.at++
		}
		kid := r.value(depth + 1)
		n.kids = append(n.kids, kid)
		if open == '{' {
			n.keys = append(n.keys, key)
		}
		if r.bad {
			return n
		}
		if c := r.peek(); c != ',' && c != open+2 {
			r.bad = true
			return n
		}
	}
}

// str reads a string; without escapes it is a part of the text itself.
func (r *jsonReader) str() string {
	r.at++
	start := r.at
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case '"':
			r.at++
			return r.text[start : r.at-1]
		case '\\':
			return r.escaped(start)
		}
		r.at++
	}
	r.bad = true
	return r.text[start:]
}

func (r *jsonReader) escaped(start int) string {
	end := r.at
	for end < len(r.text) && r.text[end] != '"' {
		if r.text[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(r.text) {
		r.bad = true
		r.at = len(r.text)
		return unescape(r.text[start:])
	}
	r.at = end + 1
	return unescape(r.text[start:end])
}

var escapes = [256]byte{'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f', '"': '"', '\'': '\'', '\\': '\\', '/': '/'}

// unescape resolves \n, \", \uXXXX and \xXX, and leaves what it does not know.
func unescape(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 >= len(s) {
			b.WriteByte(s[i])
			continue
		}
		c := s[i+1]
		if c == 'u' || c == 'x' {
			if r, n := codePoint(s[i:]); n > 0 {
				b.WriteRune(r)
				i += n - 1
				continue
			}
		}
		if e := escapes[c]; e != 0 {
			b.WriteByte(e)
			i++
			continue
		}
		b.WriteByte('\\')
	}
	return b.String()
}

// codePoint reads \xXX, \uXXXX or a pair of surrogates at the start of s.
func codePoint(s string) (rune, int) {
	digits := 4
	if s[1] == 'x' {
		digits = 2
	}
	r, ok := hexDigits(s, 2, digits)
	if !ok {
		return 0, 0
	}
	if utf16.IsSurrogate(r) {
		if len(s) >= 12 && s[6] == '\\' && s[7] == 'u' {
			if low, ok := hexDigits(s, 8, 4); ok {
				return utf16.DecodeRune(r, low), 12
			}
		}
		return utf8.RuneError, 2 + digits
	}
	return r, 2 + digits
}

func hexDigits(s string, at, n int) (rune, bool) {
	if at+n > len(s) {
		return 0, false
	}
	var r rune
	for _, c := range []byte(s[at : at+n]) {
		c = fold[c]
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

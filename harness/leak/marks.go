package leak

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// Canaries travel encoded: in upper case, as base64 inside a debug header, with
// \u escapes, cut off by a length limit. Every shape is computed once per set
// of canaries, folded to lower case, and found by its first eight bytes:
//
//	text -> rolling window of 8 folded bytes -> bit set -> map -> compare the rest
//
// A second window skips separators, for tokens that were split or hyphenated.

const window = 8

// A shape is one way a token can be written.
type shape struct {
	text   string // folded to lower case
	least  int    // matching bytes that suffice when the text is cut off there
	canary int
}

// marks finds the shapes of a set of canaries. It never changes once built.
type marks struct {
	canaries []Canary
	bits     [1 << 10]uint64
	shapes   map[uint64][]shape
}

// A mark is a shape found in a text.
type mark struct {
	start, end int
	canary     int
}

func newMarks(canaries []Canary) *marks {
	m := &marks{canaries: canaries, shapes: map[uint64][]shape{}}
	for i, c := range canaries {
		token := strings.ToLower(c.Token)
		if len(token) < window {
			continue
		}
		if c.Kind == KindAddress {
			for _, form := range spoken(token) {
				m.add(form, len(form), i)
			}
			continue
		}
		m.add(token, window, i)
		for pad := range 3 {
			m.add(base64Inside(base64.RawStdEncoding, token, pad), 0, i)
			m.add(base64Inside(base64.RawURLEncoding, token, pad), 0, i)
		}
		m.add(hex.EncodeToString([]byte(token)), 2*window, i)
		for _, format := range []string{"%%%02x", `\u%04x`, `\x%02x`, "&#%d;", "&#x%x;"} {
			m.add(spell(format, token), len(spell(format, token[:window])), i)
		}
	}
	return m
}

// spoken are the forms in which drivers and clients say where they were to connect to.
func spoken(address string) []string {
	forms := []string{address}
	at := strings.LastIndexByte(address, ':')
	if at < 0 {
		return forms
	}
	host, port := strings.Trim(address[:at], "[]"), address[at+1:]
	for _, between := range []string{
		`", port `,  // libpq: connection to server at "127.0.0.1", port 5432 failed
		`), port `,  // libpq: connection to server at "localhost" (127.0.0.1), port 5432 failed
		`', port=`,  // urllib3: HTTPConnectionPool(host='127.0.0.1', port=8080)
		`" port `,   // Ruby: connect(2) for "127.0.0.1" port 8080
		`","port":`, // an error of Node as JSON: {"code":"ECONNREFUSED","address":"127.0.0.1","port":8080}
		"\" and accepting\n\ttcp/ip connections on port ", // libpq until 13
	} {
		forms = append(forms, host+between+port)
	}
	return forms
}

// base64Inside is the part of the encoding that does not depend on what stands
// around the token, when pad bytes of a group of three precede it.
func base64Inside(e *base64.Encoding, token string, pad int) string {
	text := e.EncodeToString([]byte("\x00\x00"[:pad] + token))
	full := (pad + len(token)) * 8 / 6
	return strings.ToLower(text[(pad*8+5)/6 : full])
}

func spell(format, token string) string {
	var b strings.Builder
	for _, c := range []byte(token) {
		fmt.Fprintf(&b, format, c)
	}
	return b.String()
}

func (m *marks) add(text string, least, canary int) {
	if len(text) < window {
		return
	}
	if least == 0 {
		least = len(text)
	}
	var key uint64
	for i := range window {
		key = key<<8 | uint64(text[i])
	}
	for _, s := range m.shapes[key] {
		if s.text == text && s.canary == canary {
			return
		}
	}
	slot := slot(key)
	m.bits[slot>>6] |= 1 << (slot & 63)
	m.shapes[key] = append(m.shapes[key], shape{text: text, least: least, canary: canary})
}

func slot(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 >> 48 }

// find calls yield for every shape in the text, in the order they end, until it
// returns false.
func (m *marks) find(text string, yield func(mark) bool) {
	if len(m.shapes) == 0 || len(text) < window {
		return
	}
	var plain, joined uint64
	skipped := false
	for i := 0; i < len(text); i++ {
		c := fold[text[i]]
		plain = plain<<8 | uint64(c)
		if at := slot(plain); m.bits[at>>6]&(1<<(at&63)) != 0 {
			if !m.check(text, i, plain, yield) {
				return
			}
		}
		if separator[c] {
			skipped = true
			continue
		}
		joined = joined<<8 | uint64(c)
		if skipped && joined != plain {
			if at := slot(joined); m.bits[at>>6]&(1<<(at&63)) != 0 {
				if !m.checkJoined(text, i, joined, yield) {
					return
				}
			}
		}
	}
}

func (m *marks) check(text string, i int, key uint64, yield func(mark) bool) bool {
	start := i - window + 1
	if start < 0 {
		return true
	}
	for _, s := range m.shapes[key] {
		n := window
		for n < len(s.text) && start+n < len(text) && fold[text[start+n]] == s.text[n] {
			n++
		}
		cut := n >= s.least && (start+n == len(text) || !alnum[text[start+n]])
		if n == len(s.text) || cut {
			if !yield(mark{start, start + n, s.canary}) {
				return false
			}
		}
	}
	return true
}

// checkJoined compares whole tokens only: the window has already skipped
// separators, so that i is the eighth of the token's own bytes.
func (m *marks) checkJoined(text string, i int, key uint64, yield func(mark) bool) bool {
	for _, s := range m.shapes[key] {
		n, at := window, i+1
		for ; n < len(s.text) && at < len(text) && at < i+64; at++ {
			c := fold[text[at]]
			if c != s.text[n] {
				if separator[c] {
					continue
				}
				break
			}
			n++
		}
		if n < len(s.text) {
			continue
		}
		start := i
		for seen := 1; start > 0 && seen < window; {
			start--
			if !separator[fold[text[start]]] {
				seen++
			}
		}
		if !yield(mark{start, at, s.canary}) {
			return false
		}
	}
	return true
}

var fold, separator, alnum = func() (lower [256]byte, sep, word [256]bool) {
	for i := range 256 {
		c := byte(i)
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
		word[i] = 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
	}
	for _, c := range []byte(" -_.:,/\t\r\n") {
		sep[c] = true
	}
	return
}()

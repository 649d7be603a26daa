package leak

import (
	"encoding/base64"
	"encoding/hex"
	"hash/maphash"
	"html"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

const shortestEncoded = 40

const (
	sawPercent = 1 << iota
	sawBackslash
	sawAmpersand
	sawBrace
	sawEscape
	base64Char
	lineEnd
)

var marksOf = func() (t [256]uint8) {
	for c := range 256 {
		if alnum[fold[c]] || strings.IndexByte("+/_-=", byte(c)) >= 0 {
			t[c] = base64Char
		}
	}
	t['%'], t['\\'], t['&'], t['{'], t['['], t[0x1b] = sawPercent, sawBackslash, sawAmpersand, sawBrace, sawBrace, sawEscape
	t['\n'], t['\r'] = lineEnd, lineEnd
	return
}()

// unwrap looks for texts encoded in a layer's text and scans each as a layer.
func (s *scan) unwrap(l layer) {
	if l.depth >= deepestLayer {
		return
	}
	var saw uint8
	run, line := 0, 0
	var runs [][2]int
	for i := 0; i < len(l.text); i++ {
		c := marksOf[l.text[i]]
		if c == base64Char {
			run++
			line++
			continue
		}
		saw |= c
		if c == lineEnd && (line >= 60 || line == 0) && run > 0 {
			run++ // MIME breaks long base64 into lines
			line = 0
			continue
		}
		if run >= shortestEncoded {
			runs = append(runs, [2]int{i - run, i})
		}
		run, line = 0, 0
	}
	if run >= shortestEncoded {
		runs = append(runs, [2]int{len(l.text) - run, len(l.text)})
	}
	s.escapesIn(l, saw)
	for _, r := range runs {
		s.encoded(l, l.text[r[0]:r[1]])
	}
}

func (s *scan) escapesIn(l layer, saw uint8) {
	if saw&sawPercent != 0 {
		s.changed(l, "percent", percent(l.text))
	}
	if saw&sawAmpersand != 0 {
		s.changed(l, "entities", html.UnescapeString(l.text))
	}
	if saw&sawEscape != 0 {
		s.changed(l, "ansi", ansi.ReplaceAllString(l.text, ""))
	}
	if saw&sawBackslash != 0 {
		s.changed(l, "escaped", unescape(l.text))
	}
	if saw&sawBrace != 0 {
		if i := jsonStart(l.text); i >= 0 {
			if n, _, _ := readJSON(l.text[i:]); len(n.kids) > 0 && s.spend(l, len(l.text)-i) {
				l.text = l.text[i:]
				l.depth++
				s.walk(l, n, "", l.mode)
			}
		}
	}
}

var ansi = regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]`)

func jsonStart(text string) int {
	i := strings.IndexAny(text, "{[")
	for i >= 0 && i < len(text) {
		next := strings.TrimLeft(text[i+1:min(len(text), i+64)], " \t\r\n")
		if next != "" && (next[0] == '"' || next[0] == '{') {
			return i
		}
		j := strings.IndexAny(text[i+1:], "{[")
		if j < 0 {
			return -1
		}
		i += 1 + j
	}
	return -1
}

// spend takes bytes from what decoders may still make of the answer.
func (s *scan) spend(l layer, n int) bool {
	if n > s.left {
		s.skipped("what is encoded at " + l.where + ": there is too much of it")
		return false
	}
	s.left -= n
	return true
}

// inflated undoes a content coding as far as the bound allows.
func (s *scan) inflated(l layer, coding string, body []byte, most int) (text []byte, name string) {
	text, name = inflate(coding, body, most)
	if len(text) == most && most > 0 {
		s.skipped("what is compressed at " + l.where + " behind its first " + strconv.Itoa(most) + " bytes")
	}
	s.left -= len(text)
	return text, name
}

func (s *scan) changed(l layer, kind, text string) {
	if text != l.text && !s.again(l, text) && s.spend(l, len(text)) {
		s.text(l.inside(kind, text))
	}
}

// again tells whether a long text was looked at already: two escapings that are undone in either order give the same.
func (s *scan) again(l layer, text string) bool {
	if len(text) < reach {
		return false
	}
	key := looked{maphash.String(hashSeed, text), l.mode, l.place, l.field}
	was := s.looked[key]
	if s.looked == nil {
		s.looked = map[looked]bool{}
	}
	s.looked[key] = true
	return was
}

// looked stands for a text that was looked at, and as what.
type looked struct {
	text  uint64
	mode  mode
	place place
	field string
}

var hashSeed = maphash.MakeSeed()

// encoded tries a long run of characters as hexadecimal and as base64.
func (s *scan) encoded(l layer, run string) {
	if b, err := hex.DecodeString(run); err == nil {
		s.decoded(l, "hex", b)
		return
	}
	compact := strings.NewReplacer("\r", "", "\n", "", "=", "", "-", "+", "_", "/").Replace(run)
	for _, part := range []string{compact, afterLast(compact, '/')} {
		if len(part) < shortestEncoded {
			return
		}
		if len(part)%4 == 1 {
			part = part[:len(part)-1]
		}
		if b, err := base64.RawStdEncoding.DecodeString(part); err == nil && s.decoded(l, "base64", b) {
			return
		}
	}
}

func afterLast(text string, c byte) string { return text[strings.LastIndexByte(text, c)+1:] }

func (s *scan) decoded(l layer, kind string, b []byte) bool {
	if !s.spend(l, len(b)) {
		return true
	}
	l = l.inside(kind, "")
	if text, name := s.inflated(l, magic(b), b, min(s.left, 1<<20)); len(text) > 0 {
		b, l = text, l.inside(name, "")
	}
	if !readable(b) {
		return false
	}
	l.text = narrow(string(b))
	s.text(l)
	return true
}

// readable reports whether bytes are mostly text.
func readable(b []byte) bool {
	part := b[:min(len(b), 4096)]
	good, n := 0, 0
	for i := 0; i < len(part); {
		r, size := utf8.DecodeRune(part[i:])
		n++
		if r >= 0x20 && r < 0x7f || r == '\n' || r == '\t' || r == '\r' || r == 0 {
			good++
		}
		i += size
	}
	return n > 0 && good*100 >= n*85
}

// percent decodes %XX and leaves what it cannot decode (RFC 3986, section 2.1).
func percent(text string) string {
	i := strings.IndexByte(text, '%')
	if i < 0 {
		return text
	}
	var b strings.Builder
	for i = 0; i < len(text); i++ {
		if text[i] == '%' {
			if r, ok := hexDigits(text, i+1, 2); ok {
				b.WriteByte(byte(r))
				i += 2
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

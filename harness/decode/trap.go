package decode

import (
	"fmt"
	"strings"
	"unicode"
)

// scanner walks over a source that is not YAML and stops at the first trap that it knows. It follows just enough of the
// syntax to tell keys, values, brackets ({ } and [ ]) and blocks (indentation) apart.
type scanner struct {
	src     []rune
	i       int
	anchors map[string]bool
	flow    []bracket // those that are open
	blocks  []block   // the indented lists and maps around this line
	line    entry     // what this line holds so far, outside of brackets
	dashed  bool      // the line has a "- "
	bare    int       // a first line that has no key, or -1

	trap   string
	trapAt int
}

// entry is what is known of a line, or of one entry inside brackets.
type entry struct {
	keyed  bool // a key and its colon were there
	filled bool // a key or value is there
	start  int  // where that begins
}

// run scans until a trap is found or the source ends.
func (s *scanner) run() {
	s.refuseTab()
	for s.trap == "" && s.next() {
		s.token(s.src[s.i])
	}
	s.endLine()
	s.refuseOpen()
}

// refuseOpen notes a trap if a bracket is still open.
func (s *scanner) refuseOpen() {
	if n := len(s.flow); n > 0 {
		at := s.flow[n-1].at
		s.stop(at, "this %q is never closed", string(s.src[at]))
	}
}

// stop notes the trap; the first one counts.
func (s *scanner) stop(at int, format string, args ...any) {
	if s.trap == "" {
		s.trap, s.trapAt = fmt.Sprintf(format, args...), at
	}
}

// next goes to the next token, over blanks, line breaks and comments, and reports whether there is one.
func (s *scanner) next() bool {
	for s.i < len(s.src) {
		switch c := s.src[s.i]; {
		case c == '\n':
			s.endLine()
			s.i++
			s.refuseTab()
		case c == '#' && s.blank(s.i-1):
			s.i = s.lineEnd(s.i)
		case !unicode.IsSpace(c):
			return true
		default:
			s.i++
		}
	}
	return false
}

// token goes over what begins here.
func (s *scanner) token(c rune) {
	inFlow, alone := len(s.flow) > 0, s.blank(s.i+1)
	switch {
	case s.isMarker():
		s.refuseOpen()
		s.i, s.blocks = s.i+3, nil
	case c == '"' || c == '\'':
		s.quoted(c)
	case strings.ContainsRune("{[", c):
		s.open()
	case strings.ContainsRune("}]", c):
		s.close(c)
	case c == ',' && inFlow:
		s.comma()
	case c == '*' || c == '&':
		s.anchor(c)
	case strings.ContainsRune("%@`", c), c == '?' && (inFlow || alone):
		s.stop(s.i, "a value cannot begin with %q; quote it: %q", string(c), s.value(s.i))
	case c == '!':
		s.tag()
	case (c == '|' || c == '>') && !inFlow:
		s.blockText(c)
	case c == '-' && alone && !inFlow:
		s.dash()
	case c == ':' && (inFlow || alone):
		s.colon()
	default:
		s.plain()
	}
}

// current returns the entry that the scanner is in.
func (s *scanner) current() *entry {
	if n := len(s.flow); n > 0 {
		return &s.flow[n-1].entry
	}
	return &s.line
}

// content notes that a key or value begins. Two of them without anything between are a trap.
func (s *scanner) content(start int) {
	e := s.current()
	switch {
	case !e.filled:
		e.filled, e.start = true, start
	case len(s.flow) > 0:
		s.stop(start, "no comma before this; write one, or quote the whole value: %q", s.value(e.start))
	default:
		s.stop(start, "nothing can follow the value before this; quote the whole value: %q", s.value(e.start))
	}
}

// quoted goes over a text in quotes.
func (s *scanner) quoted(quote rune) {
	start := s.i
	s.content(start)
	for s.i++; s.i < len(s.src); s.i++ {
		switch c := s.src[s.i]; {
		case c == '\\' && quote == '"':
			s.escape()
		case c == quote && quote == '\'' && s.at(s.i+1) == quote:
			s.i++
		case c == quote:
			s.i++
			return
		}
	}
	s.stop(start, "this quote is never closed")
}

// escape looks at a backslash in double quotes and goes to the letter behind it.
func (s *scanner) escape() {
	s.i++
	c := s.at(s.i)
	switch {
	case c == 'u' && (s.at(s.i+1) == 'd' || s.at(s.i+1) == 'D') && unicode.IsLetter(s.at(s.i+2)),
		c == 'u' && (s.at(s.i+1) == 'd' || s.at(s.i+1) == 'D') && strings.ContainsRune("89", s.at(s.i+2)):
		s.stop(s.i-1, "half of a character (a surrogate); write the character itself")
	case c != 0 && !strings.ContainsRune("0abt\tnvfre \"'/\\N_LPxuU\n", c):
		s.stop(s.i-1, `\%c is no escape in double quotes; write \\ for a backslash, or use single quotes`, c)
	}
}

// anchor goes over &name and *name.
func (s *scanner) anchor(sign rune) {
	start := s.i
	for s.i++; isNameLetter(s.at(s.i)); s.i++ {
	}
	name := string(s.src[start+1 : s.i])
	ends := s.blank(s.i) || len(s.flow) > 0 && strings.ContainsRune(",]}", s.at(s.i))
	switch {
	case name == "" || !ends:
		s.stop(start, "a value cannot begin with %q; quote it: %q", string(sign), s.value(start))
	case sign == '&':
		s.anchors[name] = true
	case !s.anchors[name]:
		s.stop(start, "*%s stands for a value marked &%s, and there is none; quote the value if the * is part of it: %q", name, name, s.value(start))
	default:
		s.content(start)
	}
}

// tag goes over !name.
func (s *scanner) tag() {
	for !s.blank(s.i) {
		s.i++
	}
}

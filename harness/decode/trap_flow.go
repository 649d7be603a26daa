package decode

import "strings"

// bracket is an open { or [ and the entry inside it that the scanner is in.
type bracket struct {
	entry
	at int
}

// open goes over { and [.
func (s *scanner) open() {
	s.content(s.i)
	s.flow = append(s.flow, bracket{at: s.i})
	s.i++
}

// close goes over } and ].
func (s *scanner) close(c rune) {
	n := len(s.flow)
	if n == 0 {
		s.stop(s.i, "%q closes nothing; quote the value if it is part of it", string(c))
		return
	}
	opened := s.src[s.flow[n-1].at]
	if (opened == '{') != (c == '}') {
		line, col := s.place(s.flow[n-1].at)
		s.stop(s.i, "%q cannot close the %q of line %d, column %d", string(c), string(opened), line, col)
	}
	s.flow = s.flow[:n-1]
	s.i++
}

// comma ends an entry.
func (s *scanner) comma() {
	e := s.current()
	if !e.filled && !e.keyed {
		s.stop(s.i, "nothing before this comma")
	}
	*e = entry{}
	s.i++
}

// colon makes a key of what is before it.
func (s *scanner) colon() {
	e := s.current()
	inMap := len(s.flow) == 0 || s.src[s.flow[len(s.flow)-1].at] == '{'
	switch {
	case !e.filled:
		s.stop(s.i, "no key before this colon; quote the value it is part of")
	case e.keyed && inMap:
		s.secondColon(e.start)
	case len(s.flow) == 0:
		s.indent(e.start, "map")
	}
	*e = entry{keyed: true}
	s.i++
}

// secondColon explains a colon in a value that begins at start. In brackets, a value that goes on over a line break is more
// likely to lack a comma.
func (s *scanner) secondColon(start int) {
	text := string(s.src[start:s.i])
	if cut := strings.LastIndexByte(text, '\n'); cut >= 0 {
		next := s.i - len([]rune(strings.TrimLeft(text[cut:], " \t\n")))
		s.stop(next, "a comma or a closing bracket is missing before this line")
		return
	}
	s.stop(s.i, `a second ": " after one key; quote the value: %q`, s.value(start))
}

// plain goes over a text without quotes.
func (s *scanner) plain() {
	start, inFlow := s.i, len(s.flow) > 0
	s.content(start)
	for ; s.i < len(s.src); s.i++ {
		switch c := s.src[s.i]; {
		case c == '\n' && !inFlow, c == '#' && s.blank(s.i-1):
			return
		case c == ':' && (s.blank(s.i+1) || inFlow && strings.ContainsRune(",[]{}?", s.at(s.i+1))):
			return
		case inFlow && strings.ContainsRune(",]}", c):
			return
		case inFlow && strings.ContainsRune("?{[", c):
			s.stop(start, "%q cannot be in a value inside { } or [ ] without quotes; write %q", string(c), s.value(start))
			return
		}
	}
}

package leak

import (
	"strconv"
	"strings"
)

// A Part is a text from behind what was kept of a long body.
type Part struct {
	At     int    // where in the body it begins, in bytes
	Text   string // UTF-8
	JSON   bool   // it begins between two values of a JSON text
	Errors bool   // a member that speaks about a failure holds it
}

// parts looks at what was kept from behind the body.
func (s *scan) parts(parts []Part) {
	media := s.media()
	for _, p := range parts {
		l := layer{where: "body from byte " + strconv.Itoa(p.At), text: narrow(p.Text), mode: s.mode(media), plain: true}
		if p.Errors {
			l.mode = strict
		}
		switch {
		case p.JSON:
			s.fragment(l)
		case strings.Contains(media, "html") || strings.Contains(media, "xml"):
			s.markup(l)
		default:
			s.text(l)
		}
		s.rest(l)
	}
}

// fragment reads the values of a JSON text from one place between two of them to another place, which may be anywhere.
func (s *scan) fragment(l layer) {
	r := &jsonReader{text: l.text}
	for r.at < len(r.text) {
		switch c := r.peek(); c {
		case '"':
			s.member(l, r)
		case '{', '[':
			s.walk(l, r.value(0), "", l.mode)
		default:
			r.at++ // a closing, a comma, or a number
		}
		r.bad = false
	}
}

// member reads a member of an object that has begun before, or a string in a list.
func (s *scan) member(l layer, r *jsonReader) {
	key := r.str()
	if r.bad || r.peek() != ':' {
		l.text = key
		s.text(l)
		return
	}
	r.at++
	m := l.mode
	if m == lax && errorKey(key) {
		m = strict
	}
	s.walk(l, r.value(0), "/"+escapePointer(key), m)
}

// ErrorMember tells whether a member of this name speaks about a failure, so that what it holds is an error's own words.
func ErrorMember(name string) bool { return errorKey(name) }

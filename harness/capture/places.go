package capture

import "github.com/failwell/failwell/harness/leak"

// A place lies between two values of a JSON text, where a window may begin.
type place struct {
	at     int  // in the text as it came in
	errors bool // within a member that speaks about a failure
}

// places follows a JSON text and remembers places in it. It takes any text: what is no JSON has places that mean nothing.
type places struct {
	at       int
	found    []place
	inString bool
	escaped  bool
	last     []byte // the last string, as far as a name goes
	holds    []bool // for each container that is open, whether one around it speaks about a failure
	here     bool   // the container at hand does
	next     bool   // the next value does
}

// The bounds: how far two places stand apart at least, how deep containers are told apart, and how long a name is.
const (
	apart    = 512
	deepest  = 10000
	longName = 40
)

func (p *places) write(text string) {
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case p.escaped:
			p.escaped = false
		case p.inString && c == '\\':
			p.escaped = true
		case c == '"':
			if p.inString = !p.inString; p.inString {
				p.last = p.last[:0]
			}
		case p.inString:
			if len(p.last) < longName {
				p.last = append(p.last, c)
			}
		default:
			p.structure(c, p.at+i+1)
		}
	}
	p.at += len(text)
}

// structure follows what stands outside of strings.
func (p *places) structure(c byte, after int) {
	switch c {
	case ':':
		p.next = p.here || leak.ErrorMember(string(p.last))
	case ',':
		p.next = p.here
	case '{', '[':
		if len(p.holds) < deepest {
			p.holds = append(p.holds, p.here)
			p.here = p.next
		}
	case '}', ']':
		if n := len(p.holds); n > 0 {
			p.here, p.holds = p.holds[n-1], p.holds[:n-1]
			p.next = p.here
		}
		return
	default:
		return
	}
	if n := len(p.found); n == 0 || after-p.found[n-1].at >= apart || p.found[n-1].errors != p.next {
		p.found = append(p.found, place{after, p.next})
	}
}

// between gives the last place in (from, to], and what was around to: false when there is no place.
func (p *places) between(from, to int) (at place, ok bool) {
	for _, f := range p.found {
		if f.at > to {
			break
		}
		at, ok = f, f.at > from
	}
	return at, ok
}

// forget drops the places before one; the last of them tells what is around it.
func (p *places) forget(before int) {
	for len(p.found) > 1 && p.found[1].at <= before {
		p.found = p.found[1:]
	}
}

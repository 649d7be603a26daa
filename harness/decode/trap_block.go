package decode

import "strings"

// block is a list or map that is written by indentation.
type block struct {
	col    int
	kind   string // "list" or "map"
	filled bool   // the value of its last entry stands on the line of that entry
}

// endLine takes stock of a line outside of brackets.
func (s *scanner) endLine() {
	if len(s.flow) > 0 || s.trap != "" {
		return
	}
	if s.line.filled {
		top := len(s.blocks) - 1
		switch {
		case top >= 0 && (s.line.keyed || s.dashed):
			s.blocks[top].filled = true
		case top < 0 && s.bare < 0:
			s.bare = s.line.start
		case top < 0:
		case s.column(s.line.start) > s.blocks[top].col:
			s.blocks[top].filled = true // the value, or more of it, on a line of its own
		default:
			s.noColon(s.line.start)
		}
	}
	s.line, s.dashed = entry{}, false
}

// noColon explains a line that should begin with a key.
func (s *scanner) noColon(start int) {
	text := s.value(start)
	if key, value, found := strings.Cut(text, ":"); found && key != "" && value != "" && !strings.ContainsAny(key, " \t") {
		s.stop(start, "write a space after the colon: %s: %s", key, value)
		return
	}
	s.stop(start, "want a key and a colon, not %q", text)
}

// indent notes that an entry of a list or map begins, and checks that its column fits the lines above.
func (s *scanner) indent(start int, kind string) {
	col, outdented := s.column(start), false
	for len(s.blocks) > 0 && s.blocks[len(s.blocks)-1].col > col {
		s.blocks, outdented = s.blocks[:len(s.blocks)-1], true
	}
	top := len(s.blocks) - 1
	if top >= 1 && s.blocks[top].col == col && s.blocks[top-1].col == col && kind == "map" {
		s.blocks, top = s.blocks[:top], top-1 // the end of a list that stood below its key
	}
	switch {
	case top < 0 && s.bare >= 0:
		s.noColon(s.bare)
	case top < 0 || s.blocks[top].col < col:
		switch {
		case outdented:
			s.stop(start, "the indentation of this line fits none of the lines above")
		case top >= 0 && s.blocks[top].filled:
			s.stop(start, "indented deeper than the entry above, which has its value already")
		}
		s.blocks = append(s.blocks, block{col: col, kind: kind})
		return
	case s.blocks[top].kind == kind:
	case kind == "list" && !s.blocks[top].filled:
		s.blocks = append(s.blocks, block{col: col, kind: kind})
		return
	case kind == "list":
		s.stop(start, "a list entry among the keys of a map")
	default:
		s.stop(start, `a key among the entries of a list; begin the line with "- ", or indent it`)
	}
	if top >= 0 {
		s.blocks[top].filled = false
	}
}

// dash begins an entry of a list.
func (s *scanner) dash() {
	if s.line.keyed || s.line.filled {
		s.stop(s.i, "a list cannot begin behind a key; begin it on the next line, write [a, b], or quote the value: %q", s.value(s.i))
	}
	s.indent(s.i, "list")
	s.dashed = true
	s.i++
}

// blockText goes over | or > and the indented lines behind it.
func (s *scanner) blockText(sign rune) {
	start := s.i
	s.content(start)
	header := strings.TrimLeft(s.value(start)[1:], "+-0123456789")
	if header != "" {
		s.stop(start, "behind %q the text begins on the next line; quote the value if it is part of it: %q", string(sign), s.value(start))
	}
	least := 0
	if n := len(s.blocks); n > 0 {
		least = s.blocks[n-1].col + 1
	}
	s.i = s.lineEnd(s.i)
	for first := true; s.i < len(s.src); {
		line := string(s.src[s.i+1 : s.lineEnd(s.i+1)])
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if text := strings.TrimSpace(line); text != "" {
			if indent < least {
				return
			}
			if first {
				least, first = indent, false
			}
		}
		s.i = s.lineEnd(s.i + 1)
	}
}

// refuseTab looks at the beginning of a line outside of brackets.
func (s *scanner) refuseTab() {
	if len(s.flow) > 0 {
		return
	}
	for i := s.i; s.at(i) == ' ' || s.at(i) == '\t'; i++ {
		if rest := s.at(s.afterBlanks(i)); s.at(i) == '\t' && rest != '\n' && rest != '#' && rest != 0 {
			s.stop(i, "a tab in the indentation; use spaces")
			return
		}
	}
}

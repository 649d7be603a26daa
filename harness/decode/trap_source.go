package decode

import (
	"strings"
	"unicode"
)

// at returns a letter of the source, and zero outside of it.
func (s *scanner) at(i int) rune {
	if i < 0 || i >= len(s.src) {
		return 0
	}
	return s.src[i]
}

// blank reports whether a blank, a line break or an end of the source is there.
func (s *scanner) blank(i int) bool {
	c := s.at(i)
	return c == 0 || unicode.IsSpace(c)
}

func (s *scanner) lineEnd(i int) int {
	for i < len(s.src) && s.src[i] != '\n' {
		i++
	}
	return i
}

func (s *scanner) afterBlanks(i int) int {
	for s.at(i) == ' ' || s.at(i) == '\t' {
		i++
	}
	return i
}

// column counts from zero.
func (s *scanner) column(i int) int {
	col := 0
	for i > 0 && s.src[i-1] != '\n' {
		i, col = i-1, col+1
	}
	return col
}

// place returns line and column, counting from one.
func (s *scanner) place(i int) (line, col int) {
	line = 1
	for _, c := range s.src[:i] {
		if c == '\n' {
			line++
		}
	}
	return line, s.column(i) + 1
}

// isMarker reports whether --- or ... stands at the beginning of a line.
func (s *scanner) isMarker() bool {
	if s.i > 0 && s.src[s.i-1] != '\n' || !s.blank(s.i+3) || s.i+3 > len(s.src) {
		return false
	}
	marker := string(s.src[s.i : s.i+3])
	return marker == "---" || marker == "..."
}

// value returns what was probably meant as one value: the text from start to the end of the line or to a comment, and inside
// brackets to the comma or bracket that ends the entry.
func (s *scanner) value(start int) string {
	end, depth, lineEnd := start, 0, s.lineEnd(start)
	for ; end < lineEnd; end++ {
		c := s.src[end]
		if c == '#' && end > start && s.blank(end-1) {
			break
		}
		if len(s.flow) == 0 {
			continue
		}
		if c == '{' || c == '[' {
			depth++
		}
		if depth == 0 && strings.ContainsRune(",]}", c) {
			break
		}
		if c == '}' || c == ']' {
			depth--
		}
	}
	return strings.TrimRight(string(s.src[start:end]), " \t\r")
}

func isNameLetter(c rune) bool {
	return c == '_' || c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

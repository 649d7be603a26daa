package decode

import (
	"strconv"
	"strings"
)

// Pos is a place in a file. Lines and columns count from one, columns in characters; a part that is zero is not known.
type Pos struct {
	File string
	Line int
	Col  int
}

// String returns "file:line:col" without the parts that are not known. A column without a line is not known either.
func (p Pos) String() string {
	var parts []string
	if p.File != "" {
		parts = append(parts, p.File)
	}
	if p.Line > 0 {
		parts = append(parts, strconv.Itoa(p.Line))
		if p.Col > 0 {
			parts = append(parts, strconv.Itoa(p.Col))
		}
	}
	return strings.Join(parts, ":")
}

// MarshalText writes the position as String does, so that in JSON it is a string.
func (p Pos) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText wrote. Every text is a position: one without numbers is the name of a file.
func (p *Pos) UnmarshalText(text []byte) error {
	rest, last := cutNumber(string(text))
	file, first := cutNumber(rest)
	switch {
	case last == 0:
		*p = Pos{File: string(text)}
	case first == 0:
		*p = Pos{File: rest, Line: last}
	default:
		*p = Pos{File: file, Line: first, Col: last}
	}
	return nil
}

// cutNumber takes the number behind the last colon off a text, and reports zero if there is none.
func cutNumber(text string) (rest string, n int) {
	i := strings.LastIndexByte(text, ':')
	n, err := strconv.Atoi(text[i+1:])
	if err != nil || n <= 0 {
		return text, 0
	}
	return text[:max(i, 0)], n
}

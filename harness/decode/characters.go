package decode

import (
	"fmt"
	"unicode/utf8"
)

// badCharacter finds the first byte that no text file holds: what is not UTF-8, and control characters.
func badCharacter(file string, src []byte) (Problem, bool) {
	pos := Pos{File: file, Line: 1, Col: 1}
	for len(src) > 0 {
		c, size := utf8.DecodeRune(src)
		switch {
		case c == utf8.RuneError && size == 1:
			return Problem{Pos: pos, What: fmt.Sprintf("byte 0x%02x is not UTF-8; save the file as UTF-8", src[0])}, true
		case c < ' ' && c != '\t' && c != '\n' && c != '\r', c >= 0x7f && c < 0xa0 && c != 0x85, c == 0xfffe, c == 0xffff:
			return Problem{Pos: pos, What: fmt.Sprintf("control character U+%04X; write it as an escape in double quotes", c)}, true
		}
		src = src[size:]
		pos.Col++
		if c == '\n' {
			pos.Line, pos.Col = pos.Line+1, 1
		}
	}
	return Problem{}, false
}

package capture

import (
	"fmt"
	"strings"
)

// jsonText tells whether a text that comes in pieces is one JSON value (RFC 8259), as json.Valid does of a whole one.
type jsonText struct {
	at    int
	open  []byte // '{' and '[' that are not closed
	want  want
	isKey bool   // the string at hand is a name
	word  string // what is left of true, false or null
	hex   int    // digits that are left of \uXXXX
	wrong string // the first mistake
}

// want is what may come next.
type want uint8

const (
	aValue    want = iota
	firstItem      // a value or ]
	firstName      // a name or }
	aName
	aColon
	more // , or a closing
	nothing
	inString
	inEscape
	inHex
	inWord
	// numbers, by what was read last
	minus
	zero
	digits
	point
	fraction
	exponent
	sign
	power
)

// ends tells whether a number may end after it.
func (w want) ends() bool { return w == zero || w == digits || w == fraction || w == power }

func (j *jsonText) write(text []byte) {
	for i, c := range text {
		if j.wrong != "" {
			break
		}
		if !j.step(c) {
			j.wrong = fmt.Sprintf("%q at byte %d", string(rune(c)), j.at+i)
		}
	}
	j.at += len(text)
}

// end says what is wrong with the whole text, "" for nothing.
func (j *jsonText) end() string {
	if j.wrong == "" && (len(j.open) > 0 || j.want != nothing && !j.want.ends()) {
		return fmt.Sprintf("it ends within a value, at byte %d", j.at)
	}
	return j.wrong
}

// step takes one byte; false: it may not stand there.
func (j *jsonText) step(c byte) bool {
	switch {
	case j.want >= minus:
		return j.number(c)
	case j.want >= inString:
		return j.inside(c)
	case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		return true
	}
	switch j.want {
	case firstItem:
		return c == ']' && j.close('[') || c != ']' && j.begin(c)
	case aValue:
		return j.begin(c)
	case firstName:
		return c == '}' && j.close('{') || c == '"' && j.name()
	case aName:
		return c == '"' && j.name()
	case aColon:
		j.want = aValue
		return c == ':'
	case more:
		return j.follow(c)
	}
	return false // something after the value
}

// begin begins a value.
func (j *jsonText) begin(c byte) bool {
	switch {
	case c == '{', c == '[':
		j.open = append(j.open, c)
		j.want = map[byte]want{'{': firstName, '[': firstItem}[c]
		return len(j.open) <= deepest
	case c == '"':
		j.want, j.isKey = inString, false
	case c == '-':
		j.want = minus
	case c == '0':
		j.want = zero
	case '1' <= c && c <= '9':
		j.want = digits
	case c == 't':
		j.want, j.word = inWord, "rue"
	case c == 'f':
		j.want, j.word = inWord, "alse"
	case c == 'n':
		j.want, j.word = inWord, "ull"
	default:
		return false
	}
	return true
}

func (j *jsonText) name() bool {
	j.want, j.isKey = inString, true
	return true
}

// done is the end of a value.
func (j *jsonText) done() bool {
	j.want = more
	if len(j.open) == 0 {
		j.want = nothing
	}
	return true
}

// close closes a container.
func (j *jsonText) close(opened byte) bool {
	if n := len(j.open); n == 0 || j.open[n-1] != opened {
		return false
	}
	j.open = j.open[:len(j.open)-1]
	return j.done()
}

// follow takes what comes after a value in a container.
func (j *jsonText) follow(c byte) bool {
	switch c {
	case ',':
		j.want = aValue
		if j.open[len(j.open)-1] == '{' {
			j.want = aName
		}
		return true
	case '}', ']':
		return j.close(c - 2)
	}
	return false
}

// inside takes a byte of a string or a word.
func (j *jsonText) inside(c byte) bool {
	switch j.want {
	case inEscape:
		j.want = inString
		if c == 'u' {
			j.want, j.hex = inHex, 4
		}
		return strings.IndexByte(`"\/bfnrtu`, c) >= 0
	case inHex:
		if j.hex--; j.hex == 0 {
			j.want = inString
		}
		return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
	case inWord:
		if c != j.word[0] {
			return false
		}
		if j.word = j.word[1:]; j.word == "" {
			j.done()
		}
		return true
	}
	switch {
	case c == '\\':
		j.want = inEscape
	case c == '"' && j.isKey:
		j.want = aColon
	case c == '"':
		j.done()
	}
	return c >= ' '
}

// number takes a byte of a number, or what follows it.
func (j *jsonText) number(c byte) bool {
	digit := '0' <= c && c <= '9'
	switch {
	case digit && j.want == minus && c == '0':
		j.want = zero
	case digit && (j.want == minus || j.want == digits):
		j.want = digits
	case digit && (j.want == point || j.want == fraction):
		j.want = fraction
	case digit && j.want >= exponent:
		j.want = power
	case c == '.' && (j.want == zero || j.want == digits):
		j.want = point
	case c|0x20 == 'e' && (j.want == zero || j.want == digits || j.want == fraction):
		j.want = exponent
	case (c == '+' || c == '-') && j.want == exponent:
		j.want = sign
	case j.want.ends() && !digit:
		j.done()
		return j.step(c)
	default:
		return false
	}
	return true
}

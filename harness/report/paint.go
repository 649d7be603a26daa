package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/failwell/failwell/harness/contract"
)

// Style says how a report looks on a terminal. The zero value is plain text of 100 columns.
type Style struct {
	Colour  bool
	ASCII   bool // no characters beyond ASCII in the matrix
	Width   int  // columns; 0: 100
	All     bool // every row and column of the matrix, every cause in full
	NoSkips bool // how the exit code is found
}

func (s Style) width() int {
	switch {
	case s.Width == 0:
		return 100
	case s.Width < 40:
		return 40
	}
	return s.Width
}

// paper collects lines; its first error ends it.
type paper struct {
	w     io.Writer
	style Style
	err   error
}

func (p *paper) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.w, strings.TrimRight(fmt.Sprintf(format, args...), " "))
	}
}

// colours, as SGR parameters.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
)

func (p *paper) paint(colour, text string) string {
	if !p.style.Colour || text == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

func (p *paper) impact(i contract.Impact) string {
	text := fmt.Sprintf("%-8s", strings.ToUpper(orWord(Plain(string(i)), "UNKNOWN")))
	switch i {
	case contract.Critical, contract.Major:
		return p.paint(red, text)
	case contract.Minor:
		return p.paint(yellow, text)
	}
	return text
}

// indent is where the text of an entry begins.
const indent = 12

// entry writes a labelled paragraph, its lines wrapped below one another. An empty text writes nothing.
func (p *paper) entry(label, text string) { p.entryOf(label, text, 0) }

// entryOf writes at most so many lines of an entry; 0: all.
func (p *paper) entryOf(label, text string, most int) {
	room := p.style.width() - indent
	lines := wrap(Plain(text), room)
	if most > 0 && len(lines) > most {
		lines = lines[:most]
		lines[most-1] = string([]rune(lines[most-1])[:min(utf8.RuneCountInString(lines[most-1]), room-3)]) + "..."
	}
	for i, l := range lines {
		if i > 0 {
			label = ""
		}
		p.line("%s%s", p.paint(bold, fmt.Sprintf("   %-9s", label)), l)
	}
}

// verbatim writes a labelled line that is to be copied, so it is never wrapped.
func (p *paper) verbatim(label, text string) {
	if text != "" {
		p.line("%s%s", p.paint(bold, fmt.Sprintf("   %-9s", label)), visible(text))
	}
}

// wrap breaks a text at spaces into lines of at most so many characters; a longer word is broken.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		for utf8.RuneCountInString(word) > width {
			if line != "" {
				lines, line = append(lines, line), ""
			}
			cut := len(string([]rune(word)[:width]))
			lines, word = append(lines, word[:cut]), word[cut:]
		}
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
			lines, line = append(lines, line), word
		default:
			line += " " + word
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// pad fills a text with spaces up to a width in characters.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}

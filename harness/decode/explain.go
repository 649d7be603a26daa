package decode

import (
	"strconv"
	"strings"
)

// explain says in plain words what is wrong with a source that the YAML library refused. The library knows at best a line,
// and words made for its authors; so the source is searched for the usual traps, and only if there is none are its words used.
func explain(file string, src []byte, refused error) Problem {
	s := scanner{src: []rune(strings.ReplaceAll(string(src), "\r\n", "\n")), anchors: map[string]bool{}, bare: -1}
	s.run()
	if s.trap != "" {
		line, col := s.place(s.trapAt)
		return Problem{Pos: Pos{File: file, Line: line, Col: col}, What: s.trap}
	}
	line, message := 1, strings.TrimPrefix(refused.Error(), "yaml: ")
	if numbered, found := strings.CutPrefix(message, "line "); found {
		digits, rest, _ := strings.Cut(numbered, ": ")
		if n, err := strconv.Atoi(digits); err == nil {
			line, message = n, rest
			if countsFromZero(message) {
				line++
			}
		}
	}
	return Problem{Pos: Pos{File: file, Line: line, Col: 1}, What: inPlainWords(message)}
}

// countsFromZero tells the library's two sorts of messages apart: those of its parser are a line short.
func countsFromZero(message string) bool {
	for _, end := range []string{"',' or '}'", "',' or ']'", "key", "'-' indicator", "node content", "<document start>"} {
		if message == "did not find expected "+end {
			return true
		}
	}
	return false
}

func inPlainWords(message string) string {
	switch message {
	case "did not find expected ',' or '}'":
		return "the { } that begins here is broken: a comma or quotes are missing in it"
	case "did not find expected ',' or ']'":
		return "the [ ] that begins here is broken: a comma or quotes are missing in it"
	case "did not find expected key":
		return "want a key and a colon; check the indentation and the quotes"
	case "did not find expected '-' indicator":
		return `want "- " and a list entry; check the indentation`
	case "mapping values are not allowed in this context":
		return `a ": " where no key can stand; quote the value it is part of`
	case "could not find expected ':'":
		return "want a colon behind the key"
	case "did not find expected <document start>":
		return "nothing can follow the value that ends above"
	}
	return "not YAML: " + message
}

package main

import (
	"regexp"
	"slices"
	"strings"
)

// definition is an operation or a fragment of a document.
type definition struct {
	kind, name string // query, mutation, subscription or fragment
	from, to   int    // where it is, in bytes
	spreads    []string
}

// lexeme finds strings and comments, so that nothing in them counts, then spreads, names and brackets.
var lexeme = regexp.MustCompile(`"""(?:\\"""|[^"]|"[^"]|""[^"])*"""|"(?:\\.|[^"\\\n])*"|#[^\n\r]*|` +
	`\.\.\.(?:[\s,]|#[^\n\r]*)*[A-Za-z_][A-Za-z0-9_]*|[@$]?[A-Za-z_][A-Za-z0-9_]*|[{}()\[\]]`)

// definitionsOf lists the definitions of a document that parses. The executor keeps its parser to itself, and the method and
// the token have to be looked at before it runs.
func definitionsOf(document string) []definition {
	var all []definition
	open := definition{from: -1}
	depth := 0
	for _, at := range lexeme.FindAllStringIndex(document, -1) {
		word := document[at[0]:at[1]]
		if open.from < 0 && word[0] != '#' {
			open.from = at[0]
		}
		switch c := word[0]; {
		case c == '{' || c == '(' || c == '[':
			if c == '{' && depth == 0 && open.kind == "" {
				open.kind = "query"
			}
			depth++
		case c == '}' || c == ')' || c == ']':
			if depth--; c == '}' && depth == 0 {
				open.to = at[1]
				all = append(all, open)
				open = definition{from: -1}
			}
		case c == '.':
			open.spreads = append(open.spreads, word[strings.LastIndexAny(word, ". \t\r\n,")+1:])
		case depth > 0 || c == '"' || c == '#' || c == '@' || c == '$':
		case open.kind == "":
			open.kind = word
		case open.name == "":
			open.name = word
		}
	}
	return all
}

// operationsOf leaves the fragments out.
func operationsOf(document string) []definition {
	return slices.DeleteFunc(definitionsOf(document), func(d definition) bool { return d.kind == "fragment" })
}

// isolated is a document in which blanks take the place of the other operations, and of the fragments that only they need:
// what is left stays where it was.
func isolated(document, name string) string {
	all := definitionsOf(document)
	needed := map[int]bool{}
	var need func(fragment bool, name string)
	need = func(fragment bool, name string) {
		for i, d := range all {
			if d.name == name && (d.kind == "fragment") == fragment && !needed[i] {
				needed[i] = true
				for _, spread := range d.spreads {
					need(true, spread)
				}
			}
		}
	}
	need(false, name)
	text := []byte(document)
	for i, d := range all {
		for at := d.from; !needed[i] && at < d.to; at++ {
			if text[at] != '\n' && text[at] != '\r' {
				text[at] = ' '
			}
		}
	}
	return string(text)
}

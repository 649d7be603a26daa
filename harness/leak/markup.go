package leak

import (
	"html"
	"strings"
)

// markup reads HTML and XML without a grammar: texts with a line for each block,
// comments and scripts on their own, entities resolved. Attributes are left out,
// for links are no leak; canaries in them are found by the last pass over the body.
func (s *scan) markup(l layer) {
	s.matchPages(l)
	var text strings.Builder
	rest := l.text
	for rest != "" {
		i := strings.IndexByte(rest, '<')
		if i < 0 {
			text.WriteString(rest)
			break
		}
		text.WriteString(rest[:i])
		rest = rest[i:]
		switch {
		case strings.HasPrefix(rest, "<!--"):
			comment, after := until(rest[4:], "-->")
			s.inner(l, "comment", comment)
			rest = after
		case strings.HasPrefix(rest, "<![CDATA["):
			data, after := until(rest[9:], "]]>")
			text.WriteString(strings.ReplaceAll(data, "&", "&amp;"))
			rest = after
		case isTag(rest, "script"), isTag(rest, "style"):
			_, after := until(rest, ">")
			code, after := until(after, "</")
			if isTag(rest, "script") {
				s.inner(l, "script", code)
			}
			_, rest = until(after, ">")
		case len(rest) > 1 && (rest[1] == '/' || rest[1] == '!' || rest[1] == '?' || alnum[fold[rest[1]]]):
			tag, after := until(rest, ">")
			if !inline(tag) {
				text.WriteByte('\n')
			}
			rest = after
		default:
			text.WriteByte('<')
			rest = rest[1:]
		}
	}
	l.text = html.UnescapeString(text.String())
	s.text(l)
}

// matchPages looks for skeletons of debug pages in the tags themselves.
func (s *scan) matchPages(l layer) {
	l.mode = lax
	s.match(l)
}

func (s *scan) inner(l layer, kind, text string) {
	l.where += " > " + kind
	l.text = strings.TrimSpace(text)
	l.depth++
	l.root = false
	s.text(l)
}

func until(text, end string) (before, after string) {
	before, after, _ = strings.Cut(text, end)
	return
}

func isTag(text, name string) bool {
	return len(text) > len(name)+1 && strings.EqualFold(text[1:1+len(name)], name) && !alnum[fold[text[1+len(name)]]]
}

func inline(tag string) bool {
	name := strings.TrimLeft(tag, "</")
	end := 0
	for end < len(name) && alnum[fold[name[end]]] {
		end++
	}
	switch strings.ToLower(name[:end]) {
	case "b", "i", "a", "em", "strong", "span", "code", "u", "font", "small", "tt", "kbd", "var", "q":
		return true
	}
	return false
}

package postgres

import "strings"

// carried is the text of a call: that of its statement and, behind it, that of the one which a FETCH or EXECUTE carries out. DECLARE and
// PREPARE say which that is. Names are compared as they are written, but for quotes and case.
func (s *session) carried(text string) string {
	if text == "" || !strings.ContainsRune("dDfFeEpP", rune(text[0])) {
		return text
	}
	word, after := firstWord(text)
	switch word {
	case "declare", "prepare":
		name := sqlName(after)
		if s.carries == nil || len(s.carries) >= knownTexts {
			s.carries = map[string]string{}
		}
		s.carries[name] = text
	case "execute":
		name := sqlName(after)
		return s.withText(text, name)
	case "fetch":
		words := strings.Fields(strings.TrimRight(after, "; \t\r\n"))
		if len(words) > 0 { // the cursor is the last word of every form of FETCH
			name := sqlName(words[len(words)-1])
			return s.withText(text, name)
		}
	}
	return text
}

func (s *session) withText(text, name string) string {
	if carried, ok := s.carries[name]; ok {
		return text + "; " + carried
	}
	return text
}

// sqlName reads the name that a text begins with.
func sqlName(text string) string {
	text = skipBlank(text)
	if rest, quoted := strings.CutPrefix(text, `"`); quoted {
		name, _, _ := strings.Cut(rest, `"`)
		return name
	}
	end := strings.IndexAny(text, " \t\r\n(;")
	if end < 0 {
		end = len(text)
	}
	return strings.ToLower(text[:end])
}

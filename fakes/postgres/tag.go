package postgres

import "bytes"

// tag is what a message says about the end of a statement, in short.
func (s *session) tag(f frame) string {
	switch f.kind {
	case 'I':
		return "empty"
	case 's':
		return "suspended"
	case 'E':
		return errorIn(f.body)
	}
	text, _ := word(f.body)
	if known, ok := s.tags[string(text)]; ok {
		return known
	}
	if s.tags == nil || len(s.tags) > knownTexts {
		s.tags = map[string]string{}
	}
	tag := string(text)
	s.tags[tag] = tag
	return tag
}

// errorIn is the SQLSTATE of an ErrorResponse; of a stub that knows no answer also the message.
func errorIn(body []byte) string {
	var code, text []byte
	for len(body) > 1 {
		field := body[0]
		var value []byte
		value, body = word(body[1:])
		switch field {
		case 'C':
			code = value
		case 'M':
			text = value
		}
	}
	if bytes.HasPrefix(text, []byte(noStub)) {
		return string(code) + " " + string(text)
	}
	return string(code)
}

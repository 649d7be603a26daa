package leak

import (
	"mime"
	"strconv"
	"strings"
)

// body splits the body along its media type, down to single texts.
func (s *scan) body() {
	if len(s.in.Body) == 0 {
		return
	}
	l := layer{where: "body", root: true}
	raw := s.in.Body
	codings := strings.Split(strings.ToLower(s.fieldValue("Content-Encoding")), ",")
	for i := len(codings) - 1; i >= 0; i-- {
		if text, name := s.inflated(l, strings.TrimSpace(codings[i]), raw, s.left); len(text) > 0 {
			raw, l = text, l.inside(name, "")
		}
	}
	if text, name := s.inflated(l, magic(raw), raw, s.left); len(text) > 0 {
		raw, l = text, l.inside(name, "")
	}
	media := s.media()
	l.mode = s.mode(media)
	l.text, l.plain = narrow(string(raw)), !strings.Contains(l.where, " > ")
	s.document(l, media)
	s.rest(l)
}

func (s *scan) media() string {
	media, _, _ := mime.ParseMediaType(s.fieldValue("Content-Type"))
	return media
}

// mode is how much the body as a whole is under suspicion.
func (s *scan) mode(media string) mode {
	if s.in.Status >= 400 || strings.Contains(media, "problem+") {
		return strict
	}
	return lax
}

// rest looks for canaries in what no reader understood: keys, attributes, tags.
func (s *scan) rest(l layer) {
	s.marks.find(l.text, func(m mark) bool {
		if _, known := s.seen["canary "+s.marks.canaries[m.canary].Token]; !known {
			s.canaries(layer{where: l.where, text: l.text[max(0, m.start-reach):min(len(l.text), m.end+reach)]})
		}
		return true
	})
}

func (s *scan) fieldValue(name string) string {
	for _, f := range s.in.Header {
		if strings.EqualFold(f[0], name) {
			return f[1]
		}
	}
	return ""
}

func (s *scan) document(l layer, media string) {
	start := strings.TrimLeft(l.text, " \t\r\n\ufeff)]}',")
	switch {
	case media == "text/event-stream":
		s.events(l)
	case media == "application/x-www-form-urlencoded":
		s.form(l)
	case strings.HasPrefix(start, "{") || strings.HasPrefix(start, "["):
		l.text = start
		s.json(l)
	case strings.HasPrefix(start, "<"):
		s.markup(l)
	default:
		s.text(l)
	}
}

// json reads one value after another, as NDJSON and careless servers send them.
func (s *scan) json(l layer) {
	for n := 1; l.text != ""; n++ {
		value, end, whole := readJSON(l.text)
		if len(value.kids) == 0 && (!whole || value.kind != '{' && value.kind != '[') {
			s.text(l)
			return
		}
		here := l
		if n > 1 {
			here.where += " line " + strconv.Itoa(n)
		}
		s.walk(here, value, "", l.mode)
		l.text = strings.TrimLeft(l.text[end:], " \t\r\n\x1e")
		if l.text != "" && (!whole || l.text[0] != '{' && l.text[0] != '[') {
			l.where += " rest"
			s.text(l)
			return
		}
	}
}

// walk visits a JSON value; pointer is its JSON Pointer (RFC 6901).
func (s *scan) walk(l layer, n node, pointer string, m mode) {
	switch n.kind {
	case '"':
		s.text(s.leaf(l, n.text, pointer, m))
	case '{':
		if fails(n) {
			m = strict
		}
		s.object(l, n, pointer, m)
		for i, kid := range n.kids {
			if kid.kind == '0' {
				continue
			}
			km := m
			if km == lax && errorKey(n.keys[i]) {
				km = strict
			}
			s.walk(l, kid, pointer+"/"+escapePointer(n.keys[i]), km)
		}
	case '[':
		s.array(l, n, pointer, m)
	}
}

func (s *scan) leaf(l layer, text, pointer string, m mode) layer {
	key := pointer[strings.LastIndexByte(pointer, '/')+1:]
	if pointer == "" {
		return layer{where: l.where, text: text, mode: m, depth: l.depth, field: l.field}
	}
	where := l.where + " " + pointer
	if !l.plain {
		where = l.where + " > json " + pointer
	}
	return layer{where: where, text: text, mode: m, depth: l.depth, field: l.field, place: placeOf(key)}
}

// array joins strings, for a trace may come line by line.
func (s *scan) array(l layer, n node, pointer string, m mode) {
	var lines []string
	for _, kid := range n.kids {
		if kid.kind == '"' {
			lines = append(lines, kid.text)
		}
	}
	if len(lines) > 1 && len(lines) == len(n.kids) {
		s.match(s.leaf(l, strings.Join(lines, "\n"), pointer, m))
		for i, line := range lines {
			s.unwrap(s.leaf(l, line, pointer+"/"+strconv.Itoa(i), m))
		}
		return
	}
	s.frames(l, n, pointer, m)
	for i, kid := range n.kids {
		if kid.kind != '0' {
			s.walk(l, kid, pointer+"/"+strconv.Itoa(i), m)
		}
	}
}

func escapePointer(key string) string {
	if strings.ContainsAny(key, "~/") {
		return strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
	}
	return key
}

// errorKey reports whether a member of a successful answer speaks about failure.
func errorKey(key string) bool {
	switch strings.ToLower(key) {
	case "error", "errors", "exception", "exceptions", "stack", "stacktrace", "stack_trace", "trace", "traceback", "backtrace",
		"cause", "causes", "fault", "faults", "debug", "debuginfo", "debug_info", "debugmessage", "failure", "failures", "failed", "warnings",
		"innererror", "innerexception", "error_description", "errormessage", "error_message", "errmsg", "err", "last_error", "lasterror", "sqlmessage":
		return true
	}
	return false
}

// fails reports whether an object says of itself that something failed.
func fails(n node) bool {
	for i, key := range n.keys {
		v := n.kids[i]
		switch strings.ToLower(key) {
		case "status", "result", "outcome":
			switch strings.ToLower(v.text) {
			case "error", "fail", "failed", "failure":
				return true
			}
			if v.kind == '0' && len(v.text) == 3 && (v.text[0] == '4' || v.text[0] == '5') {
				return true
			}
		case "success", "ok":
			if v.kind == '0' && v.text == "false" {
				return true
			}
		case "statuscode", "status_code":
			if v.kind == '0' && len(v.text) == 3 && (v.text[0] == '4' || v.text[0] == '5') {
				return true
			}
		}
	}
	return false
}

// events reads server-sent events: the data of one event is one document.
func (s *scan) events(l layer) {
	var data []string
	event, n := "", 0
	flush := func() {
		if len(data) > 0 {
			n++
			here := l
			here.where += " event " + strconv.Itoa(n)
			here.text = strings.Join(data, "\n")
			if strings.Contains(strings.ToLower(event), "err") || strings.Contains(strings.ToLower(event), "exception") {
				here.mode = strict
			}
			s.document(here, "")
		}
		data, event = nil, ""
	}
	for line := range strings.Lines(l.text) {
		line = strings.TrimRight(line, "\r\n")
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "":
			flush()
		case name == "data":
			data = append(data, value)
		case name == "event":
			event = value
		case name == "":
			s.text(layer{where: l.where + " comment", text: value, mode: l.mode, depth: l.depth})
		case name != "id" && name != "retry":
			s.text(layer{where: l.where, text: line, mode: l.mode, depth: l.depth})
		}
	}
	flush()
}

func (s *scan) form(l layer) {
	for pair := range strings.SplitSeq(l.text, "&") {
		name, value, _ := strings.Cut(pair, "=")
		m := l.mode
		if errorKey(name) {
			m = strict
		}
		text := percent(strings.ReplaceAll(value, "+", " "))
		s.text(layer{where: l.where + " > form " + name, text: text, mode: m, depth: l.depth + 1})
	}
}

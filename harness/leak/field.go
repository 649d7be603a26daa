package leak

import (
	"mime"
	"strings"
)

// quiet fields carry protocol, links and tokens by design: only proof counts in them.
var quiet = fieldSet("accept-ch|accept-ranges|age|allow|alt-svc|access-control-allow-origin|access-control-allow-headers|access-control-allow-methods|" +
	"access-control-expose-headers|cache-control|connection|content-disposition|content-encoding|content-language|content-length|content-location|" +
	"content-range|content-security-policy|content-security-policy-report-only|content-type|date|digest|etag|expires|feature-policy|keep-alive|last-modified|" +
	"link|location|nel|permissions-policy|referrer-policy|refresh|report-to|reporting-endpoints|retry-after|set-cookie|strict-transport-security|traceparent|" +
	"traceresponse|tracestate|trailer|transfer-encoding|upgrade|vary|authorization|x-csrf-token|x-amz-cf-id|x-request-id|x-correlation-id|server-timing")

func fieldSet(names string) map[string]bool {
	set := map[string]bool{}
	for name := range strings.SplitSeq(names, "|") {
		set[name] = true
	}
	return set
}

// fields looks at the reason phrase and at every header and trailer field.
func (s *scan) fields() {
	if s.in.Reason != "" {
		m := lax
		if s.in.Status >= 400 {
			m = strict
		}
		s.text(layer{where: "reason", text: s.in.Reason, mode: m})
	}
	for _, f := range s.in.Header {
		l := layer{where: "header " + f[0], text: f[1], mode: strict, field: strings.ToLower(f[0])}
		if quiet[l.field] {
			l.mode = lax
		}
		s.values(l)
		s.text(l)
		if l.field == "location" || l.field == "refresh" {
			s.query(l)
		}
		if l.field == "set-cookie" {
			s.cookie(l)
		}
		if strings.Contains(l.text, "=?") {
			var words mime.WordDecoder
			if text, err := words.DecodeHeader(l.text); err == nil {
				s.changed(l, "rfc2047", text)
			}
		}
	}
}

// query looks at the values that a redirect carries: a page that shows an error gets it from there.
func (s *scan) query(l layer) {
	_, query, _ := strings.Cut(l.text, "?")
	query, _, _ = strings.Cut(query, "#")
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		q := l.inside("query "+name, percent(strings.ReplaceAll(value, "+", " ")))
		q.mode, q.place = strict, links
		s.text(q)
	}
}

// cookie looks at the value of a cookie that is words: one that is kept for the next page says what went wrong there. A token has no
// blanks (RFC 6265, 4.1.1: they are escaped).
func (s *scan) cookie(l layer) {
	pair, _, _ := strings.Cut(l.text, ";")
	name, value, _ := strings.Cut(pair, "=")
	words := percent(strings.ReplaceAll(strings.Trim(value, ` "`), "+", " "))
	if !strings.Contains(words, " ") {
		return
	}
	c := l.inside("cookie "+strings.TrimSpace(name), words)
	c.mode = strict
	s.text(c)
}

// values runs the rules that are made for this field.
func (s *scan) values(l layer) {
	s.layers++
	s.touched = s.touched[:0]
	for _, i := range s.d.fields[l.field] {
		r, p := &s.d.rules[i], &s.rules[i]
		*p = progress{layer: s.layers}
		s.run(l, r, p, 0, len(l.text))
		s.conclude(l, i)
	}
}

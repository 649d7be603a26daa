package leak

import (
	"net/url"
	"strings"
)

// echoes are the texts the request carried. An answer may repeat them.
type echoes struct {
	all    string   // every text, raw and decoded, in lower case
	pieces []string // single values long enough to be told from chance
}

func (s *scan) echoes() *echoes {
	if s.echo == nil {
		s.echo = newEchoes(s.in.Request)
	}
	return s.echo
}

func newEchoes(texts []string) *echoes {
	e := &echoes{}
	var all strings.Builder
	keep := func(text string) {
		all.WriteString(strings.ToLower(text))
		all.WriteByte(0)
		if len(text) >= 6 {
			e.pieces = append(e.pieces, text)
		}
	}
	for _, text := range texts {
		keep(text)
		decoded := text
		if strings.IndexByte(text, '%') >= 0 || strings.IndexByte(text, '+') >= 0 {
			if plain, err := url.QueryUnescape(text); err == nil {
				decoded = plain
				keep(plain)
			}
		}
		if _, query, ok := strings.Cut(text, "?"); ok {
			keepForm(query, keep)
		} else if strings.Contains(text, "=") && !strings.ContainsAny(text, " {<") {
			keepForm(text, keep)
		}
		if body := strings.TrimSpace(decoded); strings.HasPrefix(body, "{") || strings.HasPrefix(body, "[") {
			n, _, _ := readJSON(body)
			keepLeaves(n, keep)
		}
		if strings.IndexByte(text, '\\') >= 0 {
			keep(unescape(text))
		}
	}
	e.all = all.String()
	return e
}

func keepForm(query string, keep func(string)) {
	values, _ := url.ParseQuery(query)
	for _, list := range values {
		for _, v := range list {
			keep(v)
		}
	}
}

func keepLeaves(n node, keep func(string)) {
	if n.kind == '"' {
		keep(n.text)
	}
	for _, kid := range n.kids {
		keepLeaves(kid, keep)
	}
}

func (e *echoes) carried(text string) bool {
	return e.all != "" && strings.Contains(e.all, strings.ToLower(text))
}

// forgiven reports whether evidence is an echo of the request or the system's
// own origin. What is left of it without the echoes must still match the rule.
func (s *scan) forgiven(l layer, r *compiled, evidence string) bool {
	e := s.echoes()
	if e.carried(evidence) {
		return true
	}
	if r.family == "host" && s.own(evidence) {
		return true
	}
	rest := evidence
	for _, piece := range e.pieces {
		rest = strings.ReplaceAll(rest, piece, " ")
	}
	return rest != evidence && e.shadow(l.text, r)
}

// shadow reports whether a rule matches a text only by what the request put
// into it: with every echo blanked out, nothing matches.
func (e *echoes) shadow(text string, r *compiled) bool {
	if len(text) > 8*reach {
		return false
	}
	for _, piece := range e.pieces {
		text = strings.ReplaceAll(text, piece, "~")
	}
	return !r.re.MatchString(text)
}

func (s *scan) own(host string) bool {
	for _, own := range s.in.Own {
		name := own
		if i := strings.LastIndexByte(own, ':'); i > 0 {
			name = own[:i]
		}
		if strings.EqualFold(host, own) || strings.EqualFold(host, name) {
			return true
		}
	}
	return false
}

// forgiveCalm drops what the calm answer says too: that is product data, or a
// leak that no fault caused. Canaries are never forgiven, but those that are addresses.
func (s *scan) forgiveCalm(all []found) []Finding {
	var known map[string]bool
	var kept []Finding
	for _, f := range all {
		if (f.Canary == nil || f.Canary.Kind == KindAddress) && len(s.in.Calm)+len(s.in.CalmRest) > 0 && strings.HasPrefix(f.Where, "body") {
			if known == nil {
				known = s.calm()
			}
			if known[f.Rule+" "+normal(f.match)] || f.Family == "secret" && known[f.Rule+" @ "+f.Where] {
				continue
			}
		}
		kept = append(kept, f.Finding)
	}
	return kept
}

func (s *scan) calm() map[string]bool {
	in := s.in
	in.Body, in.Rest, in.Calm, in.CalmRest, in.Reason = in.Calm, in.CalmRest, nil, nil, ""
	calm := newScan(s.d, in)
	defer calm.release()
	calm.body()
	calm.parts(in.Rest)
	known := map[string]bool{}
	for _, f := range calm.found {
		known[f.Rule+" "+normal(f.match)] = true
		known[f.Rule+" @ "+f.Where] = true
	}
	return known
}

// normal removes what changes from answer to answer: digits and hexadecimal.
func normal(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case '0' <= r && r <= '9':
			return -1
		}
		return r
	}, text)
}

package leak

import (
	"net/url"
	"slices"
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

// own tells whether a host, with or without its port, is the system itself; one machine has several names for its own loopback.
func (s *scan) own(host string) bool {
	name, port := cutPort(host)
	return slices.ContainsFunc(s.in.Own, func(own string) bool {
		ownName, ownPort := cutPort(own)
		same := strings.EqualFold(name, ownName) || isLoopback(name) && isLoopback(ownName)
		return same && (port == "" || port == ownPort)
	})
}

func cutPort(host string) (name, port string) {
	i := strings.LastIndexByte(host, ':')
	if i <= 0 || strings.IndexByte(host[i:], ']') >= 0 {
		return host, ""
	}
	return host[:i], host[i+1:]
}

// isLoopback tells whether a name is this machine's own, as addresses and as names of it are written (RFC 6761, 6.3).
func isLoopback(name string) bool {
	return strings.HasPrefix(name, "127.") || slices.Contains([]string{"localhost", "0.0.0.0", "[::1]", "[::]"}, strings.ToLower(name))
}

// forgiveCalm drops what the calm answer says too: that is product data, or a
// leak that no fault caused. Canaries are never forgiven, but those that are addresses.
func (s *scan) forgiveCalm(all []found) []Finding {
	var known map[string]bool
	var kept []Finding
	for _, f := range all {
		seen := len(s.in.Calm)+len(s.in.CalmRest) > 0 && strings.HasPrefix(f.Where, "body") || s.in.CalmHeader != nil && strings.HasPrefix(f.Where, "header")
		if (f.Canary == nil || f.Canary.Kind == KindAddress) && seen {
			if known == nil {
				known = s.calm()
			}
			if known[f.Rule+" "+normal(f)] || f.Family == "secret" && known[f.Rule+" @ "+f.Where] {
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
	if in.CalmHeader != nil {
		in.Header = in.CalmHeader
	}
	calm := newScan(s.d, in)
	defer calm.release()
	if in.CalmHeader != nil {
		calm.fields()
	}
	calm.body()
	calm.parts(in.Rest)
	known := map[string]bool{}
	for _, f := range calm.found {
		known[f.Rule+" "+normal(f)] = true
		known[f.Rule+" @ "+f.Where] = true
	}
	return known
}

// normal leaves out what changes from answer to answer: digits. The port of an address stays: by it alone one service on a machine is
// told from another.
func normal(f found) string {
	if f.Family == "host" || f.Canary != nil {
		name, port := cutPort(f.match)
		return withoutDigits(name) + ":" + port
	}
	return withoutDigits(f.match)
}

func withoutDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return -1
		}
		return r
	}, text)
}

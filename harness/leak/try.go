package leak

import (
	"slices"
	"strconv"
	"strings"
)

// try runs a rule on the line around a trigger that ends before end, once for
// each stretch of text.
func (s *scan) try(l layer, id int32, end int) {
	r, p := &s.d.rules[id], &s.rules[id]
	if r.scope == inErrors && l.mode != strict || r.scope == inPages && l.mode != strict && !l.root {
		return
	}
	if r.apart&l.place != 0 || r.fields != nil && !r.fields[l.field] {
		return
	}
	if p.layer != s.layers {
		*p = progress{layer: s.layers, matches: p.matches[:0]}
		s.touched = append(s.touched, id)
	}
	if end <= p.until || p.count >= max(r.frames, 1) {
		return
	}
	from, to := max(end-reach, 0), min(end+reach, len(l.text))
	if !r.wide {
		if i := strings.LastIndexByte(l.text[from:end-1], '\n'); i >= 0 {
			from += i + 1
		}
		if i := strings.IndexByte(l.text[end-1:to], '\n'); i >= 0 {
			to = end - 1 + i
		}
	}
	p.until = to
	if r.near > 0 {
		from, p.until = max(from, end-r.near), end // the next trigger may begin another match
		to = min(to, end+nearReach)
	}
	if r.also != "" && !strings.Contains(l.text[from:to], r.also) {
		return
	}
	if p.work += to - from; p.work > mostOfRule+perOfRule*len(l.text) || to-from > s.work {
		s.skipped("what looks like " + r.id + " at " + l.where + " from byte " + strconv.Itoa(from) + ": there is too much of it")
		return
	}
	s.work -= to - from
	s.run(l, r, p, from, to)
}

// run collects the matches of a rule in text[from:to].
func (s *scan) run(l layer, r *compiled, p *progress, from, to int) {
	for from < to && p.count < max(r.frames, 1) {
		at := r.re.FindStringSubmatchIndex(l.text[from:to])
		if at == nil {
			return
		}
		start, end := from+at[0], from+at[1]
		whole := l.text[start:end]
		if len(at) > 2 && at[2] >= 0 {
			start, end = from+at[2], from+at[3]
		}
		evidence := l.text[start:end]
		from += max(at[1], at[0]+1)
		if r.not != nil && r.not.MatchString(whole) || slices.Contains(p.matches, evidence) || s.forgiven(l, r, evidence) {
			continue
		}
		if p.count == 0 {
			p.first = [2]int{start, end}
		}
		p.count++
		p.matches = append(p.matches, evidence)
	}
}

// conclude turns the matches of a rule in a layer into a finding.
func (s *scan) conclude(l layer, id int32) {
	r, p := &s.d.rules[id], &s.rules[id]
	if p.count == 0 {
		return
	}
	certainty := r.certainty
	if r.frames > 0 && p.count >= r.frames {
		certainty = Certain
	}
	if l.mode == lax && certainty == Certain {
		certainty = Likely // product data may quote anything
	}
	if r.input && s.in.Status >= 400 && s.in.Status < 500 {
		certainty = Possible
	}
	s.add(found{Finding{
		Rule: r.id, Family: r.family, Certainty: certainty, CWE: r.cwe, Where: l.where,
		Text: s.evidence(l.text, p.first[0], p.first[1], r.family == "secret"),
	}, strings.Join(p.matches, "\n")})
}

package leak

import (
	"slices"
	"strings"
	"sync/atomic"
)

// The bounds of the work on one answer. They grow with the answer, so that only a text made for it reaches one; then the
// scan says what it has not looked at.
const (
	deepestLayer = 4        // layers inside layers
	mostDecoded  = 4 << 20  // bytes that decoders make, and ...
	perDecoded   = 32       // ... for every byte of the answer
	mostMatched  = 2 << 20  // bytes that expressions look at, and ...
	perMatched   = 16       // ... for every byte of the answer
	mostOfRule   = 64 << 10 // of which one rule gets in one layer, and ...
	perOfRule    = 8        // ... for every byte of it
	nearReach    = 256
	reach        = 2 << 10 // how far around a trigger its rule looks in a long line
)

// A mode says how much a layer is under suspicion.
type mode int

const (
	lax    mode = iota // product data: only proof counts
	strict             // an error's own words
)

// A layer is one text of the answer after decoding.
type layer struct {
	where string
	text  string
	mode  mode
	depth int
	place place  // what the member it came from is for
	field string // the header field it came from, lower case
	plain bool   // a body as it came: its pointers need no "json"
	root  bool   // the document itself, not a member of it
}

func (l layer) inside(kind, text string) layer {
	l.where += " > " + kind
	l.text = text
	l.depth++
	l.plain = false
	return l
}

// found is a finding with the exact text that gave it.
type found struct {
	Finding
	match string
}

// progress is how far one rule has come in the layer at hand.
type progress struct {
	layer   int // number of the layer it belongs to
	until   int // end of what the expression has seen
	work    int // bytes it has looked at
	count   int
	first   [2]int
	matches []string
}

type scan struct {
	d       *Detector
	in      Input
	marks   *known
	echo    *echoes
	work    int // bytes expressions may still look at
	left    int // bytes decoders may still make
	layers  int
	rules   []progress
	touched []int32
	found   []found
	at      map[string]int // family and place -> index in found
	seen    map[string]string
	looked  map[looked]bool
	unseen  string // the first part that a bound kept from being looked at
}

func newScan(d *Detector, in Input) *scan {
	size := len(in.Body)
	for _, p := range in.Rest {
		size += len(p.Text)
	}
	return &scan{
		d: d, in: in, marks: d.marks.of(in.Canaries, in.Words),
		left: mostDecoded + perDecoded*size, work: mostMatched + perMatched*size, rules: d.work.Get().([]progress), layers: 1,
		at: map[string]int{}, seen: map[string]string{},
	}
}

// release gives the working memory back, without the texts of this answer.
func (s *scan) release() {
	clear(s.rules)
	//lint:ignore SA6002 a slice header is small beside the work saved
	s.d.work.Put(s.rules)
}

// known is what is prepared for one set of canaries and words.
type known struct {
	*marks
	names []string
	words *automaton
}

// A markCache keeps the last set: a run scans thousands of answers with one set.
type markCache struct{ last atomic.Pointer[known] }

func (c *markCache) of(canaries []Canary, words []string) *known {
	k := c.last.Load()
	if k != nil && slices.Equal(k.canaries, canaries) && slices.Equal(k.names, words) {
		return k
	}
	k = &known{marks: newMarks(slices.Clone(canaries)), names: slices.Clone(words)}
	var rules []compiled
	for _, w := range words {
		if len(w) >= 3 {
			rules = append(rules, compiled{rule: rule{triggers: []string{strings.ToLower(w)}}})
		}
	}
	if len(rules) > 0 {
		k.words = newAutomaton(rules)
	}
	c.last.Store(k)
	return k
}

// skipped notes what a bound keeps from being looked at.
func (s *scan) skipped(what string) {
	if s.unseen == "" {
		s.unseen = what
	}
}

// text looks at a layer and at all that is encoded in it.
func (s *scan) text(l layer) {
	if l.text == "" {
		return
	}
	s.match(l)
	s.unwrap(l)
}

func (s *scan) match(l layer) {
	s.canaries(l)
	s.words(l)
	s.layers++
	s.touched = s.touched[:0]
	s.d.trigger.find(l.text, func(rule int32, end int) { s.try(l, rule, end) })
	for _, rule := range s.touched {
		s.conclude(l, rule)
	}
}

func (s *scan) canaries(l layer) {
	s.marks.find(l.text, func(m mark) bool {
		c := s.marks.canaries[m.canary]
		key := "canary " + c.Token
		if outer, again := s.seen[key]; again && within(l.where, outer) || s.echoes().carried(c.Token) {
			return true
		}
		if c.Kind == KindAddress && (!strings.HasPrefix(l.where, "body") || !apart(l.text, m.start, m.end)) {
			return true // a field may have it in calm too, which is not known here
		}
		cwe := "CWE-209"
		if c.Kind == KindSecret {
			cwe = "CWE-200"
		}
		s.add(found{Finding{
			Rule: "canary", Family: "canary", Certainty: Certain, CWE: cwe, Where: l.where,
			Text: s.evidence(l.text, m.start, m.end, c.Kind == KindSecret), Canary: &c,
		}, c.Token})
		return true
	})
}

// apart tells whether what stands there is neither the end of a longer name nor the beginning of a longer number.
func apart(text string, start, end int) bool {
	before := start > 0 && (alnum[fold[text[start-1]]] || strings.IndexByte("-._", text[start-1]) >= 0)
	return !before && (end == len(text) || !alnum[fold[text[end]]])
}

func (s *scan) words(l layer) {
	if s.marks.words == nil || l.mode != strict {
		return
	}
	s.marks.words.find(l.text, func(_ int32, end int) {
		start := end
		for start > 0 && !s.isWord(l.text[start:end]) {
			start--
		}
		if start > 0 && alnum[fold[l.text[start-1]]] || end < len(l.text) && alnum[fold[l.text[end]]] {
			return
		}
		if s.echoes().carried(l.text[start:end]) {
			return
		}
		s.add(found{Finding{
			Rule: "own-name", Family: "source", Certainty: Likely, CWE: "CWE-209", Where: l.where,
			Text: s.evidence(l.text, start, end, false),
		}, l.text[start:end]})
	})
}

func (s *scan) isWord(text string) bool {
	return slices.ContainsFunc(s.marks.names, func(w string) bool { return len(w) >= 3 && strings.EqualFold(w, text) })
}

// within reports whether a place was decoded from another, or is the same.
func within(where, outer string) bool {
	return where == outer || strings.HasPrefix(where, outer+" > ")
}

// add keeps one finding for each family and place, the surest; canaries are
// kept one by one.
func (s *scan) add(f found) {
	same := f.Rule + " " + f.match
	if f.Canary != nil {
		same = "canary " + f.match
	}
	if outer, again := s.seen[same]; again && within(f.Where, outer) {
		return
	}
	s.seen[same] = f.Where
	key := f.Family + " " + f.Where
	if f.Canary != nil {
		key += " " + f.match
	}
	if i, again := s.at[key]; again {
		if f.Certainty.rank() > s.found[i].Certainty.rank() {
			s.found[i] = f
		}
		return
	}
	s.at[key] = len(s.found)
	s.found = append(s.found, f)
}

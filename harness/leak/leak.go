// Package leak finds internal information in an answer: canaries, stack traces,
// error objects, database messages, SQL, hosts, paths, credentials.
//
// The order of certainty is the order of proof. A canary is proof. A sequence
// of frames, an error object with a driver's fields, a debug page's skeleton is
// certain. The phrase of a known driver is likely. A lone token is possible.
//
//	answer -> layers (decoded, with a pointer) -> canaries, rules -> echo, own, calm forgive -> findings
//
// Rules are data. One automaton over folded bytes finds their triggers, and a
// rule's expression runs only on the lines around its triggers.
package leak

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// A Detector holds the compiled rules. It is immutable and safe for concurrent use.
type Detector struct {
	rules   []compiled
	objects []compiledObject
	trigger *automaton
	fields  map[string][]int32 // rules made for a field
	marks   *markCache
	work    *sync.Pool // of []progress
}

// New compiles the rules.
func New() *Detector {
	rules := compile(allRules())
	fields := map[string][]int32{}
	for i, r := range rules {
		for name := range r.fields {
			if r.value {
				fields[name] = append(fields[name], int32(i))
			}
		}
	}
	work := &sync.Pool{New: func() any { return make([]progress, len(rules)) }}
	return &Detector{fields: fields, work: work, rules: rules, objects: compileObjects(objectRules), trigger: newAutomaton(rules), marks: new(markCache)}
}

// Families lists the families of what is found, but for canaries, each once.
func Families() []string {
	var all []string
	for _, r := range allRules() {
		all = append(all, r.family)
	}
	for _, o := range objectRules {
		all = append(all, cmp.Or(o.family, "database"))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Scan judges a whole answer: header fields, reason phrase and body, decoded as
// far as the bounds allow. Findings come in the order of the answer, at most one
// for each rule and place.
func (d *Detector) Scan(in Input) []Finding {
	found, _ := d.Examine(in)
	return found
}

// Examine does what Scan does, and says which part of the answer it did not look
// at because one of its bounds was reached; "": it has looked at everything.
func (d *Detector) Examine(in Input) (found []Finding, unseen string) {
	s := newScan(d, in)
	defer s.release()
	s.fields()
	s.body()
	s.parts(in.Rest)
	return s.forgiveCalm(s.found), s.unseen
}

// ExaminePart looks at one part of a body as Examine does when it stands in Rest.
// Nothing forgives what it finds.
func (d *Detector) ExaminePart(status int, media string, canaries []Canary, p Part) (found []Finding, unseen string) {
	return d.Examine(Input{Status: status, Header: [][2]string{{"Content-Type", media}}, Canaries: canaries, Rest: []Part{p}})
}

// ScanText judges a text that may name internal things but no secrets, such as
// a line of a log: canaries of kind secret, and the formats of secrets.
func (d *Detector) ScanText(text string, canaries []Canary) []Finding {
	var secrets []Canary
	for _, c := range canaries {
		if c.Kind == KindSecret {
			secrets = append(secrets, c)
		}
	}
	s := newScan(d, Input{Canaries: secrets})
	defer s.release()
	s.work, s.left = s.work+perMatched*len(text), s.left+perDecoded*len(text)
	s.text(layer{where: "text", text: strings.ToValidUTF8(text, "?"), mode: strict})
	var kept []Finding
	for _, f := range s.found {
		if f.Family == "secret" || f.Canary != nil {
			kept = append(kept, f.Finding)
		}
	}
	return kept
}

// Package fault says what goes wrong, as plain data. A Fault compiles to an Injection: rules for the calls that the
// system makes, links (a dependency as a whole), edits of settings, and acts that an owner carries out. The package knows
// no dependency and no system; a Plan decides, call by call, which effect strikes.
//
//	fault -> Injection{Rules, Links, Edits, Acts} -> Plan.Decide(Call) -> Effect -> Hit
package fault

import "github.com/failwell/failwell/harness/decode"

// A Fault says what goes wrong. Injection validates the fault's fields and compiles them; its error is a mistake in the
// fields, worded for the person who wrote them.
type Fault interface{ Injection() (Injection, error) }

// Spec is how a file's fault is kept: the name of its kind, and its parameters as they were written.
type Spec struct {
	Kind   string       `json:"kind"`
	Params *decode.Node `json:"params,omitempty"`
	Pos    decode.Pos   `json:"pos,omitzero"`
}

// Injection is what a fault asks for: plain data of four sorts.
type Injection struct {
	Rules []Rule `json:"rules,omitempty"`
	Links []Link `json:"links,omitempty"`
	Edits []Edit `json:"edits,omitempty"`
	Acts  []Act  `json:"acts,omitempty"`
}

// Injection makes every Injection a Fault, so that plain data can be armed without a kind.
func (i Injection) Injection() (Injection, error) { return i, nil }

// And joins two injections; the rules of i are tried before those of o.
func (i Injection) And(o Injection) Injection {
	return Injection{
		Rules: append(append([]Rule(nil), i.Rules...), o.Rules...),
		Links: append(append([]Link(nil), i.Links...), o.Links...),
		Edits: append(append([]Edit(nil), i.Edits...), o.Edits...),
		Acts:  append(append([]Act(nil), i.Acts...), o.Acts...),
	}
}

// Empty tells whether nothing is asked for.
func (i Injection) Empty() bool {
	return len(i.Rules) == 0 && len(i.Links) == 0 && len(i.Edits) == 0 && len(i.Acts) == 0
}

// On lists the dependencies that the injection aims at, in order of first mention.
func (i Injection) On() []string {
	var names []string
	add := func(name string) {
		for _, n := range names {
			if n == name {
				return
			}
		}
		if name != "" {
			names = append(names, name)
		}
	}
	for _, r := range i.Rules {
		if r.Effect.Verb != Pass || r.Effect.Delay != (Span{}) {
			add(r.On)
		}
	}
	for _, l := range i.Links {
		add(l.On)
	}
	for _, a := range i.Acts {
		add(a.On)
	}
	return names
}

// Compile joins the injections of several faults, in order.
func Compile(faults ...Fault) (Injection, error) {
	var all Injection
	var mistakes decode.Problems
	for _, f := range faults {
		one, err := f.Injection()
		mistakes.Join(err, decode.Pos{})
		all = all.And(one)
	}
	return all, mistakes.Err()
}

// ReadNode reads `{KIND: params}`, the form in which a file names a fault.
func (s *Spec) ReadNode(n *decode.Node) error {
	fields := n.Fields()
	if n.Kind() == decode.Scalar && n.Text() != "" {
		*s = Spec{Kind: n.Text(), Pos: n.Pos()}
		return nil
	}
	if n.Kind() != decode.Map || len(fields) != 1 {
		return decode.Problem{Pos: n.Pos(), What: "want one fault as `{NAME: {...}}`"}
	}
	*s = Spec{Kind: fields[0].Key.Text(), Params: fields[0].Value, Pos: fields[0].Key.Pos()}
	return nil
}

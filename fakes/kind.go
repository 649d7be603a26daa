package fakes

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/leak"
)

// Kind is what a kind of dependency knows about itself, as data beside its code.
type Kind struct {
	Name    string              `json:"name"`
	Class   string              `json:"class"`            // store, upstream, cache, queue
	Doc     string              `json:"-"`                // what it stands in for, as a sentence
	Called  []string            `json:"called,omitempty"` // words by which people and drivers speak of such a thing, beside its name
	Ops     []Op                `json:"ops"`
	Groups  map[string][]string `json:"groups,omitempty"` // one name for several ops
	Replies map[string]Reply    `json:"replies,omitempty"`
	Retired map[string]string   `json:"retired,omitempty"` // names that were replies, and what to say instead
	Halves  bool                `json:"halves,omitempty"`  // the middle of a reply can be found
}

// Op is an operation and what can be done to it.
type Op struct {
	Name string                       `json:"name"`
	Can  map[fault.Point][]fault.Verb `json:"can"`
	Own  bool                         `json:"own,omitempty"` // a driver's own: only a rule that names it aims at it
}

// Reply is a named reply: what the real server says in a certain trouble, and which cause of the contract that is.
// Texts hold canaries where {NAME} stands: {detail} is filled with a token of its own.
type Reply struct {
	Cause  string      `json:"cause" decode:"must"`
	Source string      `json:"source,omitempty"` // where the text comes from
	At     fault.Point `json:"at,omitempty"`     // the point at which the real server says it; empty: at any call
	Ops    []string    `json:"ops,omitempty"`    // the ops, or groups of them, at which it can; none: all
	Text   string      `json:"text,omitempty"`   // contained in the text of the calls at which it can
	fault.Saying
}

// Can tells whether the kind can do the verb at the point for this op or one of its group; op "" asks for any op.
func (k Kind) Can(op string, at fault.Point, v fault.Verb) bool {
	named := k.opsOf(op)
	for _, o := range k.Ops {
		if (op == "" || containsFold(named, o.Name)) && slices.Contains(o.Can[at], v) {
			return true
		}
	}
	return false
}

// opsOf lists the ops that names stand for.
func (k Kind) opsOf(names ...string) []string {
	var ops []string
	for _, name := range names {
		if group, ok := k.Groups[strings.ToLower(name)]; ok {
			ops = append(ops, group...)
			continue
		}
		ops = append(ops, name)
	}
	return ops
}

func containsFold(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

// OpNames lists the ops, in the kind's order, and then its groups.
func (k Kind) OpNames() []string {
	names := make([]string, len(k.Ops))
	for i, o := range k.Ops {
		names[i] = o.Name
	}
	return append(names, sortedKeys(k.Groups)...)
}

// ReplyNames lists the named replies, sorted.
func (k Kind) ReplyNames() []string { return slices.Sorted(maps.Keys(k.Replies)) }

// Check says why the kind cannot do what a rule asks for; nil when it can.
func (k Kind) Check(r fault.Rule) error {
	for _, op := range append(slices.Clone(r.Ops), r.Op) {
		if op != "" && !containsFold(k.OpNames(), op) {
			return fmt.Errorf("%s has no op %q%s", k.Name, op, decode.DidYouMean(op, k.OpNames()))
		}
	}
	e := r.Effect
	named, known := k.Replies[e.Say.Name]
	if instead, ok := k.Retired[e.Say.Name]; ok {
		return fmt.Errorf("%s has no reply %q any more: %s", k.Name, e.Say.Name, instead)
	}
	if e.Say.Name != "" && !known {
		return fmt.Errorf("%s has no reply %q%s", k.Name, e.Say.Name, decode.DidYouMean(e.Say.Name, k.ReplyNames()))
	}
	asked := k.asked(r)
	if says := k.opsOf(named.Ops...); len(asked) > 0 && len(says) > 0 && len(common(asked, says)) == 0 {
		return fmt.Errorf("%s never says %s at %s; it can at %s", k.Name, e.Say.Name, strings.Join(asked, ", "), strings.Join(named.Ops, ", "))
	}
	r = k.Place(r)
	e = r.Effect
	if e.Verb == fault.Pass && e.At == "" {
		return nil
	}
	ops := r.Ops
	if len(ops) == 0 {
		ops = []string{r.Op}
	}
	if !slices.ContainsFunc(ops, func(op string) bool { return k.Can(op, e.At, e.Verb) }) {
		return fmt.Errorf("%s cannot %s at %s%s", k.Name, e.Verb, e.At, k.instead(ops, e))
	}
	if e.Half && !k.Halves {
		return fmt.Errorf("%s cannot tell the middle of a reply: say past", k.Name)
	}
	return nil
}

func (k Kind) instead(ops []string, e fault.Effect) string {
	var points []string
	for _, p := range fault.Points() {
		if slices.ContainsFunc(ops, func(op string) bool { return k.Can(op, p, e.Verb) }) {
			points = append(points, string(p))
		}
	}
	if len(points) == 0 {
		return ""
	}
	return "; it can at " + strings.Join(points, ", ")
}

// Place settles what a rule leaves open. Where it strikes: where the real server says the named reply, else where its verb is
// usual; a bare pass keeps no point, it stands for the whole call. And at which ops: those of the group that it names; without an op,
// those at which the real server can say the named reply, else all but a driver's own, of which only connections that were open before
// die at whatever comes next.
func (k Kind) Place(r fault.Rule) fault.Rule {
	named := k.Replies[r.Effect.Say.Name]
	bare := r.Effect.Verb == fault.Pass && r.Effect.At == "" && r.Effect.Delay.IsZero()
	if r.Effect.At == "" && !bare {
		r.Effect.At = fault.Request
		if named.At != "" {
			r.Effect.At = named.At
		}
	}
	if r.Text == "" {
		r.Text = named.Text
	}
	says := k.opsOf(named.Ops...)
	switch asked := k.asked(r); {
	case len(asked) == 0 && len(says) > 0:
		r.Ops = says
	case len(asked) == 0 && !bare && !r.Effect.At.Early() && r.Connections != "existing":
		r.Ops = k.applications()
	case len(says) > 0:
		r.Ops = common(asked, says)
	case len(asked) > 1:
		r.Ops = asked
	}
	return r
}

// asked are the ops that a rule names.
func (k Kind) asked(r fault.Rule) []string {
	if len(r.Ops) == 0 && r.Op != "" {
		return k.opsOf(r.Op)
	}
	return k.opsOf(r.Ops...)
}

// applications are the ops other than a driver's own; none when it has none of its own.
func (k Kind) applications() []string {
	var ops []string
	for _, o := range k.Ops {
		if !o.Own {
			ops = append(ops, o.Name)
		}
	}
	if len(ops) == len(k.Ops) {
		return nil
	}
	return ops
}

func common(a, b []string) []string {
	var both []string
	for _, name := range a {
		if containsFold(b, name) {
			both = append(both, name)
		}
	}
	return both
}

var hole = regexp.MustCompile(`\{([a-z][a-z-]*)\}`)

// Resolve fills in a rule's named reply and its holes; mint gives a canary for a place. It returns the canaries that were
// put in.
func (k Kind) Resolve(r fault.Rule, mint func(where string) string) (fault.Rule, []leak.Canary) {
	r = k.Place(r)
	say := r.Effect.Say
	if named, ok := k.Replies[say.Name]; ok {
		say = merge(named.Saying, say)
	}
	var canaries []leak.Canary
	fill := func(where, text string) string {
		return hole.ReplaceAllStringFunc(text, func(h string) string {
			place := strings.TrimSpace(r.On + " " + where + " " + strings.Trim(h, "{}"))
			token := mint(place)
			canaries = append(canaries, leak.Canary{Token: token, Kind: "internal", Where: place})
			return token
		})
	}
	say.Body, say.Raw = fill("body", say.Body), fill("bytes", say.Raw)
	if len(say.Fields) > 0 {
		fields := map[string]string{}
		for _, name := range sortedKeys(say.Fields) {
			fields[name] = fill(name, say.Fields[name])
		}
		say.Fields = fields
	}
	r.Effect.Say = say
	return r, canaries
}

// merge lays what a rule says itself over the named reply.
func merge(named, own fault.Saying) fault.Saying {
	named.Name = own.Name
	if own.Status != "" {
		named.Status = own.Status
	}
	if own.Body != "" {
		named.Body = own.Body
	}
	if own.Raw != "" {
		named.Raw = own.Raw
	}
	if own.Then != "" {
		named.Then = own.Then
	}
	if len(own.Fields) > 0 {
		all := maps.Clone(named.Fields)
		if all == nil {
			all = map[string]string{}
		}
		maps.Copy(all, own.Fields)
		named.Fields = all
	}
	return named
}

func sortedKeys[V any](m map[string]V) []string {
	keys := slices.Collect(maps.Keys(m))
	sort.Strings(keys)
	return keys
}

// Entry is a kind in a list of kinds: what it knows about itself, and how one is made.
type Entry struct {
	Kind   Kind
	Make   Maker
	Sketch func(fault.Call) string // lines of a lab file to begin with, for a call to which a stub knew no answer; nil: there are none
}

// NoStub begins what a stub says to a call to which it knows no answer.
const NoStub = "no stub for"

// Unstubbed lists what stubs said that they know no answer to, each once.
func Unstubbed(hits []fault.Hit) []fault.Hit {
	var all []fault.Hit
	for _, h := range hits {
		said := func(o fault.Hit) bool { return o.Call.On == h.Call.On && o.Answer == h.Answer }
		if strings.Contains(h.Answer, NoStub) && !slices.ContainsFunc(all, said) {
			all = append(all, h)
		}
	}
	return all
}

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
	Name    string           `json:"name"`
	Class   string           `json:"class"` // store, upstream, cache, queue
	Ops     []Op             `json:"ops"`
	Replies map[string]Reply `json:"replies,omitempty"`
}

// Op is an operation and what can be done to it.
type Op struct {
	Name string                       `json:"name"`
	Can  map[fault.Point][]fault.Verb `json:"can"`
}

// Reply is a named reply: what the real server says in a certain trouble, and which cause of the contract that is.
// Texts hold canaries where {NAME} stands: {detail} is filled with a token of its own.
type Reply struct {
	Cause  string      `json:"cause" decode:"must"`
	Source string      `json:"source,omitempty"` // where the text comes from
	At     fault.Point `json:"at,omitempty"`     // the point at which the real server says it; empty: at any call
	fault.Saying
}

// Can tells whether the kind can do the verb at the point for this op; op "" asks for any op.
func (k Kind) Can(op string, at fault.Point, v fault.Verb) bool {
	for _, o := range k.Ops {
		if op != "" && !strings.EqualFold(o.Name, op) {
			continue
		}
		if slices.Contains(o.Can[at], v) {
			return true
		}
	}
	return false
}

// OpNames lists the ops, in the kind's order.
func (k Kind) OpNames() []string {
	names := make([]string, len(k.Ops))
	for i, o := range k.Ops {
		names[i] = o.Name
	}
	return names
}

// ReplyNames lists the named replies, sorted.
func (k Kind) ReplyNames() []string { return slices.Sorted(maps.Keys(k.Replies)) }

// Check says why the kind cannot do what a rule asks for; nil when it can.
func (k Kind) Check(r fault.Rule) error {
	r = k.Place(r)
	e := r.Effect
	if r.Op != "" && !slices.ContainsFunc(k.OpNames(), func(n string) bool { return strings.EqualFold(n, r.Op) }) {
		return fmt.Errorf("%s has no op %q%s", k.Name, r.Op, decode.DidYouMean(r.Op, k.OpNames()))
	}
	if e.Say.Name != "" {
		if _, ok := k.Replies[e.Say.Name]; !ok {
			return fmt.Errorf("%s has no reply %q%s", k.Name, e.Say.Name, decode.DidYouMean(e.Say.Name, k.ReplyNames()))
		}
	}
	if e.Verb == fault.Pass && e.At == "" {
		return nil
	}
	if !k.Can(r.Op, e.At, e.Verb) {
		return fmt.Errorf("%s cannot %s at %s%s", k.Name, e.Verb, e.At, k.instead(r.Op, e))
	}
	return nil
}

func (k Kind) instead(op string, e fault.Effect) string {
	var points []string
	for _, p := range fault.Points() {
		if k.Can(op, p, e.Verb) {
			points = append(points, string(p))
		}
	}
	if len(points) == 0 {
		return ""
	}
	return "; it can at " + strings.Join(points, ", ")
}

// Place settles where a rule without a point strikes: where the real server says the named reply, else where its verb is
// usual. A bare pass keeps none: it stands for the whole call.
func (k Kind) Place(r fault.Rule) fault.Rule {
	if r.Effect.At != "" || r.Effect.Verb == fault.Pass && r.Effect.Delay.IsZero() {
		return r
	}
	r.Effect.At = fault.Request
	if named, ok := k.Replies[r.Effect.Say.Name]; ok && named.At != "" {
		r.Effect.At = named.At
	}
	return r
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
	Kind Kind
	Make Maker
}

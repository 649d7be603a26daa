package lab

import (
	"crypto/rand"
	"fmt"
	"maps"

	"github.com/failwell/failwell/harness/decode"
)

// Scope holds the values of $names, by lifetime: launch, lab (captures of before), case, send.
type Scope struct {
	launch map[string]string
	lab    map[string]string
	kase   map[string]string
	early  bool // while the lab's own before runs: defaults whose names are not there yet are left out
}

// Value gives the value of a name; $uuid is a fresh one each time.
func (n Scope) Value(name string) (string, error) {
	if name == "uuid" {
		return uuid(), nil
	}
	for _, m := range []map[string]string{n.kase, n.lab, n.launch} {
		if v, ok := m[name]; ok {
			return v, nil
		}
	}
	var known []string
	for _, m := range []map[string]string{n.kase, n.lab, n.launch} {
		for k := range m {
			known = append(known, k)
		}
	}
	return "", fmt.Errorf("unknown name $%s%s", name, decode.DidYouMean(name, known))
}

// Fresh gives the names of one phase and copy of a case.
func (n Scope) Fresh() Scope {
	n.kase = map[string]string{"case.key": uuid()}
	return n
}

// With adds names of the case.
func (n Scope) With(more map[string]string) Scope {
	all := maps.Clone(n.kase)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, more)
	n.kase = all
	return n
}

// Again gives the same names for one more copy, with a key of its own.
func (n Scope) Again() Scope { return n.With(map[string]string{"case.key": uuid()}) }

// OfCase tells whether a name belongs to one phase of a case, and is another one in the next.
func (n Scope) OfCase(name string) bool {
	_, ok := n.kase[name]
	return ok
}

// uuid is a random UUID (RFC 9562, version 4). It is an identifier only: no decision depends on it.
func uuid() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Names are the values of the names that live as long as a launch: addresses, ports, credentials of throw-away servers.
func (l *Lab) Names() map[string]string { return maps.Clone(l.names.launch) }

// Scope is the names of one more phase and copy of a case.
func (l *Lab) Scope() Scope { return l.names.Fresh() }

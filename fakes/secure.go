package fakes

import (
	"maps"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/fault"
)

// TLS tells whether TLS stands, or can stand, before the kind: a handshake is a call of it then.
func (k Kind) TLS() bool {
	return slices.ContainsFunc(k.Ops, func(o Op) bool { return o.Name == string(fault.Handshake) })
}

// InTheClear is the kind without TLS before it.
func (k Kind) InTheClear() Kind {
	k.Ops = slices.DeleteFunc(slices.Clone(k.Ops), func(o Op) bool { return o.Name == string(fault.Handshake) })
	k.Replies = maps.Clone(k.Replies)
	maps.DeleteFunc(k.Replies, func(_ string, r Reply) bool { return r.At == fault.Handshake })
	return k
}

// BackendURL is the address of what stands behind the gate.
func (d Dependency) BackendURL(addr string, names map[string]string) string {
	if d.URL == nil {
		return addr
	}
	return d.URL(addr, names)
}

// GateURL is the address that the system is given: that of the gate, over TLS where the gate speaks it.
func (d Dependency) GateURL(addr string, names map[string]string) string {
	url := d.BackendURL(addr, names)
	if rest, plain := strings.CutPrefix(url, "http://"); plain && d.CA != "" {
		return "https://" + rest
	}
	return url
}

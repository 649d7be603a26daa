// Package control drives a rig over HTTP, for fakes that run where the system can reach them and the harness cannot reach in:
// in a container beside it. Both ends are here. Nothing passes without the token.
//
//	Client (a fakes.Rig) --POST /v1/OP, JSON, Bearer token--> Server --> fakes.LocalRig
//
// A fake cannot be sent, but what a lab file says of it can: Kinds makes fakes that remember it, as an Order.
package control

import (
	"encoding/json"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

// Order is what it takes to make a dependency somewhere else.
type Order struct {
	Name    string            `json:"name"`
	Kind    string            `json:"kind"`
	Server  string            `json:"server,omitempty"`
	Address string            `json:"address,omitempty"`
	Stubs   *decode.Node      `json:"stubs,omitempty"`
	TLS     bool              `json:"tls,omitempty"`
	Minted  map[string]string `json:"minted,omitempty"` // place -> canary
	Bare    bool              `json:"bare,omitempty"`   // only the gate; a backend is bound later
}

// The operations.
const (
	opHello = "hello"
	opAdd   = "add"
	opArm   = "arm"
	opDrain = "drain-idle"
	opHits  = "hits"
	opQuiet = "wait-quiet"
	opBind  = "bind"
	opUndo  = "undo-data"
	opRun   = "run-text"
	opAsk   = "ask"
	path    = "/v1/"
)

// message is what is asked and answered; each operation uses some of it.
type message struct {
	Name      string            `json:"name,omitempty"`
	Order     *Order            `json:"order,omitempty"`
	Injection *fault.Injection  `json:"injection,omitempty"`
	Seed      string            `json:"seed,omitempty"`
	Since     int64             `json:"since,omitempty"`
	Text      string            `json:"text,omitempty"`
	As        string            `json:"as,omitempty"`
	Hits      []fault.Hit       `json:"hits,omitempty"`
	Count     int               `json:"count,omitempty"`
	Now       time.Duration     `json:"now,omitempty"` // since the rig's start
	Port      int               `json:"port,omitempty"`
	Backend   bool              `json:"backend,omitempty"`
	Stateful  bool              `json:"stateful,omitempty"`
	Scripted  bool              `json:"scripted,omitempty"`
	Facts     map[string]string `json:"facts,omitempty"`
	Wrong     string            `json:"wrong,omitempty"`
	Lacking   bool              `json:"lacking,omitempty"` // what is wrong is that it cannot be had there
}

// ordered is a fake that remembers how it was made.
type ordered struct {
	fakes.Fake
	order Order
}

// Kinds gives kinds whose fakes can be ordered elsewhere. They work here as before.
func Kinds(all map[string]fakes.Entry) map[string]fakes.Entry {
	out := make(map[string]fakes.Entry, len(all))
	for kind, entry := range all {
		out[kind] = fakes.Entry{Kind: entry.Kind, Sketch: entry.Sketch, Make: func(o fakes.Options) (fakes.Dependency, error) {
			order := Order{Name: o.Name, Kind: kind, Server: o.Server, Address: o.Address, Stubs: o.Stubs, TLS: o.TLS, Minted: map[string]string{}}
			if mint := o.Mint; mint != nil {
				o.Mint = func(where string, secret bool) string {
					order.Minted[where] = mint(where, secret)
					return order.Minted[where]
				}
			}
			d, err := entry.Make(o)
			if d.Fake != nil {
				d.Fake = ordered{d.Fake, order}
			}
			return d, err
		}}
	}
	return out
}

// OrderOf gives the order of a dependency; false: it was not made by one of Kinds.
func OrderOf(d fakes.Dependency) (Order, bool) {
	f, ok := d.Fake.(ordered)
	return f.order, ok
}

func encode(m message) []byte {
	b, err := json.Marshal(m)
	if err != nil {
		b, _ = json.Marshal(message{Wrong: err.Error()})
	}
	return b
}

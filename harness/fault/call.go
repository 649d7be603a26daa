package fault

import (
	"hash/crc32"
	"time"
)

// Call is one thing that the system asks of a dependency. Connecting, the TLS handshake and logging in are calls too;
// their Op is the name of their point.
type Call struct {
	On           string `json:"on"`                     // the dependency
	Op           string `json:"op"`                     // connect, handshake, auth, or an operation of the kind: query, GET ...
	Text         string `json:"text,omitempty"`         // SQL, path, command line
	N            int    `json:"n,omitempty"`            // n-th call of this dependency since the faults were armed; set by the gate
	InTx         bool   `json:"in-tx,omitempty"`        // inside a transaction
	Trace        string `json:"trace,omitempty"`        // trace id that the call carried
	Housekeeping bool   `json:"housekeeping,omitempty"` // the driver's own: a ping, a setting or a reset of its session; no call of the application
	Conn         int64  `json:"conn,omitempty"`         // the connection it came on
	Old          bool   `json:"old,omitempty"`          // the connection was open before the faults were armed; set by the gate
}

// LinkOp is the op of hits that a link leaves: a connection that was open and was cut, for one.
const LinkOp = "link"

// Done is what became of an effect.
type Done string

// What can become of an effect. Only Carried counts as struck.
const (
	Carried    Done = "carried"     // it took place as the rule says
	Impossible Done = "impossible"  // this call has nothing the effect could apply to (no such row, column, body)
	ClientLeft Done = "client-left" // the system was gone before the effect could show
)

// Hit is a call, the effect it got, and what became of it.
type Hit struct {
	Seq        int64         `json:"seq"`
	Call       Call          `json:"call"`
	Effect     Effect        `json:"effect,omitzero"`      // zero or a bare pass: nothing was done to the call
	Rule       int           `json:"rule,omitempty"`       // 1-based index of the rule that decided; 0: none
	Done       Done          `json:"done,omitempty"`       // empty while nothing was done to the call; carried as soon as its effect holds it
	Answer     string        `json:"answer,omitempty"`     // what the system was told, in short: 503, SELECT 1, 40P01, closed
	Said       *Said         `json:"said,omitempty"`       // what the answer is known by, where the kind can tell; nil: it cannot, or there was none
	At         time.Duration `json:"at"`                   // since the rig's start
	Took       time.Duration `json:"took,omitempty"`       // until the call ended; 0 while open
	Background bool          `json:"background,omitempty"` // no call of the request: never counts as a strike or attempt
	Untold     bool          `json:"untold,omitempty"`     // the system makes such calls of its own accord too, and nothing tells which this is
}

// Said is what an answer is known by, so that it is recognised on the other side of a hop.
type Said struct {
	Status int    `json:"status"`
	Media  string `json:"media,omitempty"` // media type without its parameters, lower case
	Size   int    `json:"size"`            // bytes of the body
	Sum    uint32 `json:"sum,omitempty"`   // CRC-32C of the body
	Cut    bool   `json:"cut,omitempty"`   // not all of it went out
}

// Sum is the CRC-32C (RFC 9260, appendix A) of more of a body, after that of its beginning.
func Sum(before uint32, more []byte) uint32 {
	return crc32.Update(before, castagnoli, more)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Struck tells whether a rule's effect was carried out on this call. A delay counts; a bare pass does not.
func (h Hit) Struck() bool { return h.Done == Carried && h.Effect.Bites() }

// Open tells whether the call has not ended.
func (h Hit) Open() bool { return h.Took == 0 }

// Holds tells whether the effect is nothing but that calls are held, so that it is carried out from the moment at which one is.
func (e Effect) Holds() bool { return e.Verb == Pass || e.Verb == Hang || e.Verb == Drip }

// Bites tells whether the effect changes anything for the caller.
func (e Effect) Bites() bool {
	return e.Verb != "" && (e.Verb != Pass || !e.Delay.IsZero())
}

package observe

import (
	"maps"
	"slices"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

// Background is what the system calls of its own accord, and how often: it is learnt from every moment in which nobody asks.
// The zero value knows of none.
type Background struct {
	watched time.Duration
	seen    map[string]int // by signature
}

// Watch learns from a moment in which nobody asked. Calls that carry the trace of a request which was sent are that request's,
// whenever they come.
func (b *Background) Watch(hits []fault.Hit, lasted time.Duration, sent func(trace string) bool) {
	b.watched += lasted
	for _, h := range hits {
		if h.Call.Trace != "" && sent(h.Call.Trace) || h.Call.Op == fault.LinkOp {
			continue
		}
		if b.seen == nil {
			b.seen = map[string]int{}
		}
		b.seen[Signature(h.Call)]++
	}
}

// Has tells whether a call has been made without being asked for.
func (b Background) Has(signature string) bool { return b.seen[signature] > 0 }

// Expected is how many calls of a signature the background makes in a while, on average.
func (b Background) Expected(signature string, while time.Duration) float64 {
	if b.seen[signature] == 0 || b.watched <= 0 {
		return 0
	}
	return float64(b.seen[signature]) * while.Seconds() / b.watched.Seconds()
}

// List gives the signatures in order.
func (b Background) List() []string { return slices.Sorted(maps.Keys(b.seen)) }

// Add adds what was learnt elsewhere of the same system.
func (b *Background) Add(o Background) {
	b.watched += o.watched
	for call, n := range o.seen {
		if b.seen == nil {
			b.seen = map[string]int{}
		}
		b.seen[call] += n
	}
}

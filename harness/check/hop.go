package check

import (
	"cmp"
	"slices"

	"github.com/failwell/failwell/harness/capture"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Hop names who made the answer of an exchange: the part behind the innermost tap that told the very same, or the dependency
// whose answer was passed through as it is; else the entry, which callers reach. Whoever does not answer is the entry too: it
// owed an answer. Without taps only a dependency passed through can be told; "" is anything else.
func (d Declared) Hop(e exchange.Exchange) string {
	hop := d.Entry
	var at fault.Hit
	for _, h := range e.Hits {
		part, tap := d.Taps[h.Call.On]
		if tap && same(h, e) && (hop == d.Entry || h.At >= at.At) {
			hop, at = part, h
		}
	}
	for _, h := range e.Hits {
		if _, tap := d.Taps[h.Call.On]; !tap && e.Status() >= 400 && h.Said != nil && h.Said.Size >= telling && saidThis(h, e.Response) {
			return h.Call.On // under whatever status
		}
	}
	return hop
}

// telling is how many bytes of a body make it somebody's own; {} and OK are anybody's.
const telling = 16

// told is the last answer that a tap saw come whole from the part behind it.
func (d Declared) told(e exchange.Exchange) (fault.Hit, bool) {
	for _, h := range slices.Backward(e.Hits) {
		if _, tap := d.Taps[h.Call.On]; tap && h.Said != nil && !h.Said.Cut && h.Call.Trace == e.Trace {
			return h, true
		}
	}
	return fault.Hit{}, false
}

// saidThis tells whether a call got this very body: as it was sent, or before somebody compressed it.
func saidThis(h fault.Hit, r *exchange.Response) bool {
	if r == nil {
		return false
	}
	if r.Sum != 0 && h.Said.Sum == r.Sum {
		return h.Said.Size == cmp.Or(r.Sent, r.Size)
	}
	kept := capture.Body(r)
	return (r.Sum == 0 || r.Coding != "") && h.Said.Size == len(kept) && h.Said.Sum == fault.Sum(0, kept)
}

// same tells whether an answer is the one that a call got: status and body, or where a gateway compressed the body the media
// type.
func same(h fault.Hit, e exchange.Exchange) bool {
	if h.Said == nil || e.Response == nil || e.Response.Status != h.Said.Status {
		return false
	}
	r := e.Response
	switch {
	case e.Request.Method == "HEAD":
		return true
	case saidThis(h, r):
		return true
	case h.Said.Cut || r.BodyErr != "" || r.Header.Has("Content-Encoding"):
		return r.MediaType() == h.Said.Media
	}
	return r.Sum == 0 && len(capture.Body(r)) != r.Size && r.MediaType() == h.Said.Media // an older document has only its beginning
}

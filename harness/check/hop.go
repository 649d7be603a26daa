package check

import (
	"slices"

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
		if _, tap := d.Taps[h.Call.On]; !tap && e.Status() >= 400 && h.Said != nil && h.Said.Size >= telling && h.Said.Sum == fault.Sum(0, bodyOf(e)) {
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

// same tells whether an answer is the one that a call got: status and body, or where a gateway compressed the body the media
// type.
func same(h fault.Hit, e exchange.Exchange) bool {
	if h.Said == nil || e.Response == nil || e.Response.Status != h.Said.Status {
		return false
	}
	body := bodyOf(e)
	switch {
	case e.Request.Method == "HEAD":
		return true
	case h.Said.Cut || e.Response.BodyErr != "" || len(body) != e.Response.Size:
		return e.Response.MediaType() == h.Said.Media
	case e.Response.Header.Has("Content-Encoding"):
		return e.Response.MediaType() == h.Said.Media
	}
	return h.Said.Size == len(body) && h.Said.Sum == fault.Sum(0, body)
}

package lab

import (
	"slices"

	"github.com/failwell/failwell/harness/exchange"
)

// History is what one launch of the system has seen. It begins anew with the next launch.
type History struct {
	cases  []string
	goodAt map[string]int // how many cases there were when a request succeeded last without a fault
	last   *exchange.Exchange
}

// Saw notes that the launch has seen a case.
func (h *History) Saw(id string) { h.cases = append(h.cases, id) }

// HasSeen tells whether the launch has seen a case.
func (h *History) HasSeen(id string) bool { return slices.Contains(h.cases, id) }

// WentWell notes that a request succeeded on this launch without a fault.
func (h *History) WentWell(request string) {
	if h.goodAt == nil {
		h.goodAt = map[string]int{}
	}
	h.goodAt[request] = len(h.cases)
}

// Since lists the cases that this launch has seen since a request succeeded last, and whether it ever did.
func (h *History) Since(request string) ([]string, bool) {
	at, ok := h.goodAt[request]
	if !ok {
		return nil, false
	}
	return slices.Clone(h.cases[at:]), true
}

// Keep keeps the last healed exchange, which the next case may take for its calm: nothing was injected since.
func (h *History) Keep(e exchange.Exchange) { h.last = &e }

// Drop forgets it.
func (h *History) Drop() { h.last = nil }

// Last is the exchange that was kept, if it is of a request.
func (h *History) Last(request string) (exchange.Exchange, bool) {
	if h.last == nil || h.last.Request.Name != request {
		return exchange.Exchange{}, false
	}
	return *h.last, true
}

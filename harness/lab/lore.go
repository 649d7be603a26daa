package lab

import (
	"slices"
	"sync"
	"time"

	"github.com/failwell/failwell/harness/capture"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/observe"
)

// Learnt is what calm showed of one request.
type Learnt struct {
	Calls   []fault.Call // of the last time
	Reaches []string     // the dependencies that it called at any time without a fault, in order
	Last    exchange.Exchange
	Fields  map[string][]string // of a GraphQL query: the dependencies that each field of its root calls when it is asked for alone
	OK      bool
	Why     string // why it is not calm
}

// lore is what calm showed of all requests, and silence of the system itself; the labs of a sweep share it.
type lore struct {
	mu         sync.Mutex
	requests   map[string]Learnt
	traced     map[string]bool // signatures of calls that carried the trace of a request
	background observe.Background
	volatile   map[string]*observe.Volatile // of each request, what differs from one good answer to the next
}

func newLore() *lore {
	return &lore{requests: map[string]Learnt{}, traced: map[string]bool{}, volatile: map[string]*observe.Volatile{}}
}

// keep keeps what a request showed. What it reached before it still reaches: not every answer needs every call.
func (o *lore) keep(request string, k Learnt) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if k.Fields == nil {
		k.Fields = o.requests[request].Fields
	}
	for _, on := range o.requests[request].Reaches {
		if !slices.Contains(k.Reaches, on) {
			k.Reaches = append(k.Reaches, on)
		}
	}
	slices.Sort(k.Reaches)
	o.requests[request] = k
}

// watch learns from a moment in which nobody asked.
func (o *lore) watch(hits []fault.Hit, lasted time.Duration, sent func(trace string) bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.background.Watch(hits, lasted, sent)
}

// add adds what another lab has seen of the background.
func (o *lore) add(b observe.Background) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.background.Add(b)
}

// known is a copy of the background, as far as it is known.
func (o *lore) known() observe.Background {
	o.mu.Lock()
	defer o.mu.Unlock()
	var b observe.Background
	b.Add(o.background)
	return b
}

// Learnt is what calm showed of a request.
func (l *Lab) Learnt(request string) Learnt {
	l.lore.mu.Lock()
	defer l.lore.mu.Unlock()
	return l.lore.requests[request]
}

// IsLearnt tells whether calm has shown anything of a request.
func (l *Lab) IsLearnt(request string) bool {
	l.lore.mu.Lock()
	defer l.lore.mu.Unlock()
	_, ok := l.lore.requests[request]
	return ok
}

// Reaches lists the dependencies that a request may call: those that it called at any time without a fault.
func (l *Lab) Reaches(request string) []string { return l.Learnt(request).Reaches }

// Compare learns from a good answer what differs from one to the next.
func (l *Lab) Compare(e exchange.Exchange) {
	l.lore.mu.Lock()
	defer l.lore.mu.Unlock()
	v := l.lore.volatile[e.Request.Name]
	if v == nil {
		v = &observe.Volatile{}
		l.lore.volatile[e.Request.Name] = v
	}
	v.See(capture.Body(e.Response))
}

// Volatile are the places at which good answers to a request differ, as JSON Pointers.
func (l *Lab) Volatile(request string) []string {
	l.lore.mu.Lock()
	defer l.lore.mu.Unlock()
	if v := l.lore.volatile[request]; v != nil {
		return v.Places()
	}
	return nil
}

// WentWell notes that a request succeeded on this launch without a fault, and what it reached.
func (l *Lab) WentWell(e exchange.Exchange) {
	l.History.WentWell(e.Request.Name)
	l.Compare(e)
	k := l.Learnt(e.Request.Name)
	k.Reaches = append(slices.Clone(k.Reaches), observe.Reaches(observe.Calls(e.Hits))...)
	slices.Sort(k.Reaches)
	k.Reaches = slices.Compact(k.Reaches)
	l.lore.keep(e.Request.Name, k)
}

// makes tells whether a request makes such a call in calm.
func (l *Lab) makes(request, signature string) bool {
	return slices.ContainsFunc(l.Learnt(request).Calls, func(c fault.Call) bool { return observe.Signature(c) == signature })
}

// isTraced tells whether such a call has carried the trace of a request in calm.
func (l *Lab) isTraced(signature string) bool {
	l.lore.mu.Lock()
	defer l.lore.mu.Unlock()
	return l.lore.traced[signature]
}

// trace notes which calls carry the trace of a request.
func (l *Lab) trace(e exchange.Exchange, hits []fault.Hit) {
	l.lore.mu.Lock()
	defer l.lore.mu.Unlock()
	for _, h := range hits {
		if h.Call.Trace == e.Trace && e.Trace != "" && observe.IsApplications(h) {
			l.lore.traced[observe.Signature(h.Call)] = true
		}
	}
}

// Asked is what the calls that came while some requests were in flight are told apart by.
func (l *Lab) Asked(own, beside []exchange.Exchange) observe.Asked {
	return observe.Asked{Own: own, Beside: beside, Reach: l.Reaches, Makes: l.makes, Traced: l.isTraced, Sent: l.Client.Sent, Known: l.lore.known(),
		Good: func(e exchange.Exchange) bool {
			r, ok := l.Request(e.Request.Name)
			return ok && r.Expect.Missed(e) == ""
		}}
}

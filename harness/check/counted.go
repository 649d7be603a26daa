package check

import (
	"net/http"
	"strings"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// own tells whether a count is of the requests of its phase alone.
func (x Effect) own() bool { return x.Shared || x.keyed() }

// keyed tells whether a count is of one request alone. Runs that were saved before this was kept say it by their query.
func (x Effect) keyed() bool { return x.Keyed || strings.Contains(x.What, "$case.key") }

// counted lists the exchanges of the case's request that a count covers: by a key, those of the first copy; each attempt after
// the fault has names of its own, and the last is counted.
func (s Subject) counted(x Effect) []exchange.Exchange {
	sent := s.Judged(x.Phase)
	if x.Phase == exchange.Faulty && len(sent) > 0 {
		for _, e := range s.Beside(exchange.Faulty, "step") { // as it is, where another step makes it bad
			if e.Request.Name == sent[0].Request.Name {
				sent = append(sent, e)
			}
		}
	}
	switch {
	case !x.own() || len(sent) == 0:
		return sent
	case x.Phase != exchange.Faulty:
		return sent[len(sent)-1:]
	case !x.keyed():
		return sent
	}
	var first []exchange.Exchange
	for _, e := range sent {
		if e.Request.Copy == 0 {
			first = append(first, e)
		}
	}
	return first
}

// told is how many calls were answered in the place of what is counted, as if they had succeeded: then the system was told so,
// and what it says on is true for it.
func (x Effect) told(sent []exchange.Exchange) int {
	on, _, _ := strings.Cut(x.What, ": ")
	n := 0
	for _, e := range sent {
		for _, h := range e.Struck() {
			if h.Call.On == on && h.Effect.Verb == fault.Answer && h.Said != nil && h.Said.Status/100 == 2 {
				n++
			}
		}
	}
	return n
}

// claims says what the answers claim: how many effects there may be, how many there must be, and of how many requests it was
// said that there is none. Requests with one key that the system promises to carry out once count as one; those that share a name
// may ask for one and the same thing, so that one effect is enough for all.
func (s Subject) claims(x Effect) (requests, done, denied int) {
	sent := s.counted(x)
	once := Distinct(sent, x) // whoever keeps keys, though the lab does not say so, does what comes twice once
	if s.Keyed {
		sent = once
	}
	for _, e := range sent {
		switch {
		case e.Status() == http.StatusAccepted: // it may be done later, or never (RFC 9110, 15.3.3)
		case x.Claimed(e):
			done++
		case e.Status()/100 == 4 && s.Expect.Missed(e) != "":
			denied++
		}
	}
	done = max(0, done-(x.good(sent)-x.good(once))-x.told(sent))
	switch {
	case x.keyed() && s.Keyed && len(sent) > 0:
		return 1, min(done, 1), denied / len(sent)
	case x.Shared:
		return len(sent), min(done, 1), denied
	}
	if x.keyed() || x.Phase != exchange.Faulty || len(sent) == 0 {
		return len(sent), done, denied
	}
	return len(sent) + s.uncounted(sent[0].Request), done, denied
}

// Distinct takes requests with one idempotency key as one: the one of them whose answer says most, first that it was done, last that
// nothing was.
func Distinct(sent []exchange.Exchange, x Effect) []exchange.Exchange {
	rank := func(e exchange.Exchange) int {
		switch {
		case x.Claimed(e):
			return 2
		case e.Response == nil || e.Status()/100 != 4:
			return 1
		}
		return 0
	}
	var all []exchange.Exchange
	at := map[string]int{}
	for _, e := range sent {
		key := e.Request.Header.Get("Idempotency-Key")
		i, known := at[key]
		switch {
		case key == "" || !known:
			at[key] = len(all)
			all = append(all, e)
		case rank(e) > rank(all[i]):
			all[i] = e
		}
	}
	return all
}

// uncounted is how often the request was sent beside those that are judged, while the faulty phase was counted: to drain a
// pool, and as a step after the fault was lifted. One that is sent again with its key is no other.
func (s Subject) uncounted(first exchange.Request) int {
	n := 0
	for _, e := range s.Exchanges {
		settling := e.Phase == exchange.Settling && e.Role == ""
		step := e.Phase == exchange.Healed && e.Role == "step"
		if e.Request.Name == first.Name && (settling || step && !repeats(first, e.Request)) {
			n++
		}
	}
	return n
}

// repeats tells whether a request is the first once more: it has the same key, so it is owed the same effect and no second one
// (draft-ietf-httpapi-idempotency-key-header, 2.6).
func repeats(first, again exchange.Request) bool {
	return first.Keyed && first.Header.Has(keyField) && first.Header.Get(keyField) == again.Header.Get(keyField)
}

// keyField is the field in which a caller says its key.
const keyField = "Idempotency-Key"

// across bounds the faulty and the healed phase together, where their effects cannot be told: room is what may be counted
// after the fault beyond the requests that were sent then, credit is what was, and so may be missing before.
func (s Subject) across(x Effect) (room, credit int) {
	if x.own() {
		return 0, 0
	}
	for _, o := range s.Effects {
		if o.What != x.What || o.Unknown != "" && o.Phase != exchange.Faulty {
			continue
		}
		requests, _, denied := s.claims(o)
		switch {
		case x.Phase == exchange.Healed && o.Phase == exchange.Faulty:
			room = max(0, requests-denied-o.Count)
		case x.Phase == exchange.Faulty && o.Phase == exchange.Healed:
			credit = max(0, o.Count-requests)
		}
	}
	return room, credit
}

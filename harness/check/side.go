package check

import (
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/exchange"
)

// The sides of a case: what failwell asks beside the case's own request, each judged by itself under its own name.
const (
	Own        = ""           // the request of the case
	Live       = "liveness"   // asked while the fault holds
	Ready      = "readiness"  // the same
	Bystander  = "unaffected" // a request that calls nothing of what is broken
	Settlement = "settling"   // a request that only let old connections go
)

// Sides are the subjects of what was asked beside the case's own request: the same case, about another request. Their ids are
// that of the case with the other request's name. A request that is the case's own is no side.
func (s Subject) Sides() []Subject {
	if s.Side != Own {
		return nil
	}
	var all []Subject
	at := map[[2]string]int{}
	for _, e := range s.Exchanges {
		side := e.Role
		if e.Phase == exchange.Settling {
			side = Settlement
		}
		beside := side == Settlement && e.Request.Name != s.requestName() || side == Live || side == Ready || side == Bystander
		if !beside || e.Phase != exchange.Faulty && e.Phase != exchange.Settling {
			continue
		}
		key := [2]string{side, e.Request.Name}
		if i, ok := at[key]; ok {
			all[i].Exchanges = append(all[i].Exchanges, asSide(e, side))
			continue
		}
		at[key] = len(all)
		all = append(all, s.beside(side, e))
	}
	return all
}

// beside makes the subject of one request that was asked beside the case's own, with what the case's own evidence rests on.
func (s Subject) beside(side string, e exchange.Exchange) Subject {
	o := s
	o.Side, o.ID, o.Expect = side, renamed(s.ID, s.requestName(), e.Request.Name), Expect{}
	o.Write, o.Keyed, o.Effects, o.Later = !e.Request.Safe(), e.Request.Keyed, nil, nil
	o.Operation = nil
	o.Doubt, o.Agreed, o.Uncalm, o.Cleared, o.Waived = "", nil, "", nil, nil // those are about the case's own request
	if slices.Contains(s.Cleared, e.Request.Name) {
		o.Doubt = "it did not repeat"
	}
	for _, w := range s.Waived {
		if w.Request == e.Request.Name {
			o.Waived = append(o.Waived, Waived{Check: w.Check, Because: w.Because})
		}
	}
	if side == Settlement {
		o.ID += ":" + Settlement // the request may well have a case of its own
	}
	o.Exchanges = nil
	for _, own := range s.Exchanges {
		switch {
		case own.Role == Own && own.Phase != exchange.Settling, own.Role == "step":
			o.Exchanges = append(o.Exchanges, own)
		case own.Phase == exchange.Calm && own.Request.Name == e.Request.Name:
			o.Exchanges = append(o.Exchanges, own)
			o.Expect.Status = []int{own.Status()}
		case own.Role == Crowd && own.Request.Name == e.Request.Name:
			o.Exchanges = append(o.Exchanges, own)
		}
	}
	o.Exchanges = append(o.Exchanges, asSide(e, side))
	return o
}

// asSide is an exchange as that of a side, under the fault.
func asSide(e exchange.Exchange, side string) exchange.Exchange {
	e.Phase, e.Role = exchange.Faulty, side
	return e
}

// settling lists the exchanges that let old connections go, as far as they asked what is judged.
func (s Subject) settling() []exchange.Exchange {
	name := s.requestName()
	return slices.DeleteFunc(s.Judged(exchange.Settling), func(e exchange.Exchange) bool { return e.Request.Name != name })
}

// RequestName is the name of the request that is judged; "" when it was not asked.
func (s Subject) RequestName() string {
	for _, e := range s.Exchanges {
		if e.Role == s.Side && e.Phase != exchange.Settling {
			return e.Request.Name
		}
	}
	return ""
}

// requestName is the name of the case's own request.
func (s Subject) requestName() string {
	for _, e := range s.Exchanges {
		if e.Role == Own && e.Phase != exchange.Settling {
			return e.Request.Name
		}
	}
	return ""
}

// renamed is the id of a case about another request.
func renamed(id, from, to string) string {
	words := strings.Split(id, ":")
	if i := slices.Index(words, from); i > 0 {
		words[i] = to
		return strings.Join(words, ":")
	}
	return id + ":" + to
}

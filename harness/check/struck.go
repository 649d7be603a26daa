package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Struck asks whether the fault took place at all. Without it nothing was tested, whatever the answer was.
type Struck struct{}

// Judge judges.
func (Struck) Judge(s Subject) Verdict {
	why, ok := s.Struck()
	if !ok {
		return unclear("the fault did not strike: %s", why)
	}
	return pass("%s", why)
}

// Struck tells whether the faults of the case were carried out, and how that is known.
func (s Subject) Struck() (string, bool) {
	if s.Unstruck != "" {
		return s.Unstruck, false
	}
	if s.Injection.Empty() && len(s.Changed) == 0 {
		return "no fault was asked for", true
	}
	for _, part := range []func() (string, bool, bool){s.rulesStruck, s.linksStruck, s.editsStruck, s.actsStruck, s.changeSent} {
		if why, asked, ok := part(); asked && !ok {
			return why, false
		}
	}
	return s.strikes(), true
}

// strikes says in words what struck.
func (s Subject) strikes() string {
	var words []string
	for _, e := range s.Judged(exchange.Faulty) {
		for _, h := range e.Struck() {
			word := fmt.Sprintf("%s on %s %s", h.Effect.Verb, h.Call.On, h.Call.Op)
			if !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}
	for _, l := range s.Injection.Links {
		words = append(words, fmt.Sprintf("%s was %s", l.On, l.State))
	}
	for _, e := range s.Injection.Edits {
		words = append(words, fmt.Sprintf("%s was %s", e.Setting, e.Op))
	}
	for _, a := range s.Injection.Acts {
		word := fmt.Sprintf("%s %s", a.Do, a.On)
		if d, ok := s.deed(a); ok && d.Felt != "" {
			word += " (" + d.Felt + ")"
		}
		words = append(words, word)
	}
	return strings.Join(append(words, s.Changed...), ", ")
}

func (s Subject) rulesStruck() (string, bool, bool) {
	asked := slices.ContainsFunc(s.Injection.Rules, func(r fault.Rule) bool { return r.Effect.Bites() })
	if !asked {
		return "", false, true
	}
	var impossible, left int
	for _, e := range s.Judged(exchange.Faulty) {
		if len(e.Struck()) > 0 {
			return "", true, true
		}
		for _, h := range e.Hits {
			switch h.Done {
			case fault.Impossible:
				impossible++
			case fault.ClientLeft:
				left++
			}
		}
	}
	switch {
	case impossible > 0:
		return "it met a call that it could not be carried out on", true, false
	case left > 0:
		return "the system had left before it could show", true, false
	case !s.Serving():
		return "the system did not start", true, false
	}
	return "no matching call came from this request", true, false
}

// linksStruck: a link that is away leaves no hit, so calm must have reached the dependency, and nothing may have passed.
func (s Subject) linksStruck() (string, bool, bool) {
	for _, l := range s.Injection.Links {
		if l.State == fault.Open {
			if !s.hasLinkHit(l.On) {
				return fmt.Sprintf("no connection to %s was open that could be cut", l.On), true, false
			}
			continue
		}
		if !slices.Contains(s.Learnt.Reaches, l.On) {
			return fmt.Sprintf("calm did not reach %s", l.On), true, false
		}
		if calm := s.Judged(exchange.Calm); len(calm) > 0 && !slices.ContainsFunc(calm, func(e exchange.Exchange) bool { return calls(e, l.On) }) {
			return fmt.Sprintf("calm of this case did not reach %s: a cache?", l.On), true, false
		}
		for _, e := range s.Judged(exchange.Faulty) {
			for _, h := range e.Hits {
				if h.Call.On == l.On && !h.Background && h.Call.Op != "link" && h.Answer != "" && l.After == 0 && l.For == 0 && !h.Struck() {
					return fmt.Sprintf("%s %s still passed over an old connection", h.Call.Op, l.On), true, false
				}
			}
		}
	}
	return "", len(s.Injection.Links) > 0, true
}

// calls tells whether an exchange called a dependency.
func calls(e exchange.Exchange, on string) bool {
	return slices.ContainsFunc(e.Hits, func(h fault.Hit) bool { return h.Call.On == on && !h.Background })
}

func (s Subject) hasLinkHit(on string) bool {
	for _, e := range s.Exchanges {
		if e.Phase != exchange.Faulty && e.Phase != exchange.Settling {
			continue
		}
		for _, h := range e.Hits {
			if h.Call.On == on && h.Call.Op == "link" && h.Done == fault.Carried {
				return true
			}
		}
	}
	return false
}

func (s Subject) editsStruck() (string, bool, bool) {
	if len(s.Injection.Edits) == 0 {
		return "", false, true
	}
	if _, ok := s.Launch(exchange.Faulty); !ok && !slices.ContainsFunc(s.Injection.Edits, func(e fault.Edit) bool { return e.Live }) {
		return "the system was not started with it", true, false
	}
	return "", true, true
}

func (s Subject) changeSent() (string, bool, bool) {
	if len(s.Changed) == 0 {
		return "", false, true
	}
	for _, e := range s.Judged(exchange.Faulty) {
		if e.Failure == exchange.NotSent {
			return "the changed request could not be sent: " + e.Detail, true, false
		}
	}
	return "", true, len(s.Judged(exchange.Faulty)) > 0
}

package lab

import (
	"context"
	"fmt"
	"slices"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/scenario"
)

// Discovery finds out what only the running system can tell: further requests, from a description that it serves of itself. It
// asks by sending requests while nothing is broken. What is wrong with it is an error; what is only worth knowing is a note.
type Discovery func(ctx context.Context, send func(scenario.Request) (exchange.Exchange, error)) (Discovered, error)

// Discovered is what a Discovery found. A request replaces the one of the lab that has its name.
type Discovered struct {
	Requests []scenario.Request
	Notes    []string
}

// discover adds what the running system tells of itself to what can be asked, once.
func (l *Lab) discover(ctx context.Context) error {
	if l.Config.Discover == nil {
		return nil
	}
	found, err := l.Config.Discover(ctx, func(r scenario.Request) (exchange.Exchange, error) {
		return l.Ask(ctx, r, l.Scope(), exchange.Calm)
	})
	if err != nil {
		return l.Veiled(err)
	}
	l.Config.Discover, l.notes = nil, append(l.notes, found.Notes...)
	l.Config.Requests = scenario.Replaced(l.Config.Requests, found.Requests)
	_, err = l.Quiet(ctx)
	return err
}

// withdraw leaves out the requests that failwell made and that do not succeed without a fault, and says why; not if none would be
// left.
func (l *Lab) withdraw(seen []Seen) []Seen {
	fails := func(s Seen) bool { return s.Request.Offered && !s.OK }
	if !slices.ContainsFunc(seen, func(s Seen) bool { return !fails(s) }) {
		return seen
	}
	for _, s := range seen {
		if fails(s) {
			l.notes = append(l.notes, fmt.Sprintf("%s was made for you and is left out: %s", s.Request.Name, s.Why))
			l.Config.Requests = slices.DeleteFunc(slices.Clone(l.Config.Requests), func(r scenario.Request) bool { return r.Name == s.Request.Name })
		}
	}
	return slices.DeleteFunc(seen, fails)
}

// Notes are what is worth knowing: what the lab leaves open about the system; operations that were left out, and why; what the system
// serves otherwise than the lab says.
func (l *Lab) Notes() []string {
	notes := make([]string, len(l.notes))
	for i, n := range l.notes {
		notes[i] = l.Redactor().Text(n)
	}
	return notes
}

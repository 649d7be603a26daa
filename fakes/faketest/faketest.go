// Package faketest is the contract that every fake keeps, as testing/fstest is for file systems: whatever a kind claims it
// can do is done, shows at the client, and is reported; whatever it does not claim leaves the call alone and is reported
// impossible; a held call ends when the fault is lifted and when the client leaves; afterwards all is as new.
//
//	func TestContract(t *testing.T) { faketest.Run(t, subject) }
package faketest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// Subject is a fake under test, with what it takes to use it.
type Subject struct {
	Fake fakes.Fake
	// Backend starts what stands behind the gate and gives its host:port. Nil: nothing does.
	Backend func(ctx context.Context) (addr string, stop func(), err error)
	// Ops is how a client performs each op of the kind once, on a connection of its own that it closes before it returns.
	// Ops that are missing are done by the client of the kind's first op that has one: it passes connect and auth too.
	Ops map[string]Do
	// Adapt changes an effect into one that fits this op: what to say, which patches, how fast. Nil: as it is.
	Adapt func(op string, e fault.Effect) fault.Effect
	// Skip gives a reason for not trying an effect; empty: try it. Each reason is shown.
	Skip func(op string, e fault.Effect) string
}

// Do performs an operation at addr and gives its answer, the same each time. A context that ends makes it close its
// connection and return.
type Do func(ctx context.Context, addr string) (answer string, err error)

// Probe is one demand of the contract.
type Probe struct {
	Name string
	Run  func(ctx context.Context, s Subject) error
}

// Run tries the contract on fakes that make gives, a fresh one for each probe.
func Run(t *testing.T, make func() Subject) {
	t.Helper()
	for _, p := range Probes(make()) {
		t.Run(p.Name, func(t *testing.T) {
			err := p.Run(t.Context(), make())
			var skip Skipped
			if errors.As(err, &skip) {
				t.Skip(skip)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// Test does what Run does without a test; the error lists all that is wrong.
func Test(ctx context.Context, make func() Subject) error {
	var wrong []error
	for _, p := range Probes(make()) {
		err := p.Run(ctx, make())
		var skip Skipped
		if err != nil && !errors.As(err, &skip) {
			wrong = append(wrong, fmt.Errorf("%s: %w", p.Name, err))
		}
	}
	return errors.Join(wrong...)
}

// Skipped is the reason for which a probe was not tried.
type Skipped string

func (s Skipped) Error() string { return string(s) }

// Probes lists the demands that the contract makes on this subject.
func Probes(s Subject) []Probe {
	probes := []Probe{{"kind", kind}, {"end", end}}
	for _, op := range s.Fake.Describe().Ops {
		probes = append(probes, Probe{op.Name + "/calm", calm(op.Name)})
		for _, at := range fault.Points() {
			if !at.Has(op.Name) || at == fault.Idle {
				continue
			}
			for _, verb := range fault.Verbs() {
				probes = append(probes, about(s, op.Name, fault.Effect{Verb: verb, At: at})...)
			}
		}
	}
	return probes
}

// about lists the demands about one verb at one point of an op.
func about(s Subject, op string, e fault.Effect) []Probe {
	name := fmt.Sprintf("%s/%s/%s", op, e.At, e.Verb)
	if !s.Fake.Describe().Can(op, e.At, e.Verb) {
		return []Probe{{name + "/impossible", impossible(op, e)}}
	}
	if e.Verb != fault.Hang {
		return []Probe{{name, carried(op, e)}}
	}
	closing, resetting := e, e
	closing.Release, resetting.Release = fault.ReleaseClose, fault.ReleaseReset
	return []Probe{
		{name + "/released", released(op, e)},
		{name + "/released-close", releasedCut(op, closing)},
		{name + "/released-reset", releasedCut(op, resetting)},
		{name + "/client-leaves", clientLeaves(op, e)},
	}
}

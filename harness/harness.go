// Package harness is what a Go team imports: it starts a lab, which is one instance of the system under test beside a rig of
// controllable dependencies, lets requests meet faults, and judges what came of it.
//
//	Config -> Start -> Lab -> Try(request, faults) -> Subject; Lab.Run(case) -> Result
//
// The rooms behind it are lab, which brings it up, trial, which plays one case, and sweep, which runs many and judges them.
package harness

import (
	"context"
	"fmt"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/sweep"
	"github.com/failwell/failwell/harness/trial"
)

// What a lab is made of.
type (
	Config   = lab.Config
	Fakes    = lab.Fakes
	Ready    = lab.Ready
	Secret   = lab.Secret
	Prepare  = lab.Prepare
	Isolate  = lab.Isolate
	Contract = lab.Contract
	Waiver   = lab.Waiver
	Seen     = lab.Seen
	Unready  = lab.Unready
)

// Lab is one instance of the system beside one rig. It runs one case at a time; its methods are not for concurrent use.
type Lab struct{ *sweep.Lab }

// Start brings up a lab: the servers and their gates, their data, the system, and what the idle phase shows. Its error is
// an *Unready when the system did not get ready; nothing is left running then.
func Start(ctx context.Context, cfg Config) (*Lab, error) {
	l, err := sweep.Start(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return &Lab{l}, nil
}

// MostlyCalm is nil when at least half of the requests succeeded without a fault.
func MostlyCalm(seen []Seen) error { return lab.MostlyCalm(seen) }

// Set arms faults in place of what is armed; none heals.
func (l *Lab) Set(ctx context.Context, faults ...fault.Fault) error {
	in, err := fault.Compile(faults...)
	if err != nil {
		return err
	}
	return trial.Arm(ctx, l.Lab.Lab, in)
}

// Try lets a request meet faults: calm, settling, faulty, healed. The subject holds all that came of it. A request that calls
// nothing which the faults speak about is spared: nothing is sent then, and Unstruck says why.
func (l *Lab) Try(ctx context.Context, r exchange.Request, faults ...fault.Fault) (check.Subject, error) {
	in, err := fault.Compile(faults...)
	if err != nil {
		return check.Subject{}, err
	}
	if r.Name == "" {
		r.Name = r.Method + " " + r.Target
	}
	given := scenario.Given(r)
	if known, ok := l.Request(r.Name); !ok {
		l.Config.Requests = append(l.Config.Requests, given)
	} else if known.JSON == nil && (known.Method != given.Method || known.Target != given.Target || known.Body != given.Body) {
		return check.Subject{}, fmt.Errorf("two different requests are called %q: give each a name of its own", r.Name)
	}
	if !l.IsLearnt(r.Name) {
		if err := l.Learn(ctx, r.Name); err != nil {
			return check.Subject{}, err
		}
	}
	known := l.Known()
	cause, err := known.Cause(in)
	if err != nil {
		return check.Subject{}, err
	}
	c := scenario.Case{ID: "try:" + r.Name + ":" + in.Words(), Cause: cause, Faults: in, Request: r.Name, Copies: 1, Specific: true}
	if why := trial.Spared(l.Lab.Lab, r.Name, in); why != "" {
		return check.Subject{ID: c.ID, Cause: cause, On: in.On(), Injection: in, Profile: l.Config.Contract.Profile, Unstruck: why}, nil
	}
	o, err := trial.Run(ctx, l.Lab.Lab, c)
	return o.Subject, err
}

// Package harness is what a Go team imports, beside harness/spec or harness/gotest and harness/match: it starts a lab, which
// is one instance of the system under test beside a rig of controllable dependencies, and lets requests meet faults.
//
//	Config -> Start -> Lab -> Try(request, faults) -> Subject; Lab.Run(case) -> Result
//
// The rooms behind it are lab, which brings it up, trial, which plays one case, and sweep, which runs many and judges them.
package harness

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/sweep"
	"github.com/failwell/failwell/harness/trial"
)

// Lab is one instance of the system beside one rig. It runs one case at a time; its methods are not for concurrent use.
type Lab struct{ *sweep.Lab }

// Start brings up a lab: the servers and their gates, their data, the system, and what the idle phase shows. Its error is
// an *Unready when the system did not get ready; nothing is left running then.
func Start(ctx context.Context, cfg Config) (*Lab, error) {
	cfg.Requests = slices.Clone(cfg.Requests)
	for i, r := range cfg.Requests {
		cfg.Requests[i] = named(r)
	}
	l, err := sweep.Start(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return &Lab{l}, nil
}

// MostlyCalm is nil when at least half of the requests succeeded without a fault.
func MostlyCalm(seen []Seen) error { return lab.MostlyCalm(seen) }

// Set arms faults in place of what is armed; none heals. A dependency that there is not, and what one cannot do, is an error.
func (l *Lab) Set(ctx context.Context, faults ...Fault) error {
	in, err := l.compile(faults)
	if err != nil {
		return err
	}
	return trial.Arm(ctx, l.Lab.Lab, in)
}

// Do sends a request as things are, and gives what came of it with the calls it made.
func (l *Lab) Do(ctx context.Context, r Request) (Exchange, error) {
	names := l.Scope()
	captured, err := l.Steps(ctx, r.Before, names, false)
	if err != nil {
		return Exchange{}, err
	}
	sent, err := l.Render(named(r), names.With(captured))
	if err != nil {
		return Exchange{}, err
	}
	return l.Lab.Do(ctx, sent)
}

// Try lets a request meet faults: calm, settling, faulty, healed. The subject holds all that came of it. A request that calls
// nothing which the faults speak about is spared: nothing is sent then, and Unstruck says why. A request that Config does not
// have is added to the lab. A dependency that there is not, and what one cannot do, is an error.
func (l *Lab) Try(ctx context.Context, r Request, faults ...Fault) (Subject, error) {
	in, err := l.compile(faults)
	if err != nil {
		return Subject{}, err
	}
	cause, err := l.Known().Cause(in)
	if err != nil {
		return Subject{}, fmt.Errorf("%s: %w; in Go a reply that the kind has a name for says its cause: see harness.Named", in.Words(), err)
	}
	r = named(r)
	if err := l.learn(ctx, r); err != nil {
		return Subject{}, err
	}
	c := Case{ID: "try:" + r.Name + ":" + in.Words(), Cause: cause, Faults: in, Request: r.Name, Copies: 1, Specific: true}
	if why := trial.Spared(l.Lab.Lab, r.Name, in); why != "" {
		return Subject{ID: c.ID, Cause: cause, On: in.On(), Injection: in, Profile: l.Config.Contract.Profile, Unstruck: why}, nil
	}
	o, err := trial.Run(ctx, l.Lab.Lab, c)
	l.Agree(c, &o.Subject)
	return o.Subject, err
}

// compile makes one injection of faults that this lab can carry out.
func (l *Lab) compile(faults []Fault) (fault.Injection, error) {
	in, err := fault.Compile(faults...)
	var bad decode.Problems
	bad.Join(err, decode.Pos{})
	bad.Join(l.Known().CheckFaults(in), decode.Pos{})
	return in, bad.Err()
}

// learn makes a request one of the lab's, and shows what it does in calm. Two that differ cannot have one name.
func (l *Lab) learn(ctx context.Context, r Request) error {
	if known, ok := l.Request(r.Name); !ok {
		l.Config.Requests = append(l.Config.Requests, r)
	} else if !reflect.DeepEqual(known, r) {
		return fmt.Errorf("two different requests are called %q: give each a name of its own", r.Name)
	}
	if l.IsLearnt(r.Name) {
		return nil
	}
	return l.Learn(ctx, r.Name)
}

// named gives a request without a name that of what it asks.
func named(r scenario.Request) scenario.Request {
	if r.Name == "" {
		r.Name = r.Method + " " + r.Target
	}
	return r
}

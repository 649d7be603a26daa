package lab

import (
	"context"
	"fmt"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/system"
)

// Isolate says how the rows of one case are kept from the next, where it is not enough that each case has keys of its own.
// Only a case that wrote is followed by anything, where the server can tell.
type Isolate struct {
	On     string
	Script string // what is run then; empty: the data become what they were when the system had started
	As     string // whose script it is: "superuser", or "" for the system's user
}

// The data of a dependency that is isolated without a script:
//
//	prepare -> Snapshot -> system starts -> it wrote? stop, Snapshot, start again -> before
//	next case: did anything write? -> drain -> Reset -> before, until the system has got over it -> calm

// isolated lists what is to be kept apart. A stub keeps nothing.
func (l *Lab) isolated() []Isolate {
	var all []Isolate
	for _, i := range l.Config.Isolate {
		if b := l.backends[i.On]; b != nil && b.Stateful() {
			all = append(all, i)
		}
	}
	return all
}

// keep makes the data as they are now those that every case begins with.
func (l *Lab) keep(ctx context.Context) error {
	for _, i := range l.isolated() {
		if i.Script != "" {
			continue
		}
		b, ok := system.As[fakes.Restorable](l.backends[i.On])
		if !ok {
			return &fakes.Unavailable{What: fmt.Sprintf("isolate %s: its server cannot bring data back; use a server of the lab's own, or a script: isolate: {sql: FILE}", i.On)}
		}
		if err := b.Snapshot(ctx); err != nil {
			return fmt.Errorf("isolate %s: keep the data: %w", i.On, err)
		}
	}
	return l.note(ctx)
}

// note remembers how far the data have come.
func (l *Lab) note(ctx context.Context) error {
	l.versions = map[string]string{}
	for _, i := range l.isolated() {
		v, err := l.version(ctx, i.On)
		if err != nil {
			return err
		}
		l.versions[i.On] = v
	}
	return nil
}

// version is how far the data of a dependency have come, "" when its server cannot tell.
func (l *Lab) version(ctx context.Context, on string) (string, error) {
	b, ok := system.As[fakes.Restorable](l.backends[on])
	if !ok {
		return "", nil
	}
	v, err := b.Version(ctx)
	if err != nil {
		return "", fmt.Errorf("isolate %s: ask how far the data are: %w", on, err)
	}
	return v, nil
}

// written lists what is isolated and was written to since the last note, or may have been.
func (l *Lab) written(ctx context.Context) ([]Isolate, error) {
	var all []Isolate
	for _, i := range l.isolated() {
		v, err := l.version(ctx, i.On)
		if err != nil {
			return nil, err
		}
		if v == "" || v != l.versions[i.On] {
			all = append(all, i)
		}
	}
	return all, nil
}

// kept starts the system again when it wrote at its start, so that what it wrote belongs to the data that are kept.
func (l *Lab) kept(ctx context.Context, first exchange.Launch) (exchange.Launch, error) {
	written, err := l.written(ctx)
	if err != nil || len(written) == 0 || !first.Ready {
		return first, err
	}
	if err := l.end(ctx); err != nil {
		return first, err
	}
	if err := l.keep(ctx); err != nil {
		return first, err
	}
	return l.Launch(ctx, exchange.Calm, nil)
}

// Fresh makes the lab ready for a case: the data that are isolated are those of the beginning, and the system is one that has
// got over the last case.
func (l *Lab) Fresh(ctx context.Context) error {
	written, err := l.written(ctx)
	if err != nil {
		return err
	}
	if l.Dirty && len(written) > 0 {
		if err := l.end(ctx); err != nil {
			return err
		}
	}
	for _, i := range written {
		if err := l.bringBack(ctx, i); err != nil {
			return fmt.Errorf("isolate %s: %w", i.On, err)
		}
	}
	switch {
	case l.Dirty:
		err = l.Replace(ctx)
	case len(written) > 0:
		err = l.recover(ctx, written)
	default:
		return nil
	}
	l.History.Drop()
	if err != nil {
		return err
	}
	return l.note(ctx)
}

// bringBack makes the data of a dependency what they were.
func (l *Lab) bringBack(ctx context.Context, i Isolate) error {
	if i.Script != "" {
		b, ok := system.As[fakes.Scripted](l.backends[i.On])
		if !ok {
			return fmt.Errorf("its server takes no scripts")
		}
		return b.Exec(ctx, i.Script, i.As)
	}
	if _, err := l.Rig.Drain(ctx, i.On); err != nil {
		return err
	}
	return l.backends[i.On].Reset(ctx)
}

// recover lets the running system get over data that changed under it, and over connections that ended: the lab's `before`
// is made again, then a safe request has to succeed twice. A system that cannot is started anew.
func (l *Lab) recover(ctx context.Context, written []Isolate) error {
	bound := time.Now().Add(l.Config.HealWithin)
	for well, ready := 0, false; well < 2; {
		err := ctx.Err()
		if err == nil && !ready {
			err = l.Before(ctx, false)
			ready = err == nil
		}
		if ready && l.well(ctx, written) {
			well++
			continue
		}
		well = 0
		if time.Now().After(bound) || ctx.Err() != nil {
			return l.Replace(ctx)
		}
		if err := Wait(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
	_, err := l.Quiet(ctx)
	return err
}

// well tells whether a safe request that reaches each of the dependencies succeeds; where there is none, readiness.
func (l *Lab) well(ctx context.Context, written []Isolate) bool {
	for _, i := range written {
		r, ok := l.Safe(scenario.Request{}, i.On)
		if !ok {
			if status := l.probe(ctx, l.Config.Ready.Get); status/100 != 2 && l.Config.Ready.Get != "" {
				return false
			}
			continue
		}
		e, err := l.Ask(ctx, r, l.Scope(), exchange.Idle)
		if err != nil || r.Expect.Missed(e) != "" {
			return false
		}
	}
	return true
}

// end stops the running system.
func (l *Lab) end(ctx context.Context) error {
	if l.instance == nil {
		return nil
	}
	if err := l.instance.Stop(ctx); err != nil {
		return fmt.Errorf("stop system: %w", err)
	}
	l.retired += system.Operations(l.instance)
	l.instance = nil
	return nil
}

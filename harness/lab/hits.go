package lab

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/observe"
)

// idle watches the system without asking anything: what it calls then is its background.
func (l *Lab) idle(ctx context.Context) error {
	seq, err := l.Mark(ctx)
	if err != nil {
		return err
	}
	if l.Config.Begun != nil {
		l.Config.Begun()
	}
	timer := time.NewTimer(l.Config.IdleFor)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
	}
	hits, err := l.Rig.Hits(ctx, seq)
	for _, h := range hits {
		l.background[observe.Signature(h.Call)] = true
	}
	return err
}

// Mark gives the number of the last call so far.
func (l *Lab) Mark(ctx context.Context) (int64, error) {
	hits, err := l.Rig.Hits(ctx, l.marked)
	if err == nil && len(hits) > 0 {
		l.marked = hits[len(hits)-1].Seq
	}
	return l.marked, err
}

// Hits gives the calls after seq up to and including until (0: all), with background calls marked.
func (l *Lab) Hits(ctx context.Context, seq, until int64) ([]fault.Hit, error) {
	all, err := l.Rig.Hits(ctx, seq)
	var out []fault.Hit
	for _, h := range all {
		if until > 0 && h.Seq > until {
			break
		}
		h.Background = l.background[observe.Signature(h.Call)]
		out = append(out, h)
	}
	return out, err
}

// Marked is the number of the last call that Mark has seen.
func (l *Lab) Marked() int64 { return l.marked }

// Quiet waits until the calls of the case have ended, and gives those that go on beyond the bound.
func (l *Lab) Quiet(ctx context.Context, since int64) ([]fault.Hit, error) {
	bounded, cancel := context.WithTimeout(ctx, quietBound)
	defer cancel()
	err := l.Rig.Quiet(bounded)
	switch {
	case err == nil || ctx.Err() != nil:
		return nil, ctx.Err()
	case bounded.Err() == nil:
		return nil, fmt.Errorf("wait for the calls to end: %w", err)
	}
	hits, err := l.Hits(ctx, since, 0)
	return observe.Restless(hits, quietBound/2), err
}

// quietBound is how long calls may go on after the answer.
const quietBound = 2 * time.Second

// Reaches lists the dependencies that a request calls in calm.
func (l *Lab) Reaches(request string) []string { return observe.Reaches(l.learnt[request].Calls) }

// Background lists the calls that the system makes without being asked.
func (l *Lab) Background() []string { return slices.Sorted(maps.Keys(l.background)) }

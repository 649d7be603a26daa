package lab

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/failwell/failwell/harness/fault"
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
	l.lore.watch(hits, l.Config.IdleFor, l.Client.Sent)
	return err
}

// silence is a moment in which nobody asks: it begins when all calls of a request have ended, and ends with the next one.
type silence struct {
	since time.Time
	seq   int64 // the last call before it
}

// Mark gives the number of the last call so far.
func (l *Lab) Mark(ctx context.Context) (int64, error) {
	hits, err := l.Rig.Hits(ctx, l.marked)
	if err == nil && len(hits) > 0 {
		l.marked = hits[len(hits)-1].Seq
	}
	if quiet := l.silence.Load(); err == nil && quiet != nil {
		l.lore.watch(after(hits, quiet.seq), time.Since(quiet.since), l.Client.Sent)
		l.silence.Store(&silence{since: time.Now(), seq: l.marked})
	}
	return l.marked, err
}

func after(hits []fault.Hit, seq int64) []fault.Hit {
	i := slices.IndexFunc(hits, func(h fault.Hit) bool { return h.Seq > seq })
	if i < 0 {
		return nil
	}
	return hits[i:]
}

// Hits gives the calls after seq up to and including until (0: all).
func (l *Lab) Hits(ctx context.Context, seq, until int64) ([]fault.Hit, error) {
	all, err := l.Rig.Hits(ctx, seq)
	if i := slices.IndexFunc(all, func(h fault.Hit) bool { return h.Seq > until }); until > 0 && i >= 0 {
		all = all[:i]
	}
	return all, err
}

// Marked is the number of the last call that Mark has seen.
func (l *Lab) Marked() int64 { return l.marked }

// Quiet waits until the calls of the case have ended, and tells whether they did within the bound.
func (l *Lab) Quiet(ctx context.Context) (bool, error) {
	bounded, cancel := context.WithTimeout(ctx, QuietBound)
	defer cancel()
	err := l.Rig.Quiet(bounded)
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case err != nil && bounded.Err() == nil:
		return false, fmt.Errorf("wait for the calls to end: %w", err)
	case err != nil:
		return false, nil
	}
	hits, err := l.Rig.Hits(ctx, l.marked)
	if err != nil {
		return true, err
	}
	begins := silence{since: time.Now(), seq: l.marked}
	if len(hits) > 0 {
		begins.seq = hits[len(hits)-1].Seq
	}
	l.silence.Store(&begins)
	return true, nil
}

// QuietBound is how long calls may go on after the answer.
const QuietBound = 2 * time.Second

// Background lists the calls that the system makes without being asked.
func (l *Lab) Background() []string { return l.lore.known().List() }

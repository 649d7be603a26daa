package harness

import (
	"context"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

// idle watches the system without asking anything: what it calls then is its background.
func (l *Lab) idle(ctx context.Context) error {
	seq, err := l.mark(ctx)
	if err != nil {
		return err
	}
	if l.cfg.begun != nil {
		l.cfg.begun()
	}
	timer := time.NewTimer(l.cfg.IdleFor)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
	}
	hits, err := l.rig.Hits(ctx, seq)
	for _, h := range hits {
		l.background[signature(h.Call)] = true
	}
	return err
}

// mark gives the number of the last call so far.
func (l *Lab) mark(ctx context.Context) (int64, error) {
	hits, err := l.rig.Hits(ctx, l.marked)
	if err == nil && len(hits) > 0 {
		l.marked = hits[len(hits)-1].Seq
	}
	return l.marked, err
}

func signature(c fault.Call) string { return c.On + " " + c.Op + " " + fault.Fold(c.Text) }

// hits gives the calls after seq up to and including until (0: all), with background calls marked.
func (l *Lab) hits(ctx context.Context, seq, until int64) ([]fault.Hit, error) {
	all, err := l.rig.Hits(ctx, seq)
	var out []fault.Hit
	for _, h := range all {
		if until > 0 && h.Seq > until {
			break
		}
		h.Background = l.background[signature(h.Call)]
		out = append(out, h)
	}
	return out, err
}

// Background lists the calls that the system makes without being asked.
func (l *Lab) Background() []string { return sortedNames(l.background) }

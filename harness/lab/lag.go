package lab

import (
	"context"
	"sync/atomic"
	"time"
)

// Lag measures how late this machine wakes up whoever waits: on a busy one, everything that was promised within a time
// comes later by as much.
type Lag struct{ worst atomic.Int64 }

// tick is how often the machine is asked to wake the meter up.
const tick = 5 * time.Millisecond

// watch measures until ctx ends.
func (l *Lag) watch(ctx context.Context) {
	timer := time.NewTimer(tick)
	defer timer.Stop()
	for {
		due := time.Now().Add(tick)
		timer.Reset(tick)
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		late := int64(time.Since(due))
		for {
			worst := l.worst.Load()
			if late <= worst || l.worst.CompareAndSwap(worst, late) {
				break
			}
		}
	}
}

// Take gives the worst since the last time that it was taken.
func (l *Lag) Take() time.Duration { return time.Duration(l.worst.Swap(0)) }

// Wait waits for a while, or until ctx ends, which is its error.
func Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

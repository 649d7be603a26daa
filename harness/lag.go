package harness

import (
	"context"
	"sync/atomic"
	"time"
)

// lag measures how late this machine wakes up whoever waits: on a busy one, everything that was promised within a time
// comes later by as much.
type lag struct{ worst atomic.Int64 }

// tick is how often the machine is asked to wake the meter up.
const tick = 5 * time.Millisecond

// watch measures until ctx ends.
func (l *lag) watch(ctx context.Context) {
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

// take gives the worst since the last time that it was taken.
func (l *lag) take() time.Duration { return time.Duration(l.worst.Swap(0)) }

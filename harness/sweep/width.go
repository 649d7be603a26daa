package sweep

import (
	"context"
	"sync"
)

// width is how many labs work at once. It is halved when this machine cannot keep up, to two at the least, since it may be others who
// keep it busy, and grows by one after as many cases in time:
// additive increase and multiplicative decrease, as TCP finds out what a network bears (RFC 5681, 3.1).
type width struct {
	mu   sync.Mutex
	free *sync.Cond

	most, may, busy int
	well            int // cases in time since the last change
	old             int // cases that began before the last cut: what they say was known then
}

func newWidth(most int) *width {
	w := &width{most: max(1, most), may: max(1, most)}
	w.free = sync.NewCond(&w.mu)
	return w
}

// enter waits until one more may work; false: ctx ended before.
func (w *width) enter(ctx context.Context) bool {
	defer context.AfterFunc(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.free.Broadcast()
	})()
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.busy >= w.may && ctx.Err() == nil {
		w.free.Wait()
	}
	if ctx.Err() != nil {
		return false
	}
	w.busy++
	return true
}

// leave says that a case has ended, and whether the machine was late while it ran.
func (w *width) leave(late bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.free.Broadcast()
	w.busy--
	switch {
	case w.old > 0:
		w.old--
	case late:
		w.may, w.well, w.old = max(min(2, w.most), w.may/2), 0, w.busy
	default:
		if w.well++; w.well >= w.may && w.may < w.most {
			w.may, w.well = w.may+1, 0
		}
	}
}

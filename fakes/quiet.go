package fakes

import (
	"context"
	"slices"
	"time"
)

// quietFor is how long nothing must happen.
const quietFor = 50 * time.Millisecond

// Quiet waits until no call is open and none has begun or ended for 50 ms. Calls that an effect holds are open. The
// error is that of ctx.
func (r *LocalRig) Quiet(ctx context.Context) error {
	news := make(chan struct{}, 1)
	r.mu.Lock()
	r.waiters = append(r.waiters, news)
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.waiters = slices.DeleteFunc(r.waiters, func(w chan struct{}) bool { return w == news })
	}()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		r.mu.Lock()
		open, still := r.open, quietFor-time.Since(r.active)
		r.mu.Unlock()
		if open == 0 && still <= 0 {
			return nil
		}
		if open == 0 {
			timer.Reset(still)
		} else {
			timer.Stop()
		}
		select {
		case <-timer.C:
		case <-news:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// stir notes that a call began or ended. mu is held.
func (r *LocalRig) stir(now time.Time) {
	r.active = now
	for _, w := range r.waiters {
		select {
		case w <- struct{}{}:
		default:
		}
	}
}

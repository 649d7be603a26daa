package fakes

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

// bare is a rig with a dependency that nobody serves.
func bare() (*LocalRig, *dependency) {
	r := NewRig()
	d := &dependency{rig: r, name: "db", conns: map[int64]*connection{}}
	d.door = newDoor(d, "")
	r.deps["db"] = d
	return r, d
}

// armOnly swaps what is armed, without links.
func armOnly(r *LocalRig, w fault.Which, e fault.Effect) {
	r.mu.Lock()
	defer r.mu.Unlock()
	was := r.armed
	r.armed = newArmed(fault.Injection{Rules: []fault.Rule{{Which: w, Effect: e}}}, "", time.Now())
	was.lift()
}

func TestWait(t *testing.T) {
	ms := time.Millisecond
	for _, tc := range []struct {
		name   string
		which  fault.Which
		wait   time.Duration
		lift   time.Duration // 0: never
		leave  time.Duration
		want   Ended
		lasted time.Duration
	}{
		{name: "elapses", wait: 700 * ms, want: Elapsed, lasted: 700 * ms},
		{name: "no time at all", wait: 0, want: Elapsed},
		{name: "is released", wait: -1, lift: 300 * ms, want: Released, lasted: 300 * ms},
		{name: "is left", wait: -1, leave: 200 * ms, want: Left, lasted: 200 * ms},
		{name: "delay is released", wait: time.Hour, lift: 300 * ms, want: Released, lasted: 300 * ms},
		{name: "ends with the window", which: fault.Which{For: 500 * ms}, wait: -1, want: Released, lasted: 500 * ms},
		{name: "ends before the window", which: fault.Which{For: 500 * ms}, wait: 400 * ms, want: Elapsed, lasted: 400 * ms},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, d := bare()
				armOnly(r, tc.which, fault.Effect{Verb: fault.Hang, At: fault.Request})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if tc.leave > 0 {
					time.AfterFunc(tc.leave, cancel)
				}
				if tc.lift > 0 {
					time.AfterFunc(tc.lift, func() { armOnly(r, fault.Which{}, fault.Effect{}) })
				}
				s := d.Ask(fault.Call{Op: "query"})
				start := time.Now()
				got := s.Wait(ctx, tc.wait)
				if lasted := time.Since(start); got != tc.want || lasted != tc.lasted {
					t.Errorf("ended %v after %s, want %v after %s", got, lasted, tc.want, tc.lasted)
				}
				s.Done(fault.Carried, "x")
				s.Done(fault.Impossible, "again")
				hits, _ := r.Hits(ctx, 0)
				if len(hits) != 1 || hits[0].Done != fault.Carried || hits[0].Answer != "x" || hits[0].Took < tc.lasted {
					t.Errorf("hits: %+v", hits)
				}
				if r.open != 0 || d.open != 0 {
					t.Errorf("open calls: %d, %d", r.open, d.open)
				}
			})
		})
	}
}

func TestQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, d := bare()
		start := time.Now()
		if err := r.Quiet(t.Context()); err != nil || time.Since(start) > 0 {
			t.Errorf("a rig that was never called: %v after %s", err, time.Since(start))
		}
		s := d.Ask(fault.Call{Op: "query"})
		time.AfterFunc(200*time.Millisecond, func() { s.Done("", "") })
		time.AfterFunc(230*time.Millisecond, func() { d.Ask(fault.Call{Op: "query"}).Done("", "") })
		if err := r.Quiet(t.Context()); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took != 280*time.Millisecond {
			t.Errorf("quiet after %s, want 280ms", took)
		}
		d.Ask(fault.Call{Op: "query"})
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if err := r.Quiet(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("with an open call: %v", err)
		}
	})
}

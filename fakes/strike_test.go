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
	d.listener = newListener(d, "")
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

// A call that is held was struck, before it has an end and whatever its end is; one whose verb is still to come was not.
func TestHeldIsStruck(t *testing.T) {
	const ms = time.Millisecond
	answer, hang, pass := fault.Effect{Verb: fault.Answer}, fault.Effect{Verb: fault.Hang}, fault.Effect{Verb: fault.Pass, Delay: fault.For(400 * ms)}
	for _, tc := range []struct {
		name  string
		e     fault.Effect
		wait  time.Duration
		lift  time.Duration // 0: never
		leave time.Duration
		done  fault.Done    // by the fake, 500 ms later; "": it stays open
		after time.Duration // when the hits are read
		want  bool
	}{
		{name: "hang that holds", e: hang, wait: -1, after: 300 * ms, want: true},
		{name: "hang that was lifted, still open", e: hang, wait: -1, lift: 200 * ms, after: 300 * ms, want: true},
		{name: "hang that was lifted and goes on", e: hang, wait: -1, lift: 200 * ms, done: fault.Carried, after: time.Second, want: true},
		{name: "delay that holds", e: pass, wait: 400 * ms, after: 300 * ms, want: true},
		{name: "delay that is over, still open", e: pass, wait: 200 * ms, after: 300 * ms, want: true},
		{name: "delay before an answer that holds", e: answer, wait: 400 * ms, after: 300 * ms, want: true},
		{name: "delay before an answer that was lifted", e: answer, wait: 400 * ms, lift: 200 * ms, done: fault.Impossible, after: time.Second, want: true},
		{name: "delay before an answer that was left", e: answer, wait: 400 * ms, leave: 200 * ms, done: fault.ClientLeft, after: time.Second, want: true},
		{name: "delay before an answer that is over", e: answer, wait: 200 * ms, after: 300 * ms},
		{name: "delay before an answer that cannot be given", e: answer, wait: 200 * ms, done: fault.Impossible, after: time.Second},
		{name: "never held", e: answer, after: 300 * ms},
		{name: "a call that nothing is done to", wait: 400 * ms, after: 300 * ms},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, d := bare()
				armOnly(r, fault.Which{}, tc.e)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if tc.leave > 0 {
					time.AfterFunc(tc.leave, cancel)
				}
				if tc.lift > 0 {
					time.AfterFunc(tc.lift, func() { armOnly(r, fault.Which{}, fault.Effect{}) })
				}
				s := d.Ask(fault.Call{Op: "query"})
				go func() {
					s.Wait(ctx, tc.wait)
					if tc.done != "" {
						<-time.After(500 * ms)
						s.Done(tc.done, "")
					}
				}()
				<-time.After(tc.after)
				hits, _ := r.Hits(ctx, 0)
				if len(hits) != 1 || hits[0].Struck() != tc.want || hits[0].Open() != (tc.done == "") {
					t.Errorf("struck is to be %t: %+v", tc.want, hits)
				}
				s.Done("", "")
				synctest.Wait()
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

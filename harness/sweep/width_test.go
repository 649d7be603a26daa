package sweep

import (
	"context"
	"testing"
	"testing/synctest"
)

// How many may work after each case, eight labs at most.
func TestWidthFollowsTheMachine(t *testing.T) {
	w := newWidth(8)
	ctx := context.Background()
	step := func(late bool, want int) {
		t.Helper()
		if !w.enter(ctx) {
			t.Fatal("nobody may work")
		}
		if w.leave(late); w.may != want {
			t.Fatalf("%d may work, want %d", w.may, want)
		}
	}
	for range 20 {
		step(false, 8)
	}
	for _, want := range []int{4, 2, 2} {
		step(true, want)
	}
	for _, want := range []int{2, 3, 3, 3, 4} {
		step(false, want)
	}
}

// Eight cases that ran at one time tell of one time: one cut.
func TestWidthIsCutOnceForOneTime(t *testing.T) {
	w := newWidth(8)
	for range 8 {
		w.enter(context.Background())
	}
	for range 8 {
		w.leave(true)
	}
	if w.may != 4 || w.busy != 0 {
		t.Errorf("%d may work, %d do; want 4 and 0", w.may, w.busy)
	}
}

func TestWidthLetsWaitAndGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWidth(1)
		ctx, cancel := context.WithCancel(t.Context())
		w.enter(ctx)
		got := make(chan bool)
		go func() { got <- w.enter(ctx) }()
		synctest.Wait()
		w.leave(false)
		if !<-got {
			t.Error("a place was free, and nobody took it")
		}
		go func() { got <- w.enter(ctx) }()
		synctest.Wait()
		cancel()
		if <-got {
			t.Error("one more works than may, after the end")
		}
	})
}

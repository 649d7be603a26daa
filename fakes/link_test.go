package fakes_test

import (
	"errors"
	"net"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

func wantRefused(t *testing.T, r *fakes.LocalRig) {
	t.Helper()
	c, err := net.DialTimeout("tcp", r.Addr("db"), time.Second)
	if err == nil {
		_ = c.Close()
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Fatalf("dial: %v; want connection refused", err)
	}
}

func TestRefusedComesBackOnTheSamePort(t *testing.T) {
	r := rig(t)
	addr := r.Addr("db")
	idle := dial(t, r)
	idle.say("hello")
	for range 20 {
		arm(t, r, link(fault.Link{State: fault.Refused}))
		wantRefused(t, r)
		arm(t, r, fault.Injection{})
		dial(t, r).say("well again")
	}
	idle.wantEOF()
	if r.Addr("db") != addr {
		t.Errorf("the port moved from %s to %s", addr, r.Addr("db"))
	}
	if h := hits(t, r, fault.LinkOp); len(h) > 0 {
		t.Errorf("draining left hits: %+v", h)
	}
}

func TestDrainLetsCallsAndTransactionsEnd(t *testing.T) {
	r := rig(t)
	arm(t, r, rule("say", fault.Effect{Verb: fault.Pass, At: fault.Request, Delay: fault.For(80 * time.Millisecond)}))
	busy, tx := dial(t, r), dial(t, r)
	tx.say("begin")
	busy.send("hello")
	eventually(t, "the call is asked", func() bool { return len(hits(t, r, "say")) == 2 })
	if n, err := r.Drain(t.Context(), "db"); n != 2 || err != nil {
		t.Errorf("drain: %d, %v", n, err)
	}
	in := link(fault.Link{State: fault.Refused}).And(rule("say", fault.Effect{Verb: fault.Pass, At: fault.Request, Delay: fault.For(time.Millisecond)}))
	arm(t, r, in)
	if got, err := busy.hear(time.Second); got != "hello" || err != nil {
		t.Errorf("the busy connection heard %q, %v", got, err)
	}
	busy.wantEOF()
	tx.say("in the transaction")
	tx.say("commit")
	tx.wantEOF()
	if n, err := r.Drain(t.Context(), "db"); n != 0 || err != nil {
		t.Errorf("drain: %d, %v", n, err)
	}
	if _, err := r.Drain(t.Context(), "bd"); err == nil {
		t.Error("drained an unknown dependency")
	}
}

func TestStalePool(t *testing.T) {
	for existing, want := range map[fault.Existing]func(client){
		fault.CloseAll: client.wantEOF,
		fault.ResetAll: client.wantReset,
		fault.Stall:    func(c client) { c.send("old"); c.wantSilence() },
	} {
		t.Run(string(existing), func(t *testing.T) {
			r := rig(t)
			old := dial(t, r)
			old.say("hello")
			arm(t, r, link(fault.Link{State: fault.Open, Existing: existing}))
			want(old)
			dial(t, r).say("new connections work")
			h := hits(t, r, fault.LinkOp)
			if len(h) != 1 || !h[0].Struck() || h[0].Call.Conn != 1 || !h[0].Call.Old {
				t.Errorf("hits: %+v", h)
			}
		})
	}
}

func TestKeepTouchesNothing(t *testing.T) {
	r := rig(t)
	old := dial(t, r)
	old.say("hello")
	arm(t, r, link(fault.Link{State: fault.Refused, Existing: fault.Keep}))
	wantRefused(t, r)
	old.say("still here")
	arm(t, r, link(fault.Link{State: fault.Open}))
	old.say("still here")
}

func TestSilentHoldsNewConnections(t *testing.T) {
	r := rig(t)
	old := dial(t, r)
	old.say("hello")
	arm(t, r, link(fault.Link{State: fault.Silent, Existing: fault.Stall}))
	fresh, gone := dial(t, r), dial(t, r)
	for _, c := range []client{fresh, gone, old} {
		c.send("anybody there")
	}
	fresh.wantSilence()
	old.wantSilence()
	eventually(t, "a hit for each", func() bool { return len(hits(t, r, fault.LinkOp)) == 3 })
	for _, h := range hits(t, r, fault.LinkOp) {
		if h.Effect.Verb != fault.Hang || !h.Struck() {
			t.Errorf("hit: %+v", h)
		}
	}
	_ = gone.Close()
	eventually(t, "who left is gone", func() bool { n, _ := r.Drain(t.Context(), "db"); return n == 1 })
	arm(t, r, fault.Injection{})
	for _, c := range []client{fresh} {
		if got, err := c.hear(5 * time.Second); got != "anybody there" || err != nil {
			t.Errorf("after release heard %q, %v", got, err)
		}
	}
	if says := hits(t, r, "say"); len(says) != 2 {
		t.Errorf("the call of a client that left was carried out: %+v", says)
	}
}

func TestStandstillKeepsBytesUntilItIsOver(t *testing.T) {
	r := rig(t)
	c, left := dial(t, r), dial(t, r)
	c.say("hello")
	left.say("hello")
	if err := r.Quiet(t.Context()); err != nil {
		t.Fatal(err)
	}
	arm(t, r, link(fault.Link{State: fault.Open, Existing: fault.Stall}))
	if h := hits(t, r, fault.LinkOp); len(h) > 0 {
		t.Errorf("nobody has met the standstill yet: %+v", h)
	}
	c.send("one")
	left.send("one")
	c.wantSilence()
	eventually(t, "hits", func() bool { return len(hits(t, r, fault.LinkOp)) == 2 })
	with := runtime.NumGoroutine()
	_ = left.Close()
	eventually(t, "who left is gone", func() bool { return runtime.NumGoroutine() < with })
	arm(t, r, fault.Injection{})
	if got, err := c.hear(5 * time.Second); got != "one" || err != nil {
		t.Errorf("after release heard %q, %v", got, err)
	}
	c.say("two")
	if n := len(hits(t, r, "say")); n != 4 {
		t.Errorf("the call of a client that left was carried out: %d calls", n)
	}
}

func TestStandstillHoldsAnswers(t *testing.T) {
	r := rig(t)
	arm(t, r, rule("say", fault.Effect{Verb: fault.Pass, At: fault.Request, Delay: fault.For(30 * time.Millisecond)}))
	c := dial(t, r)
	c.send("one")
	eventually(t, "the call is asked", func() bool { return len(hits(t, r, "say")) == 1 })
	arm(t, r, link(fault.Link{State: fault.Open, Existing: fault.Stall}))
	c.wantSilence()
	if h := hits(t, r, fault.LinkOp); len(h) != 1 {
		t.Errorf("hits: %+v", h)
	}
	arm(t, r, fault.Injection{})
	if got, err := c.hear(5 * time.Second); got != "one" || err != nil {
		t.Errorf("after release heard %q, %v", got, err)
	}
}

func TestLinksHaveWindows(t *testing.T) {
	r := rig(t)
	in := link(fault.Link{State: fault.Refused, After: 40 * time.Millisecond, For: 60 * time.Millisecond})
	start := time.Now()
	arm(t, r, in)
	refused := func() bool {
		c, err := net.Dial("tcp", r.Addr("db"))
		if err == nil {
			_ = c.Close()
		}
		return errors.Is(err, syscall.ECONNREFUSED)
	}
	eventually(t, "refused", refused)
	if took := time.Since(start); took < 40*time.Millisecond {
		t.Errorf("early: %s", took)
	}
	eventually(t, "open again", func() bool { return !refused() })
	if took := time.Since(start); took < 100*time.Millisecond {
		t.Errorf("open early: %s", took)
	}
	arm(t, r, link(fault.Link{State: fault.Refused, After: 30 * time.Millisecond}))
	arm(t, r, fault.Injection{})
	<-time.After(50 * time.Millisecond)
	dial(t, r).say("a timer outlived its arming")
}

func TestManyConnectionsWhileArming(t *testing.T) {
	r := rig(t)
	stop := make(chan struct{})
	var clients sync.WaitGroup
	for range 16 {
		clients.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				c, err := net.DialTimeout("tcp", r.Addr("db"), time.Second)
				if err != nil {
					continue
				}
				_ = c.SetDeadline(time.Now().Add(20 * time.Millisecond))
				for range 5 {
					if _, err := c.Write([]byte("x\n")); err != nil {
						break
					}
					if _, err := readLine(c); err != nil {
						break
					}
				}
				_ = c.Close()
			}
		})
	}
	for range 5 {
		for _, l := range []fault.Link{
			{State: fault.Refused}, {State: fault.Silent}, {State: fault.Silent, Existing: fault.Stall},
			{State: fault.Open, Existing: fault.ResetAll}, {State: fault.Refused, Existing: fault.CloseAll}, {State: fault.Open, Existing: fault.Stall},
			{State: fault.Silent, After: 2 * time.Millisecond, For: 4 * time.Millisecond},
		} {
			arm(t, r, link(l).And(rule("", fault.Effect{Verb: fault.Hang, At: fault.Connect})))
			<-time.After(5 * time.Millisecond)
			arm(t, r, link(l).And(rule("say", fault.Effect{Verb: fault.Hang, At: fault.Request})))
			<-time.After(5 * time.Millisecond)
		}
	}
	arm(t, r, fault.Injection{})
	close(stop)
	clients.Wait()
	if err := r.Quiet(t.Context()); err != nil {
		t.Error(err)
	}
	dial(t, r).say("well again")
	eventually(t, "all are gone", func() bool { n, _ := r.Drain(t.Context(), "db"); return n == 0 })
}

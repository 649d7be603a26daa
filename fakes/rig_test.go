package fakes_test

import (
	"context"
	"errors"
	"io"
	"net"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// lines answers each line with itself; a line is a call `say`. "begin" opens a transaction, "commit" ends it.
type lines struct{}

func (lines) Describe() fakes.Kind { return fakes.Kind{Name: "lines", Class: "store"} }

func (f lines) Serve(ctx context.Context, l net.Listener, g fakes.Gate) error {
	return fakes.ServeConns(ctx, l, func(ctx context.Context, c net.Conn) {
		inTx := false
		for {
			line, err := readLine(c)
			if err != nil {
				return
			}
			s := g.Ask(fault.Call{Op: "say", Text: line, InTx: inTx, Conn: fakes.ID(c)})
			if e := s.Effect(); e.Bites() {
				gone, stop := fakes.Gone(ctx, c)
				ended := s.Wait(gone, map[bool]time.Duration{true: -1, false: e.Delay.D}[e.Verb == fault.Hang])
				stop()
				if ended == fakes.Left {
					s.Done(fault.Carried, "left")
					return
				}
			}
			_, err = io.WriteString(c, line+"\n")
			inTx = line == "begin" || inTx && line != "commit"
			fakes.InTransaction(c, inTx)
			if s.Effect().Bites() {
				s.Done(fault.Carried, line)
			} else {
				s.Done("", line)
			}
			if err != nil {
				return
			}
		}
	})
}

func readLine(r io.Reader) (string, error) {
	var line []byte
	for one := make([]byte, 1); ; {
		if _, err := io.ReadFull(r, one); err != nil {
			return "", err
		}
		if one[0] == '\n' {
			return string(line), nil
		}
		line = append(line, one[0])
	}
}

// client is a connection to the fake.
type client struct {
	*testing.T
	net.Conn
}

func dial(t *testing.T, r *fakes.LocalRig) client {
	t.Helper()
	c, err := net.DialTimeout("tcp", r.Addr("db"), time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return client{t, c}
}

func (c client) send(line string) {
	c.Helper()
	if _, err := io.WriteString(c, line+"\n"); err != nil {
		c.Fatal(err)
	}
}

// hear gives the next line, or the error within d.
func (c client) hear(d time.Duration) (string, error) {
	_ = c.SetReadDeadline(time.Now().Add(d))
	return readLine(c)
}

func (c client) say(line string) {
	c.Helper()
	c.send(line)
	if got, err := c.hear(5 * time.Second); got != line || err != nil {
		c.Fatalf("said %q, heard %q, %v", line, got, err)
	}
}

func (c client) wantEOF()   { c.Helper(); c.wantEnd(io.EOF) }
func (c client) wantReset() { c.Helper(); c.wantEnd(syscall.ECONNRESET) }
func (c client) wantEnd(want error) {
	c.Helper()
	if got, err := c.hear(5 * time.Second); !errors.Is(err, want) {
		c.Fatalf("heard %q, %v; want %v", got, err, want)
	}
}

// wantSilence checks that nothing comes for a moment.
func (c client) wantSilence() {
	c.Helper()
	var timeout net.Error
	if got, err := c.hear(60 * time.Millisecond); !errors.As(err, &timeout) || !timeout.Timeout() {
		c.Fatalf("heard %q, %v; want silence", got, err)
	}
}

// rig runs one fake, "db", and checks that nothing is left of it after the test.
func rig(t *testing.T) *fakes.LocalRig {
	t.Helper()
	before := runtime.NumGoroutine()
	r := fakes.NewRig()
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		eventually(t, "no goroutine left", func() bool { return runtime.NumGoroutine() <= before })
	})
	if err := r.Add(t.Context(), "db", lines{}, "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	return r
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !holds(); <-time.After(time.Millisecond) {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("not within 5 s: %s\n%s", what, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

func arm(t *testing.T, r *fakes.LocalRig, in fault.Injection) {
	t.Helper()
	if err := r.Arm(t.Context(), in, "seed"); err != nil {
		t.Fatal(err)
	}
}

func rule(op string, e fault.Effect) fault.Injection {
	return fault.Injection{Rules: []fault.Rule{{Scope: fault.Scope{On: "db", Op: op}, Effect: e}}}
}

func link(l fault.Link) fault.Injection {
	l.On = "db"
	return fault.Injection{Links: []fault.Link{l}}
}

// hits gives the calls of an op.
func hits(t *testing.T, r *fakes.LocalRig, op string) []fault.Hit {
	t.Helper()
	all, err := r.Hits(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	var some []fault.Hit
	for i, h := range all {
		if h.Seq != int64(i+1) {
			t.Fatalf("hit %d has Seq %d", i, h.Seq)
		}
		if h.Call.Op == op {
			some = append(some, h)
		}
	}
	return some
}

func TestCallsAreRecorded(t *testing.T) {
	r := rig(t)
	c := dial(t, r)
	c.say("a")
	c.say("b")
	says := hits(t, r, "say")
	if len(says) != 2 || len(hits(t, r, "connect")) != 1 {
		t.Fatalf("hits: %+v", says)
	}
	h := says[1]
	if h.Call.On != "db" || h.Call.Text != "b" || h.Call.N != 3 || h.Call.Conn != 1 || h.Call.Old || h.Rule != 0 || h.Done != "" {
		t.Errorf("hit: %+v", h)
	}
	eventually(t, "the call has ended", func() bool { h = hits(t, r, "say")[1]; return h.Took > 0 && h.Answer == "b" })
	arm(t, r, fault.Injection{})
	c.say("c")
	if h := hits(t, r, "say")[2]; !h.Call.Old || h.Call.N != 1 {
		t.Errorf("after arming: %+v", h)
	}
	since, _ := r.Hits(t.Context(), 3)
	if len(since) != 1 || since[0].Seq != 4 {
		t.Errorf("hits since 3: %+v", since)
	}
}

// soon is long enough for a client's connect to return; an earlier reset would be seen by that already.
const soon = 100 * time.Millisecond

func TestConnectEffects(t *testing.T) {
	for _, tc := range []struct {
		name   string
		effect fault.Effect
		want   func(c client)
	}{
		{"reset", fault.Effect{Verb: fault.Reset, Delay: fault.For(soon)}, client.wantReset},
		{"close", fault.Effect{Verb: fault.Close}, client.wantEOF},
		{"close after bytes of the client", fault.Effect{Verb: fault.Close, Delay: fault.For(20 * time.Millisecond)}, func(c client) {
			c.send("hello")
			c.wantEOF()
		}},
		{"late", fault.Effect{Verb: fault.Pass, Delay: fault.For(50 * time.Millisecond)}, func(c client) {
			start := time.Now()
			c.say("hello")
			if took := time.Since(start); took < 45*time.Millisecond {
				c.Errorf("early: %s", took)
			}
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := rig(t)
			tc.effect.At = fault.Connect
			arm(t, r, rule("connect", tc.effect))
			tc.want(dial(t, r))
			eventually(t, "carried", func() bool { h := hits(t, r, "connect"); return len(h) == 1 && h[0].Done == fault.Carried })
			arm(t, r, fault.Injection{})
			dial(t, r).say("well again")
		})
	}
}

func TestConnectHangIsReleased(t *testing.T) {
	for release, want := range map[fault.Release]func(client){
		"":                 func(c client) { _, err := c.hear(5 * time.Second); c.check(err) },
		fault.ReleaseClose: client.wantEOF,
		fault.ReleaseReset: client.wantReset,
	} {
		t.Run(string(release), func(t *testing.T) {
			r := rig(t)
			arm(t, r, rule("connect", fault.Effect{Verb: fault.Hang, At: fault.Connect, Release: release}))
			c := dial(t, r)
			c.send("hello")
			c.wantSilence()
			if h := hits(t, r, "connect")[0]; h.Took != 0 {
				t.Errorf("ended early: %+v", h)
			}
			arm(t, r, fault.Injection{})
			want(c)
		})
	}
}

func (c client) check(err error) {
	c.Helper()
	if err != nil {
		c.Error(err)
	}
}

func TestConnectHangEndsWithTheClient(t *testing.T) {
	r := rig(t)
	arm(t, r, rule("connect", fault.Effect{Verb: fault.Hang, At: fault.Connect}))
	c := dial(t, r)
	c.send("hello")
	_ = c.Close()
	eventually(t, "carried", func() bool { h := hits(t, r, "connect"); return len(h) == 1 && h[0].Done == fault.Carried })
	arm(t, r, fault.Injection{})
	if len(hits(t, r, "say")) > 0 {
		t.Error("the call of a client that left was carried out")
	}
}

func TestOverCountsConnections(t *testing.T) {
	r := rig(t)
	in := rule("connect", fault.Effect{Verb: fault.Reset, At: fault.Connect, Delay: fault.For(soon)})
	in.Rules[0].Over = 2
	arm(t, r, in)
	a, b := dial(t, r), dial(t, r)
	a.say("a")
	b.say("b")
	dial(t, r).wantReset()
	_ = a.Close()
	eventually(t, "place for another", func() bool {
		c := dial(t, r)
		c.send("c")
		_, err := c.hear(time.Second)
		return err == nil
	})
}

func TestArmRefusesWhatItCannotDo(t *testing.T) {
	r := rig(t)
	c := dial(t, r)
	hang := fault.Effect{Verb: fault.Hang, At: fault.Request}
	in := rule("say", hang).And(link(fault.Link{State: fault.Gone}))
	err := r.Arm(t.Context(), in, "")
	var unavailable *fakes.Unavailable
	if !errors.As(err, &unavailable) || !strings.Contains(err.Error(), "a name cannot go away") {
		t.Errorf("gone: %v", err)
	}
	in = rule("say", hang)
	in.Rules[0].On = "dbb"
	if err := r.Arm(t.Context(), in, ""); err == nil || !strings.Contains(err.Error(), `no dependency "dbb"`) {
		t.Errorf("unknown: %v", err)
	}
	c.say("nothing has changed")
}

func TestArmReleasesWhatWasHeld(t *testing.T) {
	r := rig(t)
	arm(t, r, rule("say", fault.Effect{Verb: fault.Hang, At: fault.Request}))
	c := dial(t, r)
	c.send("hello")
	c.wantSilence()
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := r.Quiet(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("quiet though a call is held: %v", err)
	}
	arm(t, r, fault.Injection{})
	if got, err := c.hear(5 * time.Second); got != "hello" || err != nil {
		t.Errorf("heard %q, %v", got, err)
	}
	if err := r.Quiet(t.Context()); err != nil {
		t.Error(err)
	}
	if h := hits(t, r, "say")[0]; !h.Struck() || h.Took < 60*time.Millisecond {
		t.Errorf("hit: %+v", h)
	}
}

func TestARuleEndsWithItsWindow(t *testing.T) {
	r := rig(t)
	in := rule("say", fault.Effect{Verb: fault.Hang, At: fault.Request})
	in.Rules[0].For = 50 * time.Millisecond
	start := time.Now()
	arm(t, r, in)
	c := dial(t, r)
	c.say("hello")
	if took := time.Since(start); took < in.Rules[0].For {
		t.Errorf("the window ended early: %s", took)
	}
	c.say("again")
	if h := hits(t, r, "say"); h[1].Rule != 0 {
		t.Errorf("hits: %+v", h)
	}
}

func TestHitsAreBounded(t *testing.T) {
	r := rig(t)
	gate := make(chan fakes.Gate, 1)
	if err := r.Add(t.Context(), "many", gated{gate}, "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	g := <-gate
	for range 150_000 {
		g.Ask(fault.Call{Op: "x"}).Done("", "")
	}
	got, _ := r.Hits(t.Context(), 0)
	if len(got) < 99_000 || len(got) > 100_000 || got[len(got)-1].Seq != 150_000 {
		t.Errorf("%d hits, the last is %d", len(got), got[len(got)-1].Seq)
	}
	if got, _ := r.Hits(t.Context(), 149_999); len(got) != 1 || got[0].Seq != 150_000 {
		t.Errorf("since 149999: %d hits", len(got))
	}
	if allocs := testing.AllocsPerRun(1000, func() { g.Ask(fault.Call{Op: "x"}).Done("", "") }); allocs > 0 {
		t.Errorf("a call costs %.0f allocations", allocs)
	}
}

// gated gives its gate away.
type gated struct{ gate chan fakes.Gate }

func (gated) Describe() fakes.Kind { return fakes.Kind{} }
func (f gated) Serve(ctx context.Context, _ net.Listener, g fakes.Gate) error {
	f.gate <- g
	<-ctx.Done()
	return nil
}

func TestBindAndDial(t *testing.T) {
	r := rig(t)
	gate := make(chan fakes.Gate, 1)
	if err := r.Add(t.Context(), "front", gated{gate}, "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	g := <-gate
	if _, err := g.Dial(t.Context()); err == nil || !strings.Contains(err.Error(), "none is bound") {
		t.Errorf("unbound: %v", err)
	}
	if err := r.Bind("front", r.Addr("db")); err != nil {
		t.Fatal(err)
	}
	c, err := g.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	client{t, c}.say("hello")
}

func TestAFakeThatDiesIsReported(t *testing.T) {
	r := fakes.NewRig()
	if err := r.Add(t.Context(), "db", dead{}, "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	err := r.Close()
	if err == nil || !strings.Contains(err.Error(), "serve db: no more") {
		t.Errorf("close: %v", err)
	}
	if err := r.Close(); err != nil {
		t.Errorf("closed again: %v", err)
	}
	if err := r.Arm(t.Context(), fault.Injection{}, ""); err == nil {
		t.Error("a closed rig was armed")
	}
}

type dead struct{}

func (dead) Describe() fakes.Kind                                  { return fakes.Kind{} }
func (dead) Serve(context.Context, net.Listener, fakes.Gate) error { return errors.New("no more") }

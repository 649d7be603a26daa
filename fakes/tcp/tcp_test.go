package tcp_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/tcp"
	"github.com/failwell/failwell/harness/fault"
)

// serve runs handle for every connection behind a tcp fake, and gives the rig.
func serve(t testing.TB, handle func(context.Context, net.Conn)) *fakes.LocalRig {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = fakes.ServeConns(ctx, l, handle)
	}()
	r := fakes.NewRig()
	t.Cleanup(func() {
		stop()
		<-over
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := r.Add(t.Context(), "queue", tcp.Fake{}, "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	if err := r.Bind("queue", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	return r
}

// echoing says back what it hears.
func echoing(_ context.Context, c net.Conn) { _, _ = io.Copy(c, c) }

func dial(t testing.TB, r *fakes.LocalRig) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", r.Addr("queue"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	return c.(*net.TCPConn)
}

func say(t testing.TB, c net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

func hear(t testing.TB, c net.Conn, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(c, got); err != nil || string(got) != want {
		t.Fatalf("heard %q, %v; want %q", got[:n], err, want)
	}
}

func arm(t testing.TB, r *fakes.LocalRig, e fault.Effect) {
	t.Helper()
	in := fault.Injection{}
	if e.Verb != "" {
		in.Rules = []fault.Rule{{Scope: fault.Scope{On: "queue", Op: tcp.Stream}, Effect: e}}
	}
	if err := r.Arm(t.Context(), in, ""); err != nil {
		t.Fatal(err)
	}
}

// turns waits until all calls have ended and gives those of the stream.
func turns(t testing.TB, r *fakes.LocalRig) []fault.Hit {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := r.Quiet(ctx); err != nil {
		t.Fatalf("calls stay open: %v", err)
	}
	hits, err := r.Hits(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	var list []fault.Hit
	for _, h := range hits {
		if h.Call.Op == tcp.Stream {
			list = append(list, h)
		}
	}
	return list
}

func TestEachTurnIsACall(t *testing.T) {
	r := serve(t, echoing)
	c := dial(t, r)
	for _, text := range []string{"one", "two", "three"} {
		say(t, c, text)
		hear(t, c, text)
	}
	if got := turns(t, r); len(got) != 3 || got[2].Call.Conn != 1 || got[2].Done != "" || got[2].Answer != "answered" {
		t.Errorf("turns: %+v", got)
	}
	if n, _ := r.Drain(t.Context(), "queue"); n != 0 {
		t.Errorf("%d connections are busy between turns", n)
	}
}

func TestAnOpenConnectionIsStruckAtItsNextTurn(t *testing.T) {
	r := serve(t, echoing)
	c := dial(t, r)
	say(t, c, "one")
	hear(t, c, "one")
	turns(t, r)
	arm(t, r, fault.Effect{Verb: fault.Pass, At: fault.Request, Delay: fault.For(50 * time.Millisecond)})
	start := time.Now()
	say(t, c, "two")
	hear(t, c, "two")
	if took := time.Since(start); took < 50*time.Millisecond {
		t.Errorf("early: %s", took)
	}
	arm(t, r, fault.Effect{Verb: fault.Reset, At: fault.Reply})
	say(t, c, "three")
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("read: %v", err)
	}
	got := turns(t, r)
	if len(got) != 3 || !got[1].Struck() || !got[2].Struck() || !got[2].Call.Old {
		t.Errorf("turns: %+v", got)
	}
}

func TestServerMaySpeakFirst(t *testing.T) {
	r := serve(t, func(_ context.Context, c net.Conn) {
		_, _ = io.WriteString(c, "220 ready")
		echoing(context.TODO(), c)
	})
	arm(t, r, fault.Effect{Verb: fault.Close, At: fault.Reply})
	c := dial(t, r)
	hear(t, c, "220 ready")
	say(t, c, "helo")
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("read: %v", err)
	}
}

func TestHalfCloseIsHonoured(t *testing.T) {
	for name, e := range map[string]fault.Effect{
		"calm": {},
		"late": {Verb: fault.Pass, At: fault.Request, Delay: fault.For(50 * time.Millisecond)},
	} {
		t.Run(name, func(t *testing.T) {
			r := serve(t, func(_ context.Context, c net.Conn) {
				all, _ := io.ReadAll(c)
				_, _ = c.Write(bytes.ToUpper(all))
			})
			arm(t, r, e)
			c := dial(t, r)
			say(t, c, "all of it")
			_ = c.CloseWrite()
			if got, err := io.ReadAll(c); string(got) != "ALL OF IT" || err != nil {
				t.Errorf("heard %q, %v", got, err)
			}
		})
	}
}

// Who closes the connection during a delay asks no more: its call ends then, and not when the delay does.
func TestTheCallEndsWithItsClient(t *testing.T) {
	r := serve(t, echoing)
	arm(t, r, fault.Effect{Verb: fault.Pass, At: fault.Request, Delay: fault.For(time.Minute)})
	c := dial(t, r)
	say(t, c, "anybody there?")
	_ = c.Close()
	got := turns(t, r)
	for until := time.Now().Add(5 * time.Second); len(got) == 0 && time.Now().Before(until); { // what was said may not have come yet
		got = turns(t, r)
	}
	if len(got) != 1 || got[0].Done != fault.Carried || got[0].Answer != "left" {
		t.Errorf("turns: %+v", got)
	}
}

func TestResetsPassThrough(t *testing.T) {
	r := serve(t, func(_ context.Context, c net.Conn) {
		_, _ = c.Read(make([]byte, 1))
		_ = fakes.Reset(c)
	})
	c := dial(t, r)
	say(t, c, "x")
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("read: %v", err)
	}
	if got := turns(t, r); len(got) != 1 || got[0].Done != "" {
		t.Errorf("turns: %+v", got)
	}
}

func TestNobodyBehindTheGate(t *testing.T) {
	r := serve(t, echoing)
	if err := r.Bind("queue", "127.0.0.1:1"); err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", r.Addr("queue")) // which may see the reset already
	if err == nil {
		defer func() { _ = c.Close() }()
		_ = c.SetDeadline(time.Now().Add(10 * time.Second))
		_, err = c.Read(make([]byte, 1))
	}
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("want a reset: %v", err)
	}
}

func TestWithinTheReply(t *testing.T) {
	text := strings.Repeat("0123456789", 10_000)
	for name, tc := range map[string]struct {
		effect fault.Effect
		want   string
		err    error
		done   fault.Done
	}{
		"cut":        {fault.Effect{Verb: fault.Cut, Past: 70_001}, text[:70_001], io.EOF, fault.Carried},
		"cut at 0":   {fault.Effect{Verb: fault.Cut}, "", io.EOF, fault.Carried},
		"cut late":   {fault.Effect{Verb: fault.Cut, Past: len(text)}, text, nil, fault.Impossible},
		"garble raw": {fault.Effect{Verb: fault.Garble, Past: 99_990, Say: fault.Saying{Raw: "abc"}}, text[:99_990] + "abc3456789", nil, fault.Carried},
		"drip": {fault.Effect{Verb: fault.Drip, Past: 10_000, Pace: fault.Pace{Bytes: 10_000, Every: fault.For(5 * time.Millisecond)}},
			text, nil, fault.Carried},
		"hang": {fault.Effect{Verb: fault.Pass, Past: 50_000, Delay: fault.For(30 * time.Millisecond)}, text, nil, fault.Carried},
	} {
		t.Run(name, func(t *testing.T) {
			r := serve(t, func(_ context.Context, c net.Conn) {
				for one := make([]byte, 1); ; {
					if _, err := c.Read(one); err != nil {
						return
					}
					_, _ = io.WriteString(c, text)
				}
			})
			tc.effect.At = fault.Body
			arm(t, r, tc.effect)
			c := dial(t, r)
			start := time.Now()
			say(t, c, "x")
			got := make([]byte, len(tc.want))
			n, err := io.ReadFull(c, got)
			if err != nil || string(got) != tc.want {
				t.Fatalf("heard %d bytes, %v; they differ: %v", n, err, string(got[:n]) != tc.want[:n])
			}
			if tc.effect.Verb == fault.Drip && time.Since(start) < 45*time.Millisecond {
				t.Errorf("early: %s", time.Since(start))
			}
			if tc.err != nil {
				if _, err := c.Read(make([]byte, 1)); !errors.Is(err, tc.err) {
					t.Errorf("then %v, want %v", err, tc.err)
				}
			}
			if hits := turns(t, r); len(hits) != 1 || hits[0].Done != tc.done {
				t.Errorf("turns: %+v", hits)
			}
			if tc.err == nil { // the effect belongs to its turn
				arm(t, r, fault.Effect{})
				say(t, c, "x")
				hear(t, c, text)
			}
		})
	}
}

// The client of a held turn leaves; when the fault is lifted the backend must not hear of it.
func TestNoGhosts(t *testing.T) {
	heard := make(chan string, 1)
	r := serve(t, func(_ context.Context, c net.Conn) {
		all, _ := io.ReadAll(c)
		heard <- string(all)
	})
	arm(t, r, fault.Effect{Verb: fault.Pass, At: fault.Request, Delay: fault.For(time.Hour)})
	c := dial(t, r)
	say(t, c, "charge the card")
	for len(hitsNow(t, r)) < 2 {
		<-time.After(time.Millisecond)
	}
	_ = c.Close()
	<-time.After(20 * time.Millisecond) // for the FIN
	arm(t, r, fault.Effect{})
	if got := <-heard; got != "" {
		t.Errorf("the backend heard %q after the fault", got)
	}
	if got := turns(t, r); len(got) != 1 || got[0].Done != fault.Carried {
		t.Errorf("turns: %+v", got)
	}
}

func hitsNow(t *testing.T, r *fakes.LocalRig) []fault.Hit {
	hits, err := r.Hits(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	return hits
}

func TestMake(t *testing.T) {
	for address, want := range map[string]string{
		"10.0.0.7:5672":                    "",
		"amqp://guest:x@broker:5672/v?a=b": "amqp://guest:x@127.0.0.1:9/v?a=b",
	} {
		d, err := tcp.Make(fakes.Options{Name: "queue", Address: address})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if d.URL != nil {
			got = d.URL("127.0.0.1:9", nil)
		}
		if got != want {
			t.Errorf("%s: the system gets %q, want %q", address, got, want)
		}
	}
	for _, address := range []string{"", "broker", "amqp://broker/v"} {
		if _, err := tcp.Make(fakes.Options{Name: "queue", Address: address}); err == nil || !strings.HasPrefix(err.Error(), "queue: ") {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// BenchmarkExchange is 128 bytes there and back; "direct" is the same without the fake.
func BenchmarkExchange(b *testing.B) {
	direct, stop, err := echo(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer stop()
	r := serve(b, echoing)
	for name, addr := range map[string]string{"direct": direct, "tcp": r.Addr("queue")} {
		b.Run(name, func(b *testing.B) {
			c, err := net.Dial("tcp", addr)
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = c.Close() }()
			text := make([]byte, 256) // echo says everything twice
			if name == "tcp" {
				text = text[:128]
			}
			b.ReportAllocs()
			for b.Loop() {
				_, _ = c.Write(text[:128])
				_, _ = io.ReadFull(c, text)
			}
		})
	}
}

// BenchmarkConnection is a connection, one exchange, and the end of it; "direct" is the same without the fake.
func BenchmarkConnection(b *testing.B) {
	direct, stop, err := echo(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer stop()
	r := fakes.NewRig()
	defer func() { _ = r.Close() }()
	if err := errors.Join(r.Add(b.Context(), "queue", tcp.Fake{}, "127.0.0.1:0"), r.Bind("queue", direct)); err != nil {
		b.Fatal(err)
	}
	for name, addr := range map[string]string{"direct": direct, "tcp": r.Addr("queue")} {
		b.Run(name, func(b *testing.B) {
			answer := make([]byte, 2)
			b.ReportAllocs()
			for b.Loop() {
				c, err := net.Dial("tcp", addr)
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.WriteString(c, "x")
				_, _ = io.ReadFull(c, answer)
				_ = c.Close()
			}
		})
	}
}

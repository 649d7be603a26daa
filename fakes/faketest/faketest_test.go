package faketest_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/faketest"
	"github.com/failwell/failwell/harness/fault"
)

// greeter answers each byte with a greeting, and keeps the contract, but for one flaw.
type greeter struct{ flaw string }

func (greeter) Describe() fakes.Kind {
	return fakes.Kind{Name: "greeter", Class: "upstream", Ops: []fakes.Op{
		fakes.ConnectOp(),
		{Name: "greet", Can: map[fault.Point][]fault.Verb{fault.Request: {fault.Pass, fault.Hang, fault.Close, fault.Answer}}},
	}}
}

func (f greeter) Serve(ctx context.Context, l net.Listener, g fakes.Gate) error {
	if f.flaw == "leaks" {
		for range 20 { // more than may end meanwhile that an earlier test left
			go func() { select {} }()
		}
	}
	return fakes.ServeConns(ctx, l, func(ctx context.Context, c net.Conn) {
		for one := make([]byte, 1); ; {
			if _, err := c.Read(one); err != nil || !f.greet(ctx, c, g) {
				return
			}
		}
	})
}

func (f greeter) greet(ctx context.Context, c net.Conn, g fakes.Gate) bool {
	if f.flaw == "never asks" {
		_, err := io.WriteString(c, "hello")
		return err == nil
	}
	s := g.Ask(fault.Call{Op: "greet", Conn: fakes.ID(c)})
	answer, done, again := f.obey(ctx, c, s)
	s.Done(done, answer)
	if f.flaw == "ends twice" {
		s.Done(done, answer)
	}
	_, err := io.WriteString(c, answer)
	return err == nil && again
}

func (f greeter) obey(ctx context.Context, c net.Conn, s fakes.Strike) (answer string, done fault.Done, again bool) {
	e := s.Effect()
	if !e.Bites() {
		return "hello", "", true
	}
	if e.At != fault.Request || !(greeter{}).Describe().Can("greet", e.At, e.Verb) {
		if f.flaw == "claims too much" {
			return "hello", fault.Carried, true
		}
		return "hello", fault.Impossible, true
	}
	gone, stop := fakes.Gone(ctx, c)
	defer stop()
	d := e.Delay.D
	switch {
	case e.Verb == fault.Hang:
		d = -1
	case f.flaw == "is early":
		d = 0
	}
	if f.flaw == "ignores leaving" {
		gone = ctx
	}
	switch s.Wait(gone, d) {
	case fakes.Left:
		return "", fault.Carried, false
	case fakes.Released:
		if f.flaw == "ignores release" || fakes.AfterRelease(e) == fault.Pass {
			return "hello", fault.Carried, true
		}
		return "", fault.Carried, false
	}
	switch {
	case e.Verb == fault.Pass, f.flaw == "does nothing":
		return "hello", fault.Carried, true
	case e.Verb == fault.Answer:
		return "no!!!", fault.Carried, true
	}
	return "", fault.Carried, false
}

func greet(ctx context.Context, addr string) (string, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return "", err
	}
	defer func() { _ = c.Close() }()
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	if _, err := io.WriteString(c, "x"); err != nil {
		return "", err
	}
	answer := make([]byte, 5)
	_, err = io.ReadFull(c, answer)
	return string(answer), err
}

func subject(flaw string) func() faketest.Subject {
	return func() faketest.Subject {
		return faketest.Subject{Fake: greeter{flaw}, Ops: map[string]faketest.Do{"greet": greet}}
	}
}

func TestAGoodFakePasses(t *testing.T) { faketest.Run(t, subject("")) }

// Each flaw is caught by the probe that is about it.
func TestFlawsAreCaught(t *testing.T) {
	for flaw, want := range map[string]struct{ probe, message string }{
		"never asks":      {"greet/calm", `no "greet" call was asked`},
		"ends twice":      {"greet/calm", "was ended 2 times, not once"},
		"claims too much": {"greet/reply/cut/impossible", `reports "carried", not impossible`},
		"is early":        {"greet/request/pass", "early: answer"},
		"does nothing":    {"greet/request/reply", "reply does not show"},
		"ignores release": {"greet/request/hang/released-close", "release is to close"},
		"ignores leaving": {"greet/request/hang/client-leaves", "was struck and ended within"},
		"leaks":           {"greet/calm", "goroutines were left running"},
	} {
		t.Run(flaw, func(t *testing.T) {
			make := subject(flaw)
			for _, p := range faketest.Probes(make()) {
				if p.Name != want.probe {
					continue
				}
				err := p.Run(t.Context(), make())
				if err == nil || !strings.Contains(err.Error(), want.message) {
					t.Errorf("got %v, want %q", err, want.message)
				}
				return
			}
			t.Errorf("no probe %q", want.probe)
		})
	}
}

func TestSkipsAreShown(t *testing.T) {
	s := subject("")()
	s.Skip = func(string, fault.Effect) string { return "not today" }
	for _, p := range faketest.Probes(s) {
		var skip faketest.Skipped
		if p.Name == "greet/request/pass" && !errors.As(p.Run(t.Context(), s), &skip) {
			t.Errorf("not skipped")
		}
	}
}

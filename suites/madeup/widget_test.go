package madeup_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// widget fakes a machine that is told what to do line by line:
//
//	FROBNICATE a -> FROBNICATED a
//	GRONK a      -> GRONKED a
type widget struct{}

// Describe says what a widget can do.
func (widget) Describe() fakes.Kind {
	can := map[fault.Point][]fault.Verb{
		fault.Request: {fault.Pass, fault.Answer, fault.Hang, fault.Reset, fault.Close},
		fault.Reply:   {fault.Lose},
	}
	return fakes.Kind{Name: "widget", Class: "upstream",
		Ops:     []fakes.Op{fakes.ConnectOp(), {Name: "frobnicate", Can: can}, {Name: "gronk", Can: can}},
		Replies: map[string]fakes.Reply{"jammed": {Cause: "upstream/busy", Saying: fault.Saying{Status: "JAMMED", Body: "by {culprit}"}}},
	}
}

// Serve passes lines on, each a call.
func (widget) Serve(ctx context.Context, l net.Listener, g fakes.Gate) error {
	return fakes.ServeConns(ctx, l, func(ctx context.Context, c net.Conn) {
		machine, err := g.Dial(ctx)
		if err != nil {
			_ = fakes.Reset(c)
			return
		}
		defer func() { _ = machine.Close() }()
		p := pair{client: c, machine: machine, answers: bufio.NewReader(machine)}
		for lines := bufio.NewReader(c); ; {
			line, err := lines.ReadString('\n')
			if err != nil || !p.turn(ctx, g, line) {
				return
			}
		}
	})
}

// pair is a connection of the system and its connection to the machine.
type pair struct {
	client, machine net.Conn
	answers         *bufio.Reader
}

// turn asks about a line and obeys; false ends the connection.
func (p pair) turn(ctx context.Context, g fakes.Gate, line string) bool {
	op, text, _ := strings.Cut(strings.TrimSpace(line), " ")
	op = strings.ToLower(op)
	s := g.Ask(fault.Call{Op: op, Text: text, Conn: fakes.ID(p.client)})
	e := s.Effect()
	var verb fault.Verb
	var done fault.Done
	switch {
	case !e.Bites():
		verb, done = fault.Pass, ""
	case !(widget{}).Describe().Can(op, e.At, e.Verb):
		verb, done = fault.Pass, fault.Impossible
	default:
		var stayed bool
		done = fault.Carried
		if verb, stayed = p.hold(ctx, s); !stayed {
			return false
		}
	}
	switch verb {
	case fault.Answer:
		return p.tell(s, done, strings.TrimSpace(e.Say.Status+" "+e.Say.Body)+"\n")
	case fault.Reset:
		s.Done(done, "reset")
		_ = fakes.Reset(p.client)
		return false
	case fault.Close:
		return p.end(s, done, "closed")
	}
	answer, err := p.ask(line)
	switch {
	case err != nil:
		return p.end(s, done, "closed, as the machine did")
	case verb == fault.Lose:
		return p.end(s, done, "lost")
	}
	return p.tell(s, done, answer)
}

// hold lets a delay or a hang pass, and gives what to do then; false: the system has left.
func (p pair) hold(ctx context.Context, s fakes.Strike) (fault.Verb, bool) {
	gone, stop := fakes.Gone(ctx, p.client)
	defer stop()
	e := s.Effect()
	d := e.Delay.D
	if e.Verb == fault.Hang {
		d = -1
	}
	switch s.Wait(gone, d) {
	case fakes.Left:
		s.Done(fault.Carried, "left")
		return "", false
	case fakes.Released:
		return fakes.AfterRelease(e), true
	}
	return e.Verb, true
}

func (p pair) ask(line string) (string, error) {
	if _, err := io.WriteString(p.machine, line); err != nil {
		return "", err
	}
	return p.answers.ReadString('\n')
}

func (p pair) tell(s fakes.Strike, done fault.Done, answer string) bool {
	_, err := io.WriteString(p.client, answer)
	s.Done(done, strings.TrimSpace(answer))
	return err == nil
}

func (p pair) end(s fakes.Strike, done fault.Done, how string) bool {
	s.Done(done, how)
	_ = fakes.Finish(p.client)
	return false
}

// makeWidget makes a widget before a machine of its own.
func makeWidget(fakes.Options) (fakes.Dependency, error) {
	return fakes.Dependency{Fake: widget{}, Server: machine{}}, nil
}

// machine is the real thing.
type machine struct{}

// Start lets a machine listen.
func (machine) Start(ctx context.Context) (fakes.Backend, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	r := &running{addr: l.Addr().String(), stop: stop, over: make(chan struct{})}
	go func() {
		defer close(r.over)
		_ = fakes.ServeConns(life, l, work)
	}()
	return r, nil
}

func work(_ context.Context, c net.Conn) {
	for lines := bufio.NewReader(c); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		op, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		if _, err := fmt.Fprintf(c, "%sED %s\n", strings.TrimSuffix(op, "E"), text); err != nil {
			return
		}
	}
}

type running struct {
	addr string
	stop context.CancelFunc
	over chan struct{}
}

func (r *running) Addr() string                { return r.addr }
func (r *running) Names() map[string]string    { return map[string]string{"colour": "mauve"} }
func (r *running) Stateful() bool              { return false }
func (r *running) Reset(context.Context) error { return nil }
func (r *running) Stop(context.Context) error {
	r.stop()
	<-r.over
	return nil
}

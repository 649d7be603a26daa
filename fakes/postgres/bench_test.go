package postgres

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// BenchmarkExchange is one prepared statement, sent and answered, without a fault.
func BenchmarkExchange(b *testing.B) {
	p := &proxy{gate: quietGate{}, kind: fakes.Kind{Ops: ops()}}
	p.pool.New = func() any { return new([large]byte) }
	var bind, rows []byte
	for _, m := range []pgproto3.FrontendMessage{&pgproto3.Bind{PreparedStatement: "a", Parameters: [][]byte{{1}}}, &pgproto3.Execute{}, &pgproto3.Sync{}} {
		bind, _ = m.Encode(bind)
	}
	for _, m := range []pgproto3.BackendMessage{&pgproto3.BindComplete{}, &pgproto3.DataRow{Values: [][]byte{{1}}},
		&pgproto3.CommandComplete{CommandTag: []byte("SELECT 1")}, &pgproto3.ReadyForQuery{TxStatus: 'I'}} {
		rows, _ = m.Encode(rows)
	}
	from, to := &loop{}, &loop{}
	s := &session{proxy: p, ctx: b.Context(), client: from}
	s.in, s.out = newStream(from, to, &p.pool), newStream(to, from, &p.pool)
	s.texts, s.named, s.portals = texts{}, map[string]*statement{"a": newStatement("select $1")}, map[string]*portal{}
	b.ReportAllocs()
	for b.Loop() {
		from.left, to.left = bind, rows
		_ = s.pumpFrontend()
		s.in.over = nil
		s.pumpOnce(b)
	}
}

func (s *session) pumpOnce(b *testing.B) {
	for {
		f, err := s.out.next(backendMatters)
		if err != nil {
			s.out.over = nil
			return
		}
		if err := s.replied(f); err != nil {
			b.Fatal(err)
		}
	}
}

// loop gives what is left, then EOF, and takes everything.
type loop struct {
	net.Conn
	left []byte
}

func (l *loop) Read(p []byte) (int, error) {
	if len(l.left) == 0 {
		return 0, io.EOF
	}
	n := copy(p, l.left)
	l.left = l.left[n:]
	return n, nil
}
func (l *loop) Write(p []byte) (int, error) { return len(p), nil }

type quietGate struct{}

func (quietGate) Ask(fault.Call) fakes.Strike                     { return quietGate{} }
func (quietGate) Dial(context.Context) (net.Conn, error)          { return nil, io.EOF }
func (quietGate) Effect() fault.Effect                            { return fault.Effect{} }
func (quietGate) Wait(context.Context, time.Duration) fakes.Ended { return fakes.Elapsed }
func (quietGate) Done(fault.Done, string)                         {}

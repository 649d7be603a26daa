package postgres

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// tape is a connection that reads from memory, in pieces of at most n bytes, and keeps what is written.
type tape struct {
	net.Conn
	in    io.Reader
	piece int

	mu  sync.Mutex
	out bytes.Buffer
}

func (t *tape) Read(p []byte) (int, error) {
	if t.piece > 0 && len(p) > t.piece {
		p = p[:t.piece]
	}
	return t.in.Read(p)
}

func (t *tape) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.out.Write(p)
}

func (t *tape) Close() error                    { return nil }
func (t *tape) SetReadDeadline(time.Time) error { return nil }
func (t *tape) written() []byte                 { t.mu.Lock(); defer t.mu.Unlock(); return slices.Clone(t.out.Bytes()) }

// deck is a gate that gives every call the same effect, and whose waits end at once.
type deck struct {
	effect fault.Effect
	mu     sync.Mutex
	asked  int
	ended  int
}

func (d *deck) Ask(fault.Call) fakes.Strike {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked++
	return &card{deck: d}
}
func (d *deck) Dial(context.Context) (net.Conn, error) { return nil, errors.New("nowhere") }

type card struct {
	deck *deck
	done bool
}

func (c *card) Effect() fault.Effect                            { return c.deck.effect }
func (c *card) Wait(context.Context, time.Duration) fakes.Ended { return fakes.Elapsed }
func (c *card) Done(fault.Done, string) {
	c.deck.mu.Lock()
	defer c.deck.mu.Unlock()
	if !c.done {
		c.done = true
		c.deck.ended++
	}
}

// play runs both directions of a session over bytes that each side has said.
func play(t testing.TB, client, server []byte, piece int, e fault.Effect) (toServer, toClient []byte, d *deck) {
	d = &deck{effect: e}
	p := &proxy{gate: d, kind: fakes.Kind{Ops: ops()}, sessions: map[string]*session{}}
	p.pool.New = func() any { return new([large]byte) }
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c, b := &tape{in: bytes.NewReader(client), piece: piece}, &tape{in: bytes.NewReader(server), piece: piece}
	s := &session{proxy: p, ctx: ctx, leave: cancel, client: c, server: b}
	s.in, s.out = newStream(c, b, &p.pool), newStream(b, c, &p.pool)
	s.texts, s.named, s.portals = texts{}, map[string]*statement{}, map[string]*portal{}
	s.status.Store('I')
	_ = s.pumpFrontend()
	s.pumpBackend()
	s.endAll()
	return b.written(), c.written(), d
}

// conversation is what a driver and a server may say to each other.
func conversation(t testing.TB) (client, server []byte) {
	say := func(to *[]byte, m interface{ Encode([]byte) ([]byte, error) }) {
		raw, err := m.Encode(*to)
		if err != nil {
			t.Fatal(err)
		}
		*to = raw
	}
	for _, m := range []pgproto3.FrontendMessage{
		&pgproto3.Query{String: "begin"}, &pgproto3.Parse{Name: "a", Query: "select $1"}, &pgproto3.Describe{ObjectType: 'S', Name: "a"}, &pgproto3.Sync{},
		&pgproto3.Bind{PreparedStatement: "a", Parameters: [][]byte{bytes.Repeat([]byte("x"), 3*large)}, ResultFormatCodes: []int16{1}},
		&pgproto3.Describe{ObjectType: 'P'}, &pgproto3.Execute{}, &pgproto3.Sync{},
		&pgproto3.Parse{Query: string(bytes.Repeat([]byte("y"), 2*large))}, &pgproto3.Bind{}, &pgproto3.Execute{}, &pgproto3.Close{ObjectType: 'S', Name: "a"}, &pgproto3.Sync{},
		&pgproto3.Query{String: "copy t from stdin"}, &pgproto3.CopyData{Data: []byte("1\n")}, &pgproto3.CopyDone{},
		&pgproto3.Query{String: "commit"}, &pgproto3.Terminate{},
	} {
		say(&client, m)
	}
	ready := func(state byte) *pgproto3.ReadyForQuery { return &pgproto3.ReadyForQuery{TxStatus: state} }
	tag := func(text string) *pgproto3.CommandComplete {
		return &pgproto3.CommandComplete{CommandTag: []byte(text)}
	}
	row := &pgproto3.RowDescription{Fields: []pgproto3.FieldDescription{{Name: []byte("v"), DataTypeOID: 25}}}
	for _, m := range []pgproto3.BackendMessage{
		tag("BEGIN"), ready('T'), &pgproto3.ParseComplete{}, &pgproto3.ParameterDescription{ParameterOIDs: []uint32{25}}, row, ready('T'),
		&pgproto3.BindComplete{}, row, &pgproto3.DataRow{Values: [][]byte{bytes.Repeat([]byte("x"), 3*large)}}, tag("SELECT 1"), ready('T'),
		&pgproto3.ParseComplete{}, &pgproto3.BindComplete{}, tag("UPDATE 1"), &pgproto3.CloseComplete{}, ready('T'),
		&pgproto3.CopyInResponse{}, tag("COPY 1"), ready('T'), &pgproto3.NoticeResponse{Message: "note"}, tag("COMMIT"), ready('I'),
	} {
		say(&server, m)
	}
	return client, server
}

func TestNothingIsChangedWithoutAFault(t *testing.T) {
	client, server := conversation(t)
	for _, piece := range []int{0, 1, 3, 7, 1000, small, small + 1, large} {
		toServer, toClient, d := play(t, client, server, piece, fault.Effect{})
		if !bytes.Equal(toServer, client) || !bytes.Equal(toClient, server) {
			t.Errorf("in pieces of %d the bytes changed: %d of %d, %d of %d", piece, len(toServer), len(client), len(toClient), len(server))
		}
		// The second Parse is too long to be told from a part of its Execute.
		if d.asked != 6 || d.ended != d.asked {
			t.Errorf("in pieces of %d: %d calls, %d ended", piece, d.asked, d.ended)
		}
	}
}

func FuzzFrontend(f *testing.F) {
	client, server := conversation(f)
	f.Add(client[:150], server[:200], uint8(0), uint8(0)) // short ones: they mutate faster
	f.Add(client[:200], server[:100], uint8(1), uint8(3))
	f.Add([]byte("P\x00\x00\x00\x08\x00\x00\x00\x00S\x00\x00\x00\x04"), []byte("E\x00\x00\x00\x05\x00Z\x00\x00\x00\x05I"), uint8(2), uint8(1))
	f.Add([]byte("Q\xff\xff\xff\xff"), []byte("D\x00\x00\x00\x02"), uint8(3), uint8(9))
	verbs, points := fault.Verbs(), []fault.Point{"", fault.Request, fault.Reply, fault.Body}
	f.Fuzz(func(t *testing.T, client, server []byte, verb, how uint8) {
		e := fault.Effect{}
		if at := points[how%4]; at != "" {
			e = fault.Effect{Verb: verbs[int(verb)%len(verbs)], At: at, Past: int(how/4) % 3, Patches: []fault.Patch{{At: "v", To: "new"}}}
		}
		toServer, _, d := play(t, client, server, int(how), e)
		if d.ended != d.asked {
			t.Errorf("%d calls, %d ended", d.asked, d.ended)
		}
		if !e.Bites() && !bytes.HasPrefix(client, toServer) {
			t.Error("what the client said was changed without a fault")
		}
	})
}

func TestStartupRefusesStrangers(t *testing.T) {
	l := newLab(t, Stub{})
	for _, first := range []string{"GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01", "\x00\x00\x00\x08\x00\x02\x00\x00", "\x00\x00\x00\x03abcdefg"} {
		c, err := net.Dial("tcp", l.rig.Addr("db"))
		l.must(err)
		_, err = c.Write([]byte(first))
		l.must(err)
		_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
		if _, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%q: %v", first, err)
		}
		_ = c.Close()
	}
	c, err := net.Dial("tcp", l.rig.Addr("db"))
	l.must(err)
	defer c.Close()
	answer := make([]byte, 1)
	for _, first := range []string{"\x00\x00\x00\x08\x04\xd2\x16\x30", "\x00\x00\x00\x08\x04\xd2\x16\x2f"} { // GSSENCRequest, SSLRequest
		_, err = c.Write([]byte(first))
		l.must(err)
		if _, err := io.ReadFull(c, answer); err != nil || answer[0] != 'N' {
			t.Fatal(answer, err)
		}
	}
}

package nameserver

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

const key = "KEY"

// served is a name server of its own, and where it listens.
func served(t *testing.T) string {
	t.Helper()
	s, err := Listen(t.Context(), "127.0.0.1:0", key)
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- s.Serve(ctx) }()
	t.Cleanup(func() {
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		_, byTCP := s.tcp.Accept()
		_, _, byUDP := s.udp.ReadFrom(nil)
		if !errors.Is(byTCP, net.ErrClosed) || !errors.Is(byUDP, net.ErrClosed) {
			t.Errorf("it still has its address: %v, %v", byTCP, byUDP)
		}
	})
	return s.Addr()
}

// asking is a resolver that asks the server by UDP, or by TCP.
func asking(at, network string) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, at)
	}}
}

// A resolver is told at once that there is no such name, whatever it asks for.
func TestNamesThatNobodyHas(t *testing.T) {
	at := served(t)
	for _, network := range []string{"udp", "tcp"} {
		r := asking(at, network)
		for what, ask := range map[string]func(context.Context, string) error{
			"host": func(ctx context.Context, name string) error { _, err := r.LookupHost(ctx, name); return err },
			"MX":   func(ctx context.Context, name string) error { _, err := r.LookupMX(ctx, name); return err },
			"TXT":  func(ctx context.Context, name string) error { _, err := r.LookupTXT(ctx, name); return err },
		} {
			began := time.Now()
			err := ask(t.Context(), "nobody.example.")
			var wrong *net.DNSError
			if took := time.Since(began); !errors.As(err, &wrong) || !wrong.IsNotFound || wrong.IsTimeout || took > time.Second {
				t.Errorf("%s by %s: after %v: %v", what, network, took, err)
			}
		}
	}
}

// A name is there, is gone, and is there again with the next question.
func TestANameIsThereOrGone(t *testing.T) {
	at := served(t)
	addr := netip.MustParseAddr("192.0.2.7")
	for n, names := range []map[string]netip.Addr{{"db": addr, "api.shop.example": addr}, {"db": {}}, {"db": {}, "nobody": {}}, {"db": addr}} {
		if err := Update(t.Context(), at, key, names); err != nil {
			t.Fatal(err)
		}
		is := map[string]bool{"db.": n == 0 || n == 3, "DB.": n == 0 || n == 3, "api.shop.example.": true, "shop.example.": false}
		for name, there := range is {
			got, err := asking(at, "udp").LookupHost(t.Context(), name)
			if there != slices.Equal(got, []string{"192.0.2.7"}) || there != (err == nil) {
				t.Errorf("after update %d: %s: %v %v", n, name, got, err)
			}
		}
	}
}

// What a name does not have is another answer than that there is no such name.
func TestANameHasOnlyAnAddress(t *testing.T) {
	at := served(t)
	if err := Update(t.Context(), at, key, map[string]netip.Addr{"db": netip.MustParseAddr("192.0.2.7")}); err != nil {
		t.Fatal(err)
	}
	for kind, answers := range map[dnsmessage.Type]int{dnsmessage.TypeA: 1, dnsmessage.TypeAAAA: 0, dnsmessage.TypeMX: 0} {
		m := exchanged(t, at, packed(t, func(m *dnsmessage.Message) {
			m.Questions[0].Name, m.Questions[0].Type = dnsmessage.MustNewName("db."), kind
		}))
		if m.RCode != dnsmessage.RCodeSuccess || len(m.Answers) != answers {
			t.Errorf("%v: %+v", kind, m)
		}
		for _, a := range m.Answers {
			if a.Header.TTL != 0 {
				t.Errorf("%v may be kept for %d s", kind, a.Header.TTL)
			}
		}
	}
}

// Nobody changes names without the key, nor in a way that is not known; then nothing of it has happened.
func TestUpdatesThatAreRefused(t *testing.T) {
	at := served(t)
	addr := netip.MustParseAddr("192.0.2.7")
	if err := Update(t.Context(), at, "key", map[string]netip.Addr{"db": addr}); err == nil || err.Error() != "change the names db: the name server says RCodeRefused" {
		t.Errorf("got %v", err)
	}
	named := dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName("db."), Class: dnsmessage.ClassINET}
	m := exchanged(t, at, packed(t, func(m *dnsmessage.Message) {
		m.OpCode, m.Questions[0].Name = opUpdate, dnsmessage.MustNewName(key+".")
		m.Authorities = []dnsmessage.Resource{{Header: named, Body: &dnsmessage.AResource{A: addr.As4()}}, {Header: named, Body: &dnsmessage.TXTResource{TXT: []string{"no"}}}}
	}))
	if m.RCode != dnsmessage.RCodeNotImplemented {
		t.Errorf("a text was answered by %v", m.RCode)
	}
	if got, err := asking(at, "udp").LookupHost(t.Context(), "db."); err == nil {
		t.Errorf("db is at %v", got)
	}
}

// An update that is not answered ends, and says of which names.
func TestAnUpdateThatNobodyAnswers(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := Update(ctx, l.Addr().String(), key, map[string]netip.Addr{"db": {}, "cache": {}}); err == nil || !errors.Is(err, context.DeadlineExceeded) && !isTimeout(err) {
		t.Errorf("got %v", err)
	}
}

func isTimeout(err error) bool {
	var slow net.Error
	return errors.As(err, &slow) && slow.Timeout()
}

// packed is a question for the address of nobody, with a change.
func packed(t *testing.T, change func(*dnsmessage.Message)) []byte {
	t.Helper()
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: 4711, RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName("nobody."), Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}},
	}
	change(&m)
	text, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// exchanged sends packets, and gives the first answer.
func exchanged(t *testing.T, at string, packets ...[]byte) dnsmessage.Message {
	t.Helper()
	c, err := net.Dial("udp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, text := range packets {
		if _, err := c.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
	answer := make([]byte, 512)
	n, err := c.Read(answer)
	if err != nil {
		t.Fatal(err)
	}
	var m dnsmessage.Message
	if err := m.Unpack(answer[:n]); err != nil {
		t.Fatal(err)
	}
	return m
}

// What is no question gets no answer, and does no harm to the next question.
func TestWhatIsNoQuestion(t *testing.T) {
	same := func(*dnsmessage.Message) {}
	for name, want := range map[string]struct {
		op    dnsmessage.OpCode
		rcode dnsmessage.RCode
	}{"a query": {0, dnsmessage.RCodeNameError}, "a notification": {4, dnsmessage.RCodeNotImplemented}} {
		m := exchanged(t, served(t), nil, []byte("short"), packed(t, func(m *dnsmessage.Message) { m.Response = true }), packed(t, same)[:20],
			packed(t, func(m *dnsmessage.Message) { m.OpCode = want.op }))
		if m.ID != 4711 || !m.Response || !m.RecursionDesired || m.RCode != want.rcode || len(m.Questions) != 1 || len(m.Answers) != 0 {
			t.Errorf("%s: %+v", name, m)
		}
	}
}

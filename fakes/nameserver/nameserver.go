// Package nameserver is the name server of a lab whose system runs in containers. It has the names of the lab's dependencies,
// gives them at once, and says as fast of every other name that nobody has it: in a network without a way out that question
// would stay open until the system's resolver gives up, after seconds.
//
//	a resolver -> query (UDP, TCP)  -> the address, or NXDOMAIN
//	a harness  -> update (RFC 2136) -> a name is there, or is gone
//
// Nothing that it says may be kept, so that a name is gone, and is back, with the next question.
package nameserver

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/failwell/failwell/fakes"
)

// Port is where resolvers ask (RFC 1035, section 4.2).
const Port = 53

// Server answers at one address.
type Server struct {
	key string
	udp net.PacketConn
	tcp net.Listener

	mu    sync.Mutex
	names map[string]netip.Addr
}

// Listen binds an address for a server that has no names yet, and obeys whoever has the key.
func Listen(ctx context.Context, addr, key string) (*Server, error) {
	var l net.ListenConfig
	tcp, err := l.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen for names: %w", err)
	}
	udp, err := l.ListenPacket(ctx, "udp", tcp.Addr().String())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen for names: %w", err), tcp.Close())
	}
	return &Server{key: key, udp: udp, tcp: tcp, names: map[string]netip.Addr{}}, nil
}

// Addr is where it listens, by UDP and TCP.
func (s *Server) Addr() string { return s.tcp.Addr().String() }

// Serve answers until ctx ends, and gives the address free.
func (s *Server) Serve(ctx context.Context) error {
	end := context.AfterFunc(ctx, func() { _ = s.udp.Close() })
	defer end()
	var group sync.WaitGroup
	var streams error
	group.Go(func() { streams = fakes.ServeConns(ctx, s.tcp, s.stream) })
	err := s.packets(ctx)
	group.Wait()
	return errors.Join(err, streams)
}

// packets answers what comes by UDP.
func (s *Server) packets(ctx context.Context) error {
	question := make([]byte, 4096)
	for {
		n, from, err := s.udp.ReadFrom(question)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("listen for names: %w", err)
		}
		if answer, err := s.answer(question[:n]); err == nil {
			_, _ = s.udp.WriteTo(answer, from)
		}
	}
}

// idle is how long a connection may be silent.
const idle = 10 * time.Second

// stream answers what comes by TCP, where each message has its length before it (RFC 1035, section 4.2.2).
func (s *Server) stream(_ context.Context, c net.Conn) {
	for c.SetDeadline(time.Now().Add(idle)) == nil {
		question, err := read(c)
		if err != nil {
			return
		}
		answer, err := s.answer(question)
		if err != nil || write(c, answer) != nil {
			return
		}
	}
}

func read(r io.Reader) ([]byte, error) {
	var length [2]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, err
	}
	text := make([]byte, binary.BigEndian.Uint16(length[:]))
	_, err := io.ReadFull(r, text)
	return text, err
}

func write(w io.Writer, text []byte) error {
	_, err := w.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(text))), text...))
	return err
}

// answer answers a message; what is none gets an error.
func (s *Server) answer(text []byte) ([]byte, error) {
	var p dnsmessage.Parser
	h, err := p.Start(text)
	if err != nil {
		return nil, err
	}
	if h.Response {
		return nil, errors.New("an answer, not a question")
	}
	asked, err := p.AllQuestions()
	if err != nil {
		return nil, err
	}
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: h.ID, Response: true, OpCode: h.OpCode, RecursionDesired: h.RecursionDesired, RecursionAvailable: true},
		Questions: asked,
	}
	switch {
	case h.OpCode == opUpdate:
		m.RCode = s.update(&p, asked)
	case h.OpCode != 0 || len(asked) != 1:
		m.RCode = dnsmessage.RCodeNotImplemented
	default:
		m.Answers, m.RCode = s.look(asked[0])
	}
	return m.Pack()
}

// look answers a question: NXDOMAIN for a name that is not there, nothing for what a name does not have. There is no SOA
// record with either, so that nobody keeps it (RFC 2308, section 5).
func (s *Server) look(q dnsmessage.Question) ([]dnsmessage.Resource, dnsmessage.RCode) {
	s.mu.Lock()
	addr, ok := s.names[plain(q.Name)]
	s.mu.Unlock()
	if !ok {
		return nil, dnsmessage.RCodeNameError
	}
	if q.Type != dnsmessage.TypeA {
		return nil, dnsmessage.RCodeSuccess
	}
	return []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET}, Body: &dnsmessage.AResource{A: addr.As4()}}}, dnsmessage.RCodeSuccess
}

// plain is a name as it is compared: without regard to case (RFC 4343).
func plain(name dnsmessage.Name) string {
	return strings.ToLower(strings.TrimSuffix(name.String(), "."))
}

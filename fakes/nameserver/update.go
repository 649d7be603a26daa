package nameserver

import (
	"context"
	"crypto/subtle"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// opUpdate is the code of a message that changes names. Its sections have other meanings (RFC 2136, section 2): the question
// is a zone, here the key, and the authorities are the changes.
const opUpdate dnsmessage.OpCode = 5

// A change that takes all of a name away has this class and type (RFC 2136, section 2.5.3).
const (
	classAny dnsmessage.Class = 255
	typeAny  dnsmessage.Type  = 255
)

// patience is how long an update may take.
const patience = 5 * time.Second

// Update gives names their IPv4 addresses at the server that listens at addr, and takes those away that have none (the zero
// Addr). It has happened when there is no error.
func Update(ctx context.Context, addr, key string, names map[string]netip.Addr) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := update(ctx, addr, key, names); err != nil {
		return fmt.Errorf("change the names %s: %w", strings.Join(slices.Sorted(maps.Keys(names)), ", "), err)
	}
	return nil
}

func update(ctx context.Context, addr, key string, names map[string]netip.Addr) error {
	request, err := changing(key, names)
	if err != nil {
		return err
	}
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	end := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Now()) })
	defer end()
	if err := write(c, request); err != nil {
		return err
	}
	text, err := read(c)
	if err != nil {
		return err
	}
	var p dnsmessage.Parser
	h, err := p.Start(text)
	if err == nil && h.RCode != dnsmessage.RCodeSuccess {
		err = fmt.Errorf("the name server says %v", h.RCode)
	}
	return err
}

// changing is the message for it.
func changing(key string, names map[string]netip.Addr) ([]byte, error) {
	zone, err := dnsmessage.NewName(key + ".")
	if err != nil {
		return nil, err
	}
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{OpCode: opUpdate},
		Questions: []dnsmessage.Question{{Name: zone, Type: dnsmessage.TypeSOA, Class: dnsmessage.ClassINET}},
	}
	for _, text := range slices.Sorted(maps.Keys(names)) {
		name, err := dnsmessage.NewName(text + ".")
		if err != nil {
			return nil, err
		}
		change := dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: name, Class: classAny}, Body: &dnsmessage.UnknownResource{Type: typeAny}}
		if addr := names[text]; addr.IsValid() {
			change = dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: name, Class: dnsmessage.ClassINET}, Body: &dnsmessage.AResource{A: addr.As4()}}
		}
		m.Authorities = append(m.Authorities, change)
	}
	return m.Pack()
}

// update carries out what follows the zone of a message: all of it, or nothing.
func (s *Server) update(p *dnsmessage.Parser, zone []dnsmessage.Question) dnsmessage.RCode {
	if len(zone) != 1 || subtle.ConstantTimeCompare([]byte(zone[0].Name.String()), []byte(s.key+".")) != 1 {
		return dnsmessage.RCodeRefused
	}
	if err := p.SkipAllAnswers(); err != nil {
		return dnsmessage.RCodeFormatError
	}
	changes, err := p.AllAuthorities()
	if err != nil {
		return dnsmessage.RCodeFormatError
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	names := maps.Clone(s.names)
	for _, change := range changes {
		body, address := change.Body.(*dnsmessage.AResource)
		switch {
		case change.Header.Class == classAny && change.Header.Type == typeAny:
			delete(names, plain(change.Header.Name))
		case address && change.Header.Class == dnsmessage.ClassINET:
			names[plain(change.Header.Name)] = netip.AddrFrom4(body.A)
		default:
			return dnsmessage.RCodeNotImplemented
		}
	}
	s.names = names
	return dnsmessage.RCodeSuccess
}

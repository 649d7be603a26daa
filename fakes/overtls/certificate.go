package overtls

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"sync"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

// shown is what a certificate is to be.
type shown struct {
	name        string        // whom it names: a host name or an address
	issuer      string        // a stranger who signs it; empty: the authority that the system was told to trust
	from, until time.Duration // its limits, from now; both 0: those of a good one
}

// shownBy reads the fields of a named reply. Name is the host for which the client asked.
func shownBy(say fault.Saying, name string) (shown, error) {
	s := shown{name: name}
	for field, value := range say.Fields {
		var err error
		switch field {
		case "name":
			s.name = value
		case "issuer":
			s.issuer = value
		case "valid-from":
			s.from, err = time.ParseDuration(value)
		case "valid-until":
			s.until, err = time.ParseDuration(value)
		default:
			err = fmt.Errorf("want name, issuer, valid-from or valid-until")
		}
		if err != nil {
			return s, fmt.Errorf("%s of a certificate: %w", field, err)
		}
	}
	return s, nil
}

// certificates are those of one gate, each made when it is wanted first.
type certificates struct {
	authority authority
	key       *ecdsa.PrivateKey

	mu   sync.Mutex
	made map[shown]*tls.Config
}

func newCertificates(a authority) (*certificates, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the key of a certificate: %w", err)
	}
	return &certificates{authority: a, key: key, made: map[shown]*tls.Config{}}, nil
}

// show gives how a handshake goes on that shows such a certificate. No session is resumed: each connection sees the certificate.
func (c *certificates) show(s shown) (*tls.Config, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if made := c.made[s]; made != nil {
		return made, nil
	}
	cert, err := c.make(s)
	if err != nil {
		return nil, fmt.Errorf("make a certificate: %w", err)
	}
	c.made[s] = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, SessionTicketsDisabled: true}
	return c.made[s], nil
}

func (c *certificates) make(s shown) (tls.Certificate, error) {
	signer := c.authority
	if s.issuer != "" {
		var err error
		if signer, err = newAuthority(s.issuer, s.issuer); err != nil {
			return tls.Certificate{}, err
		}
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return tls.Certificate{}, err
	}
	from, until := limits(s)
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: s.name}, NotBefore: from, NotAfter: until,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(s.name); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{s.name}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, signer.cert, c.key.Public(), signer.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: c.key}, nil
}

// limits are the times between which a certificate holds.
func limits(s shown) (from, until time.Time) {
	now := time.Now()
	from, until = now.Add(-2*lifetime), now.Add(lifetime)
	if s.until != 0 {
		until = now.Add(s.until)
	}
	if s.from != 0 {
		from = now.Add(s.from)
		until = from.Add(lifetime)
	}
	return from, until
}

package overtls

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"
)

// lifetime is how long before and after now what is in order holds.
const lifetime = 24 * time.Hour

// authority signs certificates.
type authority struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

// newAuthority makes an authority whose key, and so whatever trusts it, depends on nothing but the name and the token.
func newAuthority(name, token string) (authority, error) {
	key, err := keyOf(token)
	if err != nil {
		return authority{}, fmt.Errorf("make a certificate authority: %w", err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-lifetime), NotAfter: now.Add(30 * lifetime),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return authority{}, fmt.Errorf("make a certificate authority: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	return authority{key, cert}, err
}

// keyOf makes a P-256 key of a token. A number that is no key, one in four thousand million, is passed over.
func keyOf(token string) (key *ecdsa.PrivateKey, err error) {
	number := sha256.Sum256([]byte(token))
	for range 8 {
		if key, err = ecdsa.ParseRawPrivateKey(elliptic.P256(), number[:]); err == nil {
			break
		}
		number = sha256.Sum256(number[:])
	}
	return key, err
}

// text is the authority's certificate as PEM (RFC 7468, section 5).
func (a authority) text() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}))
}

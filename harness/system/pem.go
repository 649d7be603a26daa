package system

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"
)

// otherPEM replaces every key in a PEM file by another of its sort and size, the same one each time. It is false when
// something else than a key is in it.
func otherPEM(value string) (string, bool) {
	var out strings.Builder
	rest := []byte(value)
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return out.String(), out.Len() > 0
		}
		other, ok := otherBlock(block)
		if !ok || pem.Encode(&out, &pem.Block{Type: block.Type, Bytes: other}) != nil {
			return "", false
		}
	}
}

func otherBlock(block *pem.Block) (der []byte, ok bool) {
	var key, other any
	var err error
	from := seed(sha256.Sum256(block.Bytes))
	switch block.Type {
	case "PRIVATE KEY":
		if key, err = x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
			other = otherKey(key, &from)
			der, err = x509.MarshalPKCS8PrivateKey(other)
		}
	case "EC PRIVATE KEY":
		var k *ecdsa.PrivateKey
		if k, err = x509.ParseECPrivateKey(block.Bytes); err == nil {
			der, err = x509.MarshalECPrivateKey(otherEC(k.PublicKey, &from))
		}
	case "RSA PRIVATE KEY":
		var k *rsa.PrivateKey
		if k, err = x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
			der = x509.MarshalPKCS1PrivateKey(otherRSA(k.N.BitLen(), &from))
		}
	case "PUBLIC KEY":
		if key, err = x509.ParsePKIXPublicKey(block.Bytes); err == nil {
			other = otherKey(key, &from)
			der, err = x509.MarshalPKIXPublicKey(publicOf(other))
		}
	default:
		return nil, false
	}
	return der, err == nil
}

// otherKey makes a private key of the sort of a private or public one, nil when the sort is not known.
func otherKey(key any, from *seed) any {
	switch k := key.(type) {
	case ed25519.PrivateKey, ed25519.PublicKey:
		return ed25519.NewKeyFromSeed(from.take(ed25519.SeedSize))
	case *ecdsa.PrivateKey:
		return otherEC(k.PublicKey, from)
	case *ecdsa.PublicKey:
		return otherEC(*k, from)
	case *rsa.PrivateKey:
		return otherRSA(k.N.BitLen(), from)
	case *rsa.PublicKey:
		return otherRSA(k.N.BitLen(), from)
	}
	return nil
}

func publicOf(private any) any {
	switch k := private.(type) {
	case ed25519.PrivateKey:
		return k.Public()
	case *ecdsa.PrivateKey:
		return &k.PublicKey
	case *rsa.PrivateKey:
		return &k.PublicKey
	}
	return private
}

// otherEC tries numbers until one is below the order of the curve.
func otherEC(like ecdsa.PublicKey, from *seed) *ecdsa.PrivateKey {
	bits := like.Curve.Params().N.BitLen()
	for {
		number := from.take((bits + 7) / 8)
		number[0] &= byte(0xff >> (uint(8-bits%8) % 8))
		if key, err := ecdsa.ParseRawPrivateKey(like.Curve, number); err == nil {
			return key
		}
	}
}

// otherRSA makes a key from a seed; crypto/rsa makes only random ones.
func otherRSA(bits int, from *seed) *rsa.PrivateKey {
	const e = 65537
	one := big.NewInt(1)
	for {
		p, q := from.prime(bits-bits/2), from.prime(bits/2)
		n := new(big.Int).Mul(p, q)
		order := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(big.NewInt(e), order)
		if d == nil || n.BitLen() != bits || p.Cmp(q) == 0 {
			continue
		}
		key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: e}, D: d, Primes: []*big.Int{p, q}}
		key.Precompute()
		return key
	}
}

// seed gives bytes that only its start decides.
type seed [sha256.Size]byte

func (s *seed) take(n int) []byte {
	var out []byte
	for len(out) < n {
		*s = sha256.Sum256(s[:])
		out = append(out, s[:]...)
	}
	return out[:n]
}

// prime gives a prime of so many bits, the upper two of them set.
func (s *seed) prime(bits int) *big.Int {
	n := new(big.Int).SetBytes(s.take((bits + 7) / 8))
	n.Rsh(n, uint(-bits&7))
	n.SetBit(n.SetBit(n.SetBit(n, bits-1, 1), bits-2, 1), 0, 1)
	for two := big.NewInt(2); !n.ProbablyPrime(20); {
		n.Add(n, two)
	}
	return n
}

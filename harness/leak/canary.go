package leak

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"strings"
)

// A Canary is a unique token that failwell hands out, in an error text, a
// credential, a host name. Seen outside the system it is a leak, for certain.
type Canary struct {
	Token string `json:"token"` // 10 or more lower-case base32 characters, the first a letter; of an address, host:port
	Kind  string `json:"kind"`  // KindInternal, KindSecret or KindAddress
	Where string `json:"where"` // what carried it: "db error detail", "DATABASE_URL password"
}

// The kinds of canary.
const (
	KindInternal = "internal" // error texts, host names, paths
	KindSecret   = "secret"   // passwords, keys, tokens
	// KindAddress is where a dependency listens, as host:port. Nobody made it up, so it counts only whole, and is forgiven when
	// the same request is answered with it in calm, as a link to an object store is.
	KindAddress = "address"
)

// Mint returns the token that belongs to these parts: 12 lower-case base32
// characters (RFC 4648), the first a letter. Equal parts give equal tokens.
func Mint(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		h.Write(size[:])
		h.Write([]byte(part))
	}
	text := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(h.Sum(nil)))
	start := strings.IndexFunc(text[:len(text)-12], func(r rune) bool { return r >= 'a' })
	return text[max(start, 0):][:12]
}

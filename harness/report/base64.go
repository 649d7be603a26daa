package report

import (
	"encoding/base64"
	"unicode/utf8"

	"github.com/failwell/failwell/harness/exchange"
)

// unbase64 gives the bytes of a base64 text, as far as it is one.
func unbase64(text string) []byte {
	b, _ := base64.StdEncoding.DecodeString(text)
	return b
}

// keep puts a body into a response, as the engine does: at most MaxBody bytes, base64 when it is not UTF-8.
func keep(r *exchange.Response, body []byte) {
	r.Size = len(body)
	body = body[:min(len(body), exchange.MaxBody)]
	if utf8.Valid(body) {
		r.Body = string(body)
		return
	}
	r.Body, r.Base64 = base64.StdEncoding.EncodeToString(body), true
}

package report

import (
	"encoding/base64"
	"strings"

	"github.com/failwell/failwell/harness/capture"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
)

// record puts a body that was recorded elsewhere into a response, as the engine does with one that it reads.
func record(r *exchange.Response, body []byte) {
	capture.Capture{Detector: check.Detector}.Record(r, body)
}

// unbase64 gives the bytes of a base64 text of either alphabet (RFC 4648, 4 and 5), padded or not, in lines or not.
func unbase64(text string) ([]byte, error) {
	text = strings.NewReplacer("-", "+", "_", "/", "=", "", " ", "", "\t", "", "\r", "", "\n", "").Replace(text)
	return base64.RawStdEncoding.DecodeString(text)
}

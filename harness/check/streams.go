package check

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/exchange"
)

// endsInError tells whether a streamed answer says at its end that it is not whole. Its status was out before that was known, so an
// honest end is one of three: the connection is cut, which the body's error tells; a last event or record that is an error; a trailer
// field that differs from calm's (RFC 9110, 6.5).
func (s Subject) endsInError(e exchange.Exchange) bool {
	r := e.Response
	if r == nil || partial(r) != "" {
		return false
	}
	switch r.MediaType() {
	case "text/event-stream":
		if lastEvent(bodyOf(e)) == "error" {
			return true
		}
	case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-seq":
		if lastRecordIsError(bodyOf(e)) {
			return true
		}
	}
	return len(r.Trailer) > 0 && slices.ContainsFunc(s.Judged(exchange.Calm), func(c exchange.Exchange) bool {
		return c.Response != nil && slices.ContainsFunc(r.Trailer, func(f exchange.Field) bool {
			was := c.Response.Trailer.Get(f.Name)
			return was != "" && was != f.Value && !s.volatileTrailer(f.Name, was)
		})
	})
}

// volatileTrailer tells whether a trailer field is another one in a healed answer, too: a checksum or a time.
func (s Subject) volatileTrailer(name, was string) bool {
	return slices.ContainsFunc(s.Judged(exchange.Healed), func(h exchange.Exchange) bool {
		return h.Response != nil && h.Response.Trailer.Get(name) != was
	})
}

// lastEvent is the name of the last of some server-sent events (HTML standard, 9.2.6).
func lastEvent(body []byte) string {
	name, last := "", ""
	for line := range strings.Lines(string(body)) {
		switch line = strings.TrimRight(line, "\r\n"); {
		case line == "":
			last, name = name, ""
		case strings.HasPrefix(line, "event:"):
			name = strings.TrimSpace(strings.TrimPrefix(line, "event:"))
		case strings.HasPrefix(line, "data:") && name == "":
			name = "message"
		}
	}
	return last
}

// lastRecordIsError tells whether the last of several records is an object with an error, as none before it is.
func lastRecordIsError(body []byte) bool {
	records := bytes.FieldsFunc(body, func(r rune) bool { return r == '\n' || r == '\r' || r == 0x1e })
	for i, raw := range records {
		var one map[string]any
		_ = json.Unmarshal(raw, &one)
		wrong := one["error"] != nil || one["errors"] != nil
		if last := i == len(records)-1; wrong != last {
			return false
		}
	}
	return len(records) > 0
}

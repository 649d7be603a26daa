package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"regexp"
	"strings"
)

// trace is the identity of a request, as in W3C Trace Context.
type trace struct {
	id    string // 32 hexadecimal digits
	flags string // 2 hexadecimal digits
	state string // the tracestate field, only with a valid traceparent
}

type traceKey struct{}

func withTrace(ctx context.Context, t trace) context.Context {
	return context.WithValue(ctx, traceKey{}, t)
}

func traceFrom(ctx context.Context) trace {
	t, _ := ctx.Value(traceKey{}).(trace)
	return t
}

var traceparent = regexp.MustCompile(`^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$`)

// traceOf takes the trace over from a valid traceparent, else starts a new one.
func traceOf(h http.Header) trace {
	values := h.Values("Traceparent")
	if len(values) == 1 {
		m := traceparent.FindStringSubmatch(values[0])
		if m != nil && m[1] != "ff" && (m[1] != "00" || m[5] == "") && !zeros(m[2]) && !zeros(m[3]) {
			return trace{id: m[2], flags: m[4], state: strings.Join(h.Values("Tracestate"), ",")}
		}
	}
	return trace{id: randomHex(16), flags: "00"}
}

// forward names the trace to a dependency, with a parent id of our own.
func (t trace) forward(h http.Header) {
	h.Set("Traceparent", "00-"+t.id+"-"+randomHex(8)+"-"+t.flags)
	if t.state != "" {
		h.Set("Tracestate", t.state)
	}
}

func zeros(s string) bool { return strings.Trim(s, "0") == "" }

func randomHex(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

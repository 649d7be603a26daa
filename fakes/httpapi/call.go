package httpapi

import (
	"net/http"
	"strings"

	"github.com/failwell/failwell/harness/fault"
)

// callOf says what a request asks for.
func callOf(r *http.Request, conn int64) fault.Call {
	return fault.Call{Op: r.Method, Text: target(r), Trace: traceID(r.Header.Get("Traceparent")), Conn: conn}
}

// target is the request target in origin form (RFC 9112, section 3.2.1), as it was sent.
func target(r *http.Request) string {
	if strings.HasPrefix(r.RequestURI, "/") || r.RequestURI == "*" {
		return r.RequestURI
	}
	return r.URL.RequestURI()
}

// traceID is the trace-id of a valid traceparent field, else "" (W3C Trace Context, section 3.2).
func traceID(field string) string {
	part := strings.Split(field, "-")
	if len(part) < 4 || part[0] == "00" && len(part) > 4 || part[0] == "ff" {
		return ""
	}
	for i, size := range []int{2, 32, 16, 2} {
		if len(part[i]) != size || strings.Trim(part[i], "0123456789abcdef") != "" {
			return ""
		}
	}
	if strings.Trim(part[1], "0") == "" || strings.Trim(part[2], "0") == "" {
		return ""
	}
	return part[1]
}

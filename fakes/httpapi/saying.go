package httpapi

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// sayable tells whether a saying can be said: with bytes of its own, or a final status. None is 200.
func sayable(s fault.Saying) bool {
	if s.Raw != "" || s.Status == "" {
		return true
	}
	code, err := strconv.Atoi(s.Status)
	return err == nil && code >= 200 && code <= 999
}

// say answers in place of the backend. A system that leaves in the middle, say of a body that is too big, got it all the same.
func (v *visit) say(s fault.Saying) (fault.Done, string) {
	switch {
	case v.left():
		v.end(fault.Close)
		return fault.ClientLeft, clientLeft
	case s.Raw != "":
		return v.raw(s)
	}
	code, err := strconv.Atoi(s.Status)
	if err != nil {
		code = http.StatusOK
	}
	size, body := expand(s.Body)
	h := v.w.Header()
	for name, value := range s.Fields {
		h.Set(name, expandText(value))
	}
	if _, said := h["Content-Type"]; !said {
		h["Content-Type"] = contentType(s.Body)
	}
	_, said := h["Content-Length"]
	if bodyAllowed(code) && !said && h.Get("Transfer-Encoding") == "" {
		h.Set("Content-Length", strconv.FormatInt(size, 10))
	}
	if s.Then == fault.Close {
		h.Set("Connection", "close")
	}
	v.w.WriteHeader(code)
	if v.r.Method != http.MethodHead && bodyAllowed(code) {
		_, _ = io.Copy(v.w, body)
	}
	if s.Then == fault.Reset {
		v.flush()
		return fault.Carried, status(code) + " " + v.end(fault.Reset)
	}
	return fault.Carried, status(code)
}

// bodyAllowed is RFC 9110, section 6.4.1.
func bodyAllowed(code int) bool {
	return code >= 200 && code != http.StatusNoContent && code != http.StatusNotModified
}

// contentType is what a body says about itself; nil: nothing, so that net/http does not guess either.
func contentType(body string) []string {
	if start := strings.TrimLeft(body, " \t\r\n"); start != "" && (start[0] == '{' || start[0] == '[') {
		return []string{"application/json"}
	}
	return nil
}

// raw writes bytes in place of an answer, or of the rest of one, and ends the connection.
func (v *visit) raw(s fault.Saying) (fault.Done, string) {
	conn := v.take()
	if conn == nil {
		return fault.ClientLeft, clientLeft
	}
	stop := context.AfterFunc(v.r.Context(), func() { _ = conn.Close() })
	defer stop()
	defer conn.Close()
	_, bytes := expand(s.Raw)
	if n, err := io.Copy(conn, bytes); err != nil && n == 0 {
		return fault.ClientLeft, clientLeft
	}
	if v.told.said.Status == 0 {
		v.told.said.Status = statusIn(s.Raw)
	}
	if s.Then == fault.Reset {
		_ = fakes.Reset(conn)
	}
	return fault.Carried, "raw " + firstLine(s.Raw)
}

// statusIn is the status code of a text that begins with a status line (RFC 9112, section 4), else 0.
func statusIn(text string) int {
	version, rest, _ := strings.Cut(text, " ")
	if !strings.HasPrefix(version, "HTTP/1.") || len(rest) < 4 || rest[3] != ' ' && rest[3] != '\r' {
		return 0
	}
	code, err := strconv.Atoi(rest[:3])
	if err != nil || code < 200 {
		return 0
	}
	return code
}

// firstLine is the printable part of a text's first line, at most forty characters.
func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	line = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, line)
	return strings.TrimSpace(line[:min(len(line), 40)])
}

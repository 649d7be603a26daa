package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// failure is a bad answer: what the client is told, and the cause, which only
// the log is told.
type failure struct {
	Status     int
	Code       string // stable word for programs
	Detail     string // for the client; a generic sentence when empty
	RetryAfter int    // seconds; at least 1 is sent with 429 and 503
	Outcome    string // "unknown" when a write may have happened all the same
	Errors     []fieldError
	Header     http.Header
	Cause      error
}

// fieldError is one thing wrong with the body, at a JSON Pointer.
type fieldError struct {
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

func (f *failure) Error() string {
	if f.Cause != nil {
		return f.Code + ": " + f.Cause.Error()
	}
	return f.Code + ": " + f.Detail
}

func (f *failure) Unwrap() error { return f.Cause }

// asFailure gives every error an answer; what nobody foresaw is 500.
func asFailure(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	return &failure{Status: http.StatusInternalServerError, Code: "internal", Cause: err}
}

// problem is the body of every failure (RFC 9457). The type stays about:blank,
// so the title is the phrase of the status; code tells the cases apart.
type problem struct {
	Type    string       `json:"type"`
	Title   string       `json:"title"`
	Status  int          `json:"status"`
	Detail  string       `json:"detail"`
	Code    string       `json:"code"`
	TraceID string       `json:"trace_id"`
	Outcome string       `json:"outcome,omitempty"`
	Errors  []fieldError `json:"errors,omitempty"`
}

func detailOf(f *failure) string {
	switch {
	case f.Detail != "":
		return f.Detail
	case f.Status == http.StatusBadGateway:
		return "A service that is needed for this request gave no usable answer."
	case f.Status == http.StatusGatewayTimeout:
		return "A service that is needed for this request did not answer in time."
	case f.Status == http.StatusServiceUnavailable:
		return "The request cannot be served right now. Please try again later."
	}
	return "Something went wrong on our side. Please quote the trace id when you ask for help."
}

// fields sets the header fields that belong to a failure.
func (f *failure) fields(h http.Header) {
	for name, values := range f.Header {
		h[name] = values
	}
	if f.Status == http.StatusServiceUnavailable || f.Status == http.StatusTooManyRequests {
		h.Set("Retry-After", strconv.Itoa(min(max(f.RetryAfter, 1), 3600)))
	}
}

// sendFailure sends the problem with the header fields that belong to it.
func (s *server) sendFailure(w http.ResponseWriter, r *http.Request, f *failure) {
	f.fields(w.Header())
	p := problem{Type: "about:blank", Title: http.StatusText(f.Status), Status: f.Status, Detail: detailOf(f),
		Code: f.Code, TraceID: traceFrom(r.Context()).id, Outcome: f.Outcome, Errors: f.Errors}
	if s.cfg.bugs != nil && s.sendBadly(w, r, f, p) {
		return
	}
	s.send(w, r, f.Status, "application/problem+json", p)
}

// send writes a whole answer at once; net/http leaves the body out for HEAD.
func (s *server) send(w http.ResponseWriter, r *http.Request, status int, mediaType string, body any) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		panic(fmt.Errorf("encode answer: %w", err)) // our own types always encode
	}
	s.write(w, r, status, mediaType, text.Bytes())
}

func (s *server) write(w http.ResponseWriter, r *http.Request, status int, mediaType string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if !s.bug("no-trace-id") || status < 400 {
		h.Set("X-Request-Id", traceFrom(r.Context()).id)
	}
	if h.Get("Content-Length") == "" {
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(status)
	w.Write(body) // an error here means that the client has left
}

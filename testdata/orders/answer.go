package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// late says whether an error came from a time limit.
func late(ctx context.Context, err error) bool {
	var n net.Error
	return ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) || errors.As(err, &n) && n.Timeout()
}

// unreachable is the failure when no answer came.
func unreachable(ctx context.Context, err error, began bool) *failure {
	cause := fmt.Errorf("call payments: %w", err)
	switch {
	case late(ctx, err):
		return &failure{Status: http.StatusGatewayTimeout, Code: "upstream_timeout", Cause: cause}
	case errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE): // our own want, not theirs
		return &failure{Status: http.StatusServiceUnavailable, Code: "no_room", RetryAfter: 1, Cause: cause}
	case began:
		return &failure{Status: http.StatusBadGateway, Code: "upstream_protocol", Cause: cause}
	}
	return &failure{Status: http.StatusBadGateway, Code: "upstream_unreachable", Cause: cause}
}

// refused is the failure for a status that nobody wanted. It is never passed
// on: what payments thinks of our request says nothing about the client's.
func (p *payments) refused(r *http.Response, body []byte) *failure {
	cause := &answerError{fmt.Errorf("payments answered %d", r.StatusCode), body}
	f := &failure{Status: http.StatusBadGateway, Code: "upstream_error", Cause: cause}
	switch r.StatusCode {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		f.Status, f.Code, f.RetryAfter = http.StatusServiceUnavailable, "upstream_unavailable", retryAfter(r.Header, time.Now())
		if r.StatusCode == http.StatusTooManyRequests {
			f.Code = "upstream_rate_limited"
		}
	case http.StatusGatewayTimeout:
		f.Status, f.Code = http.StatusGatewayTimeout, "upstream_timeout"
	case http.StatusUnauthorized, http.StatusForbidden:
		f.Code = "upstream_credential"
	}
	if location := r.Header.Get("Location"); r.StatusCode/100 == 3 {
		f.Code, f.Cause = "upstream_redirect", fmt.Errorf("%w; redirect to %q not followed", cause, location)
	}
	return p.passedOn(r, f)
}

// unusable is the failure for an answer that cannot be used.
func unusable(code string, body []byte, cause error) *failure {
	return &failure{Status: http.StatusBadGateway, Code: code, Cause: &answerError{cause, body}}
}

// answerError keeps what payments said beside what was wrong with it.
type answerError struct {
	err  error
	body []byte
}

func (e *answerError) Error() string { return e.err.Error() + ": " + excerpt(e.body) }
func (e *answerError) Unwrap() error { return e.err }

func excerpt(body []byte) string { return strconv.Quote(string(body[:min(len(body), 500)])) }

func isJSON(h http.Header) bool {
	media, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && (media == "application/json" || strings.HasSuffix(media, "+json")) && h.Get("Content-Encoding") == ""
}

// retryAfter reads both forms of Retry-After, in whole seconds; 0 when there is none.
func retryAfter(h http.Header, now time.Time) int {
	text := h.Get("Retry-After")
	if n, err := strconv.Atoi(text); err == nil {
		return min(max(n, 0), 3600)
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(int(at.Sub(now).Seconds())+1, 0), 3600)
	}
	return 0
}

// read decodes an answer, strictly in what is needed and tolerant of more.
func (a said) read(into any) error {
	if err := json.Unmarshal(a.body, into); err != nil {
		return unusable("upstream_invalid", a.body, fmt.Errorf("decode answer of payments: %w", err))
	}
	return nil
}

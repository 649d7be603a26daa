package httpapi

import (
	"errors"
	"net/http"
	"strings"

	"github.com/failwell/failwell/harness/fault"
)

// told notes what an answer is known by, while it is written.
type told struct {
	http.ResponseWriter
	said fault.Said
}

// WriteHeader notes the status and the media type of a final answer.
func (t *told) WriteHeader(code int) {
	if code >= 200 {
		media, _, _ := strings.Cut(t.Header().Get("Content-Type"), ";")
		t.said.Status, t.said.Media = code, strings.ToLower(strings.TrimSpace(media))
	}
	t.ResponseWriter.WriteHeader(code)
}

// Write notes what is written of the body.
func (t *told) Write(p []byte) (int, error) {
	n, err := t.ResponseWriter.Write(p)
	t.said.Cut = t.said.Cut || err != nil && !errors.Is(err, http.ErrBodyNotAllowed)
	if n > 0 {
		t.said.Size += n
		t.said.Sum = fault.Sum(t.said.Sum, p[:n])
	}
	return n, err
}

// Unwrap lets an http.ResponseController find what the server itself can do.
func (t *told) Unwrap() http.ResponseWriter { return t.ResponseWriter }

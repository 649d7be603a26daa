package main

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"
	"time"
)

// patientBody reads a request body up to a size and a moment.
type patientBody struct {
	limited io.ReadCloser
	control *http.ResponseController
	until   time.Time
}

func (b *patientBody) Read(p []byte) (int, error) { return b.limited.Read(p) }
func (b *patientBody) Close() error               { return b.limited.Close() }

// all reads the whole body. The deadline is lifted again, because net/http
// goes on reading to notice when the client leaves.
func (b *patientBody) all() ([]byte, error) {
	b.control.SetReadDeadline(b.until)
	text, err := io.ReadAll(b)
	if err == nil {
		b.control.SetReadDeadline(time.Time{})
	}
	return text, err
}

// readBody returns a JSON body, or 415, 413, 408 or 400.
func readBody(r *http.Request) ([]byte, error) {
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := strings.ToLower(params["charset"])
	if err != nil || media != "application/json" || (charset != "" && charset != "utf-8") || r.Header.Get("Content-Encoding") != "" {
		return nil, &failure{Status: 415, Code: "media_type", Detail: "Send the body as application/json in UTF-8, without a content coding.",
			Header: http.Header{"Accept": {"application/json"}}}
	}
	tooBig := &failure{Status: 413, Code: "too_big", Detail: fmt.Sprintf("The body may have at most %d bytes.", bodyLimit),
		Header: http.Header{"Connection": {"close"}}}
	if r.ContentLength > bodyLimit {
		return nil, tooBig
	}
	text, err := r.Body.(*patientBody).all()
	var size *http.MaxBytesError
	switch {
	case errors.As(err, &size):
		return nil, tooBig
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, &failure{Status: 408, Code: "too_slow", Detail: "The body did not arrive in time.",
			Header: http.Header{"Connection": {"close"}}, Cause: err}
	case err != nil:
		return nil, &failure{Status: 400, Code: "body_incomplete", Detail: "The body is not complete.", Cause: err}
	}
	return text, nil
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
)

// upstream is an HTTP service that answers JSON. What it says when it fails goes to the log only.
type upstream struct {
	at     *url.URL
	client *http.Client
}

// failure is a call of an upstream that gave nothing that can be used. Callers see its code and no more.
type failure struct {
	code  string
	cause error
}

func (f *failure) Error() string { return publicText[f.code] }

// Extensions gives the code to the error of the answer.
func (f *failure) Extensions() map[string]any { return map[string]any{"code": f.code} }

// Unwrap gives the cause to the log.
func (f *failure) Unwrap() error { return f.cause }

const (
	codeTimeout = "UPSTREAM_TIMEOUT"
	codeDown    = "UPSTREAM_UNAVAILABLE"
	codeInvalid = "UPSTREAM_INVALID"
	codeOurs    = "INTERNAL_SERVER_ERROR"
)

var publicText = map[string]string{
	codeTimeout: "A needed service did not answer in time.",
	codeDown:    "A needed service is not available.",
	codeInvalid: "A needed service gave no usable answer.",
	codeOurs:    "Something went wrong on our side.",
}

// do calls the upstream once, in time, and reads its answer into value.
func (u *upstream) do(ctx context.Context, method, path string, body, value any) error {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	err := u.ask(ctx, method, path, body, value)
	var known *failure
	var slow net.Error
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil || errors.As(err, &slow) && slow.Timeout():
		return &failure{codeTimeout, err}
	case errors.As(err, &known):
		return known
	}
	return &failure{codeDown, err}
}

func (u *upstream) ask(ctx context.Context, method, path string, body, value any) error {
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return &failure{codeOurs, err}
		}
		sent = bytes.NewReader(text)
	}
	q, err := http.NewRequestWithContext(ctx, method, u.at.JoinPath(path).String(), sent)
	if err != nil {
		return &failure{codeOurs, err}
	}
	id := requestID(ctx)
	q.Header.Set("Accept", "application/json")
	q.Header.Set("Traceparent", "00-"+id+"-"+newID(8)+"-01")
	if body != nil {
		q.Header.Set("Content-Type", "application/json")
		q.Header.Set("Idempotency-Key", id) // what is sent again on a connection that had died is one reservation
	}
	a, err := u.client.Do(q)
	if err != nil {
		return err
	}
	defer func() { _ = a.Body.Close() }()
	return read(a, value)
}

// read takes an answer of 2xx that is JSON, not coded, and no longer than it may be.
func read(a *http.Response, value any) error {
	text, err := io.ReadAll(io.LimitReader(a.Body, bodyLimit+1))
	if err != nil {
		return err
	}
	media, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	switch {
	case a.StatusCode == http.StatusGatewayTimeout:
		return &failure{codeTimeout, fmt.Errorf("status %d", a.StatusCode)}
	case a.StatusCode/100 != 2:
		return &failure{codeDown, fmt.Errorf("status %d: %.200q", a.StatusCode, text)}
	case len(text) > bodyLimit, media != "application/json", a.Header.Get("Content-Encoding") != "":
		return &failure{codeInvalid, fmt.Errorf("%d bytes of %q, coded %q", len(text), media, a.Header.Get("Content-Encoding"))}
	}
	if err := json.Unmarshal(text, value); err != nil {
		return &failure{codeInvalid, err}
	}
	return nil
}

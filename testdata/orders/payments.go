package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

const (
	paymentsLimit    = 600 * time.Millisecond // for one use of payments, attempts and pauses together
	paymentsAttempts = 2
)

// payments is the client of the payments API.
type payments struct {
	base   *url.URL
	client *http.Client
	bugs   bugs
}

func newPayments(cfg config) *payments {
	return &payments{base: cfg.payments, bugs: cfg.bugs, client: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext:            (&net.Dialer{Timeout: 300 * time.Millisecond}).DialContext,
			TLSHandshakeTimeout:    300 * time.Millisecond,
			IdleConnTimeout:        10 * time.Second,
			MaxIdleConnsPerHost:    16,
			MaxConnsPerHost:        256,
			MaxResponseHeaderBytes: 32 << 10,
			DisableCompression:     true,
		},
	}}
}

// ask is one request to payments: safe by its method or by its key, so that it
// may be repeated.
type ask struct {
	method, path, query, key string
	body                     []byte
	want                     int
}

// said is the whole answer of payments, already known to be JSON.
type said struct{ body []byte }

// call asks until there is an answer, twice at most: a second time after the
// connection broke before an answer began, or after a 503 that names no time.
func (p *payments) call(ctx context.Context, a ask) (said, error) {
	if p.bugs.has("no-upstream-timeout") {
		ctx = context.WithoutCancel(ctx)
	} else {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, paymentsLimit)
		defer cancel()
	}
	attempts := paymentsAttempts
	if p.bugs.has("retry-five-times") {
		attempts = 5
	}
	for attempt := 1; ; attempt++ {
		answer, again, err := p.once(ctx, a)
		if err == nil || !again || attempt == attempts || !pause(ctx, attempt) {
			return answer, err
		}
	}
}

// once sends one request and takes the answer apart. The failure it returns
// holds a piece of the answer as its cause, for the log only.
func (p *payments) once(ctx context.Context, a ask) (answer said, again bool, err error) {
	var began atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotFirstResponseByte: func() { began.Store(true) }})
	response, err := p.client.Do(p.request(ctx, a))
	if err != nil {
		f := unreachable(ctx, err, began.Load())
		return said{}, f.Code == "upstream_unreachable", f
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, bodyLimit+1))
	switch {
	case response.StatusCode != a.want:
		f := p.refused(response, body)
		return said{}, f.Code == "upstream_unavailable" && f.RetryAfter == 0, f
	case err != nil && late(ctx, err):
		return said{}, false, &failure{Status: http.StatusGatewayTimeout, Code: "upstream_timeout", Cause: fmt.Errorf("read answer of payments: %w", err)}
	case err != nil:
		return said{}, false, unusable("upstream_incomplete", body, fmt.Errorf("read answer of payments: %w", err))
	case len(body) > bodyLimit:
		return said{}, false, unusable("upstream_too_big", body, fmt.Errorf("payments answered more than %d bytes", bodyLimit))
	case !isJSON(response.Header):
		return said{}, false, unusable("upstream_invalid", body, fmt.Errorf("payments answered as %q", response.Header.Get("Content-Type")))
	}
	return said{body}, false, nil
}

// request builds a request whose body cannot be rewound. That keeps net/http
// from sending it a second time by itself on a broken connection: attempts are
// counted here and nowhere else.
func (p *payments) request(ctx context.Context, a ask) *http.Request {
	h := http.Header{"Accept": {"application/json"}}
	if a.body != nil {
		h.Set("Content-Type", "application/json")
	}
	if a.key != "" && !p.bugs.has("charge-without-key") {
		h.Set("Idempotency-Key", a.key)
	}
	traceFrom(ctx).forward(h)
	target := p.base.JoinPath(a.path)
	target.RawQuery = a.query
	r := &http.Request{Method: a.method, URL: target, Host: target.Host, Header: h, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(strings.NewReader(string(a.body))), ContentLength: int64(len(a.body))}
	return r.WithContext(ctx)
}

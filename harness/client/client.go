// Package client sends one request as bytes, as Go's client would or slowly, each on a connection of its own and never
// twice, and says what came of it: whatever the system does is an exchange, never an error.
package client

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/failwell/failwell/harness/capture"
	"github.com/failwell/failwell/harness/exchange"
)

// Client sends requests of one lab. Send and Sent are safe for concurrent use.
type Client struct {
	limit time.Duration
	start time.Time // of the lab: exchanges say when they began by it
	http  *http.Transport
	made  sync.Map // trace ids of all that was sent

	reader atomic.Pointer[capture.Capture]
	traced string // a header field that has the trace id, beside traceparent; empty: none
}

// New makes a client that waits for an answer no longer than limit. The times of its exchanges count from start.
func New(limit time.Duration, start time.Time) *Client {
	c := &Client{limit: limit, start: start, http: &http.Transport{
		DisableKeepAlives: true, DisableCompression: true, Proxy: nil, MaxResponseHeaderBytes: 4 << 20,
		DialContext: (&net.Dialer{Timeout: limit}).DialContext,
	}}
	c.ReadWith(capture.Capture{})
	return c
}

// ReadWith says how bodies are read, and what they are looked through for, from now on.
func (c *Client) ReadWith(how capture.Capture) { c.reader.Store(&how) }

// TraceIn sends the trace id in a header field as well, where a request does not say another; before the first is sent.
func (c *Client) TraceIn(field string) { c.traced = field }

// Sent tells whether a trace is that of a request which this client has sent.
func (c *Client) Sent(trace string) bool {
	_, ok := c.made.Load(trace)
	return ok
}

// Send sends a request to a base URL and keeps what came. Whatever the system does is data.
func (c *Client) Send(ctx context.Context, base string, r exchange.Request, phase exchange.Phase) exchange.Exchange {
	e := exchange.Exchange{Phase: phase, Request: r, Trace: newTrace(), At: time.Since(c.start)}
	if u, err := url.Parse(base); err == nil {
		e.Origin = u.Host
	}
	c.made.Store(e.Trace, nil)
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	var own time.Duration
	var err error
	if r.Raw != "" || r.Pace > 0 || large(r) {
		e.Response, own, err = c.raw(ctx, base, &e)
	} else {
		e.Response, own, err = c.plain(ctx, base, &e)
	}
	e.Took = time.Since(began) - own
	if err != nil {
		e.Failure, e.Detail = failure(ctx, err), Words(err)
	}
	return e
}

// large tells whether a server may well answer before it has read all of a request: the answer must then be read while the
// request is still being written, or the reset that follows takes it away.
func large(r exchange.Request) bool {
	size := len(r.Body) + len(r.Target)
	for _, f := range r.Header {
		size += len(f.Value)
	}
	return size > 32<<10
}

func (c *Client) plain(ctx context.Context, base string, e *exchange.Exchange) (*exchange.Response, time.Duration, error) {
	var body io.Reader
	if e.Request.Body != "" {
		body = io.MultiReader(strings.NewReader(e.Request.Body)) // cannot be rewound, so net/http never sends it again
	}
	req, err := http.NewRequestWithContext(ctx, e.Request.Method, base+e.Request.Target, body)
	if err != nil {
		return nil, 0, &notSent{err}
	}
	if u, err := url.Parse(base); err == nil {
		req.URL = &url.URL{Scheme: u.Scheme, Host: u.Host, Opaque: e.Request.Target} // the target is sent as it is written
	}
	req.ContentLength = int64(len(e.Request.Body))
	for _, f := range e.Request.Header {
		req.Header.Add(f.Name, f.Value)
	}
	if host := e.Request.Header.Get("Host"); host != "" {
		req.Host = host
	}
	if req.Header.Get("Traceparent") == "" {
		req.Header.Set("Traceparent", "00-"+e.Trace+"-"+e.Trace[:16]+"-01")
	}
	if c.traced != "" && req.Header.Get(c.traced) == "" {
		req.Header.Set(c.traced, e.Trace)
	}
	at := &stage{}
	resp, err := c.http.RoundTrip(req.WithContext(httptrace.WithClientTrace(ctx, at.trace())))
	if err != nil {
		if at.answered.Load() {
			err = begun{err}
		}
		return nil, 0, fmt.Errorf("%w (%s)", err, at)
	}
	defer func() { _ = resp.Body.Close() }()
	kept, own := c.keep(resp)
	return kept, own, nil
}

// stage is how far a request has come; it tells a server that does not accept from one that does not answer.
type stage struct{ connected, written, answered atomic.Bool }

func (s *stage) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		ConnectDone:          func(_, _ string, err error) { s.connected.Store(err == nil) },
		WroteRequest:         func(i httptrace.WroteRequestInfo) { s.written.Store(i.Err == nil) },
		GotFirstResponseByte: func() { s.answered.Store(true) },
	}
}

// String says the stage in words.
func (s *stage) String() string {
	switch {
	case s.answered.Load():
		return "the answer had begun"
	case s.written.Load():
		return "connected, the request was sent"
	case s.connected.Load():
		return "connected, the request was not sent whole"
	}
	return "not connected"
}

// notSent marks a request that could not be written at all.
type notSent struct{ error }

// keep reads a response to its end and makes plain data of it. own is what failwell itself took to look through it.
func (c *Client) keep(resp *http.Response) (r *exchange.Response, own time.Duration) {
	r = &exchange.Response{Status: resp.StatusCode, Proto: resp.Proto, Header: fields(resp.Header)}
	_, r.Reason, _ = strings.Cut(resp.Status, " ")
	own, err := c.reader.Load().Read(r, resp.Body)
	if err != nil {
		r.BodyErr = Words(err)
	}
	r.Trailer = fields(resp.Trailer)
	return r, own
}

func fields(h http.Header) exchange.Header {
	var out exchange.Header
	for name, values := range h {
		for _, v := range values {
			out = append(out, exchange.Field{Name: name, Value: v})
		}
	}
	slices.SortStableFunc(out, func(a, b exchange.Field) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// newTrace is a W3C trace id.
func newTrace() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return fmt.Sprintf("%x", b[:])
}

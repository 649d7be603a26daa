package harness

import (
	"bufio"
	"context"
	"errors"
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
	"syscall"
	"time"

	"github.com/failwell/failwell/harness/capture"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/leak"
	"github.com/failwell/failwell/harness/redact"
)

// sender sends requests, each on a connection of its own and never twice.
type sender struct {
	limit time.Duration
	start time.Time // of the lab
	http  *http.Transport
	made  sync.Map // trace ids of all that was sent

	redact *redact.Redactor
	handed atomic.Pointer[[]leak.Canary] // the canaries of the case at hand
}

// sent tells whether a trace is one of this sender's requests.
func (s *sender) sent(trace string) bool {
	_, ok := s.made.Load(trace)
	return ok
}

func newSender(limit time.Duration, start time.Time, secrets *redact.Redactor) *sender {
	return &sender{limit: limit, start: start, redact: secrets, http: &http.Transport{
		DisableKeepAlives: true, DisableCompression: true, Proxy: nil, MaxResponseHeaderBytes: 4 << 20,
		DialContext: (&net.Dialer{Timeout: limit}).DialContext,
	}}
}

// send sends a request to a base URL and keeps what came. Whatever the system does is data.
func (s *sender) send(ctx context.Context, base string, r exchange.Request, phase exchange.Phase) exchange.Exchange {
	e := exchange.Exchange{Phase: phase, Request: r, Trace: traceID(), At: time.Since(s.start)}
	s.made.Store(e.Trace, nil)
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, s.limit)
	defer cancel()
	var own time.Duration
	var err error
	if r.Raw != "" || r.Pace > 0 || large(r) {
		e.Response, own, err = s.raw(ctx, base, &e)
	} else {
		e.Response, own, err = s.plain(ctx, base, &e)
	}
	e.Took = time.Since(began) - own
	if err != nil {
		e.Failure, e.Detail = failure(ctx, err), words(err)
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

func (s *sender) plain(ctx context.Context, base string, e *exchange.Exchange) (*exchange.Response, time.Duration, error) {
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
	at := &stage{}
	resp, err := s.http.RoundTrip(req.WithContext(httptrace.WithClientTrace(ctx, at.trace())))
	if err != nil {
		return nil, 0, fmt.Errorf("%w (%s)", err, at)
	}
	defer func() { _ = resp.Body.Close() }()
	kept, own := s.keep(resp)
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

// raw writes a request by itself: the bytes of Raw, or the request at a pace.
func (s *sender) raw(ctx context.Context, base string, e *exchange.Exchange) (*exchange.Response, time.Duration, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, 0, &notSent{err}
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now()) })
	defer stop()
	wrote := make(chan error, 1)
	go func() { wrote <- write(ctx, conn, rawBytes(u.Host, e), e.Request.Pace) }()
	req := &http.Request{Method: e.Request.Method}
	resp, err := http.ReadResponse(bufio.NewReader(conn), req)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	kept, own := s.keep(resp)
	_ = conn.Close()
	<-wrote
	return kept, own, nil
}

func rawBytes(host string, e *exchange.Exchange) string {
	r := e.Request
	if r.Raw == "" {
		var b strings.Builder
		fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", r.Method, r.Target)
		for _, f := range r.Header {
			fmt.Fprintf(&b, "%s: %s\r\n", f.Name, f.Value)
		}
		fmt.Fprintf(&b, "Content-Length: %d\r\nConnection: close\r\n\r\n%s", len(r.Body), r.Body)
		r.Raw = b.String()
	}
	line, rest, _ := strings.Cut(r.Raw, "\r\n")
	return line + "\r\nHost: " + host + "\r\nTraceparent: 00-" + e.Trace + "-" + e.Trace[:16] + "-01\r\n" + rest
}

func write(ctx context.Context, w io.Writer, text string, pace int) error {
	if pace <= 0 {
		_, err := io.WriteString(w, text)
		return err
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for piece := range slices.Chunk([]byte(text), pace) {
		if _, err := w.Write(piece); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}

// keep reads a response to its end and makes plain data of it. own is what failwell itself took to look through it.
func (s *sender) keep(resp *http.Response) (r *exchange.Response, own time.Duration) {
	r = &exchange.Response{Status: resp.StatusCode, Proto: resp.Proto, Header: fields(resp.Header)}
	_, r.Reason, _ = strings.Cut(resp.Status, " ")
	own, err := s.capture().Read(r, resp.Body)
	if err != nil {
		r.BodyErr = words(err)
	}
	r.Trailer = fields(resp.Trailer)
	return r, own
}

// capture is what bodies are looked through for at the moment.
func (s *sender) capture() capture.Capture {
	c := capture.Capture{Detector: check.Detector, Redact: s.redact}
	if handed := s.handed.Load(); handed != nil {
		c.Canaries = *handed
	}
	return c
}

// look says which canaries were handed out for the case at hand.
func (s *sender) look(canaries []leak.Canary) { s.handed.Store(&canaries) }

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

// failure sorts an error of the client into what the system did.
func failure(ctx context.Context, err error) exchange.Failure {
	var unsent *notSent
	var timeout net.Error
	switch {
	case errors.As(err, &unsent):
		return exchange.NotSent
	case errors.Is(ctx.Err(), context.Canceled):
		return exchange.NotAnswered
	case ctx.Err() != nil, errors.As(err, &timeout) && timeout.Timeout():
		return exchange.NoAnswer
	case errors.Is(err, syscall.ECONNREFUSED):
		return exchange.Refused
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed):
		return exchange.Disconnect
	case strings.Contains(err.Error(), "malformed"):
		return exchange.Malformed
	}
	return exchange.Disconnect
}

// words is the text of an error without addresses of this machine, so that equal failures read equal.
func words(err error) string {
	var op *net.OpError
	if !errors.As(err, &op) || op.Err == nil {
		return err.Error()
	}
	_, where, ok := strings.Cut(err.Error(), op.Error())
	if !ok {
		where = ""
	}
	return op.Op + ": " + op.Err.Error() + where
}

package client

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/exchange"
)

// raw writes a request by itself: the bytes of Raw, or the request at a pace.
func (c *Client) raw(ctx context.Context, base string, e *exchange.Exchange) (*exchange.Response, time.Duration, error) {
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
	go func() { wrote <- write(ctx, conn, c.rawBytes(u.Host, e), e.Request.Pace) }()
	resp, err := final(bufio.NewReader(conn), &http.Request{Method: e.Request.Method})
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	kept, own := c.keep(resp)
	_ = conn.Close()
	<-wrote
	return kept, own, nil
}

// final reads past interim answers (RFC 9110, 15.2) to the final one; 101 is final, since what follows it is no HTTP.
func final(r *bufio.Reader, req *http.Request) (*http.Response, error) {
	for {
		if _, err := r.Peek(1); err != nil {
			return nil, err
		}
		resp, err := http.ReadResponse(r, req)
		if err != nil {
			return nil, begun{err}
		}
		if resp.StatusCode/100 != 1 || resp.StatusCode == http.StatusSwitchingProtocols {
			return resp, nil
		}
	}
}

func (c *Client) rawBytes(host string, e *exchange.Exchange) string {
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
	more := "\r\nHost: " + host + "\r\nTraceparent: 00-" + e.Trace + "-" + e.Trace[:16] + "-01\r\n"
	if c.traced != "" {
		more += c.traced + ": " + e.Trace + "\r\n"
	}
	return line + more + rest
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

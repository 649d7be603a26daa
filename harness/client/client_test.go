package client_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/client"
	"github.com/failwell/failwell/harness/exchange"
)

// serve is a server that does this with each connection, after the head of a request was read; head is what it was sent.
func serve(t *testing.T, do func(c *net.TCPConn, head string)) (base string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = c.Close() }()
				var head strings.Builder
				for r := bufio.NewReader(c); !strings.HasSuffix(head.String(), "\r\n\r\n"); {
					line, err := r.ReadString('\n')
					if head.WriteString(line); err != nil {
						break
					}
				}
				do(c.(*net.TCPConn), head.String())
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

// says answers with these bytes and ends the connection in an orderly way.
func says(text string) func(*net.TCPConn, string) {
	return func(c *net.TCPConn, _ string) { _, _ = io.WriteString(c, text) }
}

func send(t *testing.T, base string, r exchange.Request) exchange.Exchange {
	t.Helper()
	return client.New(10*time.Second, time.Now()).Send(t.Context(), base, r, exchange.Calm)
}

var get = exchange.Request{Name: "get", Method: "GET", Target: "/"}

// nobody is the address of a port at which nobody listens.
func nobody(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return "http://" + l.Addr().String()
}

// Whatever the system does is an exchange that says what it did, whether Go's client sends or the bytes are written as they are.
func TestFailures(t *testing.T) {
	raw := get
	raw.Raw = "GET / HTTP/1.1\r\n\r\n"
	reset := func(c *net.TCPConn, _ string) { _ = c.SetLinger(0) }
	for _, tc := range []struct {
		name string
		base string
		is   exchange.Failure
		says string
	}{
		{"refused", nobody(t), exchange.Refused, "connection refused"},
		{"closed", serve(t, says("")), exchange.Disconnect, "EOF"},
		{"reset", serve(t, reset), exchange.Disconnect, ""},
		{"closed in the head", serve(t, says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n")), exchange.Disconnect, "EOF"},
		{"malformed", serve(t, says("SSH-2.0-OpenSSH\r\n\r\n")), exchange.Malformed, "malformed"},
		{"malformed status", serve(t, says("HTTP/1.1 OK\r\n\r\n")), exchange.Malformed, "malformed"},
	} {
		for how, r := range map[string]exchange.Request{"plain": get, "raw": raw} {
			e := send(t, tc.base, r)
			if e.Failure != tc.is || e.Response != nil || !strings.Contains(e.Detail, tc.says) || strings.Contains(e.Detail, "127.0.0.1") {
				t.Errorf("%s, %s: %q %q", tc.name, how, e.Failure, e.Detail)
			}
			if e.Trace == "" || e.Phase != exchange.Calm || e.Request.Name != "get" {
				t.Errorf("%s, %s: %+v", tc.name, how, e)
			}
		}
	}
}

// A request that cannot be written at all is not sent.
func TestNotSent(t *testing.T) {
	for name, r := range map[string]exchange.Request{
		"method": {Method: "GE T", Target: "/"},
		"raw":    {Raw: "GET / HTTP/1.1\r\n\r\n"},
	} {
		base := "http://127.0.0.1:1"
		if r.Raw != "" {
			base = "http://[::1"
		}
		if e := send(t, base, r); e.Failure != exchange.NotSent || e.Detail == "" {
			t.Errorf("%s: %q %q", name, e.Failure, e.Detail)
		}
	}
}

// An answer that does not come is waited for until the limit, and the words say how far the request got. A body that stalls
// is an answer that broke off.
func TestLimit(t *testing.T) {
	held := make(chan struct{})
	t.Cleanup(func() { close(held) })
	silent := serve(t, func(*net.TCPConn, string) { <-held })
	stalls := serve(t, func(c *net.TCPConn, _ string) {
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
		<-held
	})
	const limit = 300 * time.Millisecond
	raw := get
	raw.Raw = "GET / HTTP/1.1\r\n\r\n"
	for how, r := range map[string]exchange.Request{"plain": get, "raw": raw} {
		e := client.New(limit, time.Now()).Send(t.Context(), silent, r, exchange.Calm)
		if e.Failure != exchange.NoAnswer || e.Took < limit || e.Took > 20*limit {
			t.Errorf("%s: %q after %s", how, e.Failure, e.Took)
		}
		if r.Raw == "" && !strings.Contains(e.Detail, "connected, the request was sent") {
			t.Errorf("%q", e.Detail)
		}
		e = client.New(limit, time.Now()).Send(t.Context(), stalls, r, exchange.Calm)
		if e.Failure != "" || e.Status() != 200 || e.Response.BodyErr == "" || e.Response.Body != "half" || e.OK() {
			t.Errorf("%s: %q, %+v", how, e.Failure, e.Response)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if e := client.New(limit, time.Now()).Send(ctx, silent, get, exchange.Calm); e.Failure != exchange.NotAnswered {
		t.Errorf("stopped: %q", e.Failure)
	}
}

// What came is kept as it was sent: head, body, trailer; interim answers are passed over.
func TestAnswers(t *testing.T) {
	big := strings.Repeat("x", 1<<20)
	for _, tc := range []struct {
		name, text string
		want       func(r exchange.Response) bool
	}{
		{"trailer", "HTTP/1.1 200 Fine\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n4\r\nbody\r\n0\r\nX-Sum: 7\r\n\r\n", func(r exchange.Response) bool {
			return r.Status == 200 && r.Reason == "Fine" && r.Proto == "HTTP/1.1" && r.Body == "body" && r.Trailer.Get("x-sum") == "7" && r.BodyErr == ""
		}},
		{"interim", "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", func(r exchange.Response) bool { return r.Status == 201 }},
		{"huge header", "HTTP/1.1 200 OK\r\nX-Big: " + big + "\r\nContent-Length: 0\r\n\r\n", func(r exchange.Response) bool { return len(r.Header.Get("X-Big")) == 1<<20 }},
		{"same name twice", "HTTP/1.1 200 OK\r\nB: 1\r\nA: 2\r\nA: 3\r\nContent-Length: 0\r\n\r\n", func(r exchange.Response) bool {
			return fmt.Sprint(r.Header[:2]) == "[{A 2} {A 3}]" && r.Header.Has("b")
		}},
		{"cut body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", func(r exchange.Response) bool { return r.Body == "half" && strings.Contains(r.BodyErr, "EOF") }},
		{"bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", func(r exchange.Response) bool { return strings.Contains(r.BodyErr, "chunk") }},
		{"until the end", "HTTP/1.0 404 Not Found\r\n\r\nnothing", func(r exchange.Response) bool { return r.Status == 404 && r.Body == "nothing" && r.BodyErr == "" }},
	} {
		base := serve(t, says(tc.text))
		if e := send(t, base, get); e.Response == nil || !tc.want(*e.Response) {
			t.Errorf("%s: %q %q", tc.name, e.Failure, e.Detail)
		}
		r := get
		r.Raw = "GET / HTTP/1.1\r\n\r\n"
		if e := send(t, base, r); e.Response == nil || !tc.want(*e.Response) {
			t.Errorf("%s, raw: %q %q", tc.name, e.Failure, e.Detail)
		}
	}
	if e := send(t, serve(t, says("HTTP/1.1 200 OK\r\nX-Big: "+strings.Repeat(big, 5)+"\r\n\r\n")), get); e.Response != nil || e.Failure == exchange.NoFailure {
		t.Errorf("a header without end: %q", e.Failure)
	}
}

// A request goes out as it is written, with a trace of its own that the client remembers, and never twice.
func TestWhatIsSent(t *testing.T) {
	heads := make(chan string, 9)
	base := serve(t, func(c *net.TCPConn, head string) { heads <- head })
	c := client.New(10*time.Second, time.Now())
	r := exchange.Request{Method: "PUT", Target: "/a//b/../c?x=%zz", Header: exchange.Header{{Name: "Host", Value: "shop.example"}, {Name: "X-A", Value: "1"}}, Body: "text"}
	e := c.Send(t.Context(), base, r, exchange.Faulty)
	head := <-heads
	for _, want := range []string{"PUT /a//b/../c?x=%zz HTTP/1.1\r\n", "Host: shop.example\r\n", "X-A: 1\r\n", "Content-Length: 4\r\n", "Traceparent: 00-" + e.Trace + "-", "Connection: close\r\n"} {
		if !strings.Contains(head, want) {
			t.Errorf("%q is not in %q", want, head)
		}
	}
	if !c.Sent(e.Trace) || c.Sent("another") {
		t.Error("the client does not know what it has sent")
	}
	own := exchange.Request{Method: "GET", Target: "/", Header: exchange.Header{{Name: "Traceparent", Value: "00-own-1-01"}}}
	c.Send(t.Context(), base, own, exchange.Faulty)
	if head := <-heads; strings.Count(strings.ToLower(head), "traceparent") != 1 || !strings.Contains(head, "00-own-1-01") {
		t.Errorf("%q", head)
	}
	raw := exchange.Request{Raw: "BREW /pot HTCPCP/1.0\r\nX: y\r\n\r\n"}
	e = c.Send(t.Context(), base, raw, exchange.Faulty)
	if head := <-heads; !strings.HasPrefix(head, "BREW /pot HTCPCP/1.0\r\nHost: 127.0.0.1:") || !strings.Contains(head, "Traceparent: 00-"+e.Trace) || !strings.HasSuffix(head, "X: y\r\n\r\n") {
		t.Errorf("%q", head)
	}
	c.TraceIn("X-Request-Id")
	for _, r := range []exchange.Request{{Method: "GET", Target: "/"}, raw} {
		e = c.Send(t.Context(), base, r, exchange.Faulty)
		if head := <-heads; !strings.Contains(head, "X-Request-Id: "+e.Trace+"\r\n") {
			t.Errorf("the id is not in %q", head)
		}
	}
	select {
	case head := <-heads:
		t.Errorf("one was sent twice: %q", head)
	default:
	}
}

// A paced request is written so many bytes each 100 ms; the answer is read meanwhile, also one that comes early, and so is that
// to a large request, of which a server need not read all.
func TestPace(t *testing.T) {
	base := serve(t, says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
	r := exchange.Request{Method: "POST", Target: "/", Header: exchange.Header{{Name: "X", Value: "y"}}, Body: "text", Pace: 64}
	e := send(t, base, r)
	if e.Status() != 200 || e.Took < 100*time.Millisecond {
		t.Errorf("%d after %s, %s", e.Status(), e.Took, e.Detail)
	}
	early := serve(t, says("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"))
	r = exchange.Request{Method: "POST", Target: "/", Body: strings.Repeat("x", 64<<10)}
	if e := send(t, early, r); e.Status() != http.StatusRequestEntityTooLarge {
		t.Errorf("%d, %q %q", e.Status(), e.Failure, e.Detail)
	}
	r.Pace = 10
	if e := send(t, early, r); e.Status() != http.StatusRequestEntityTooLarge || e.Took > 5*time.Second {
		t.Errorf("%d after %s, %q", e.Status(), e.Took, e.Failure)
	}
}

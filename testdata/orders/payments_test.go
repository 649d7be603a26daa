package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func serveFunc(t *testing.T, f http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(f)
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return s.URL
}

func hang(w http.ResponseWriter, r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-time.After(3 * time.Second):
	}
}

func raw(w http.ResponseWriter, text string) {
	c, _, _ := w.(http.Hijacker).Hijack()
	fmt.Fprint(c, text)
	c.Close()
}

func jsonText(status int, text string, fields ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i+1 < len(fields); i += 2 {
			w.Header().Set(fields[i], fields[i+1])
		}
		w.WriteHeader(status)
		fmt.Fprint(w, text)
	}
}

func TestPayments(t *testing.T) {
	const good = `{"currency":"EUR","rates":{"USD":1.08}}`
	for name, c := range map[string]struct {
		upstream http.HandlerFunc
		status   int
		code     string
		calls    int32
	}{
		"hangs":             {hang, 504, "upstream_timeout", 1},
		"slow within limit": {func(w http.ResponseWriter, r *http.Request) { <-time.After(450 * time.Millisecond); goodPayments(w, r) }, 200, "", 1},
		"401":               {jsonText(401, `{}`), 502, "upstream_credential", 1},
		"403":               {jsonText(403, `{}`), 502, "upstream_credential", 1},
		"404":               {jsonText(404, `{}`), 502, "upstream_error", 1},
		"400":               {jsonText(400, `{}`), 502, "upstream_error", 1},
		"500":               {jsonText(500, `{"secret":"x"}`), 502, "upstream_error", 1},
		"502":               {jsonText(502, ``), 502, "upstream_error", 1},
		"503":               {jsonText(503, `{}`), 503, "upstream_unavailable", 2},
		"503 with a time":   {jsonText(503, `{}`, "Retry-After", "7"), 503, "upstream_unavailable", 1},
		"429":               {jsonText(429, `{}`), 503, "upstream_rate_limited", 1},
		"504":               {jsonText(504, `{}`), 504, "upstream_timeout", 1},
		"204":               {jsonText(204, ``), 502, "upstream_error", 1},
		"redirect":          {jsonText(302, good, "Location", "/rates2"), 502, "upstream_redirect", 1},
		"html": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<html>")
		}, 502, "upstream_invalid", 1},
		"bad json":        {jsonText(200, `{"currency":`), 502, "upstream_invalid", 1},
		"more after json": {jsonText(200, good+good), 502, "upstream_invalid", 1},
		"wrong type":      {jsonText(200, `{"currency":1,"rates":[]}`), 502, "upstream_invalid", 1},
		"null member":     {jsonText(200, `{"currency":"EUR","rates":{"USD":null}}`), 502, "upstream_invalid", 1},
		"null":            {jsonText(200, `null`), 502, "upstream_invalid", 1},
		"empty":           {jsonText(200, ``), 502, "upstream_invalid", 1},
		"too large":       {jsonText(200, strings.Repeat(" ", bodyLimit+1)), 502, "upstream_too_big", 1},
		"truncated": {func(w http.ResponseWriter, r *http.Request) {
			raw(w, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{\"cur")
		}, 502, "upstream_incomplete", 1},
		"closes":   {func(w http.ResponseWriter, r *http.Request) { raw(w, "") }, 502, "upstream_unreachable", 2},
		"not http": {func(w http.ResponseWriter, r *http.Request) { raw(w, "SSH-2.0-x\r\n\r\n") }, 502, "upstream_protocol", 1},
		"drips": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for _, b := range good {
				fmt.Fprintf(w, "%c", b)
				w.(http.Flusher).Flush()
				<-time.After(50 * time.Millisecond)
			}
		}, 504, "upstream_timeout", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int32
			upstream := serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
				if calls.Add(1); r.Header.Get("Traceparent") == "" || r.URL.Path != "/rates" {
					t.Errorf("asked %s without a trace", r.URL)
				}
				c.upstream(w, r)
			})
			l := newLab(t, dsn("127.0.0.1:9"), upstream)
			a := l.get("/rates")
			if c.status == 200 {
				l.worked(a, 200)
			} else {
				l.failed(a, c.status, c.code)
			}
			if calls.Load() != c.calls {
				t.Errorf("called %d times, want %d", calls.Load(), c.calls)
			}
			if name == "503 with a time" && a.header.Get("Retry-After") != "7" {
				t.Errorf("Retry-After is %s", a.header.Get("Retry-After"))
			}
		})
	}
}

// A reused connection that dies must not be retried by net/http on top of our own attempts.
func TestPaymentsResetOnReusedConnection(t *testing.T) {
	var calls atomic.Int32
	upstream := serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) == 1 {
			goodPayments(w, r)
			return
		}
		raw(w, "")
	})
	l := newLab(t, dsn("127.0.0.1:9"), upstream)
	l.worked(l.get("/rates"), 200)
	l.failed(l.get("/rates"), 502, "upstream_unreachable")
	if calls.Load() != 3 {
		t.Errorf("%d calls, want 1 and then 2", calls.Load())
	}
}

func TestPaymentsRefused(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	listener.Close()
	l := newLab(t, dsn("127.0.0.1:9"), "http://"+listener.Addr().String())
	l.failed(l.get("/rates"), 502, "upstream_unreachable")
	l.worked(l.get("/version"), 200)
}

// Payments that hang hold no connection of the database, and the same key finishes the order.
func TestCreateWhilePaymentsHang(t *testing.T) {
	pg := startPostgres(t)
	var healed atomic.Bool
	upstream := serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
		if healed.Load() {
			goodPayments(w, r)
			return
		}
		hang(w, r)
	})
	l := newLab(t, dsn("127.0.0.1:"+pg.port), upstream)
	done := make(chan answer)
	for i := range 12 {
		go func() { done <- l.create(fmt.Sprintf("hang-%d", i)) }()
	}
	for range 5 {
		if a := l.get("/orders"); a.status != 200 || a.took > 250*time.Millisecond {
			t.Errorf("orders answered %d after %v", a.status, a.took)
		}
	}
	for range 12 {
		a := <-done
		l.failed(a, 504, "upstream_timeout")
		if a.body["outcome"] != "unknown" {
			t.Error("a timeout of a charge has no known outcome")
		}
	}
	healed.Store(true)
	l.worked(l.create("hang-0"), 201)
	if n := strings.TrimSpace(pg.query("select count(*) from orders where idem_key = 'hang-0' and status = 'paid'")); n != "1" {
		t.Errorf("%s paid orders instead of 1", n)
	}
}

package httpapi

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// roundTrip is one request on its way to the backend, and the answer on its way back.
type roundTrip struct {
	backendConns *backendConns
	backendConn  *backendConn
	visit        *visit
	gone         func() bool // stops watching for the system's leaving
	sent         chan error
	meanwhile    bool        // the request is sent while the answer is read
	uploaded     atomic.Bool // the request's body was read to its end

	body     io.Reader
	whole    bool // the answer was read to its end
	reusable bool
	once     sync.Once
}

// small is the length of a request's body that is sent before the answer is read. Longer ones are sent meanwhile, for a
// backend that answers first.
const small = 32 << 10

func (t *roundTrip) send(out *http.Request) {
	write := func() error {
		err := out.Write(t.backendConn.w)
		return errors.Join(err, t.backendConn.w.Flush())
	}
	if out.ContentLength >= 0 && out.ContentLength <= small {
		t.sent <- write()
		return
	}
	t.meanwhile = true
	_ = http.NewResponseController(t.visit.w).EnableFullDuplex()
	go func() { t.sent <- write() }()
}

// Read reads the answer's body.
func (t *roundTrip) Read(p []byte) (int, error) {
	n, err := t.body.Read(p)
	if err == io.EOF {
		t.whole = true
	}
	return n, err
}

// close gives the connection back, if all of the request and all of the answer went over it, and ends it otherwise.
func (t *roundTrip) close() { t.once.Do(t.finish) }

func (t *roundTrip) finish() {
	keep := t.gone() && t.whole && t.reusable
	select {
	case err := <-t.sent:
		keep = keep && err == nil
	default:
		keep = false
		_ = t.backendConn.Close()
		if !t.uploaded.Load() {
			_ = http.NewResponseController(t.visit.w).SetReadDeadline(time.Unix(1, 0))
		}
		<-t.sent
	}
	if keep {
		t.backendConns.put(t.backendConn)
		return
	}
	_ = t.backendConn.Close()
}

// upload is the request's body on its way to the backend.
type upload struct {
	io.Reader
	done *atomic.Bool
}

func (u upload) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	if err == io.EOF {
		u.done.Store(true)
	}
	return n, err
}

func (u upload) Close() error { return nil }

// outgoing is the request as the backend gets it: the same but for the fields of the connection.
func (v *visit) outgoing(t *roundTrip) *http.Request {
	path, query, _ := strings.Cut(target(v.r), "?")
	out := &http.Request{
		Method: v.r.Method,
		URL:    &url.URL{Scheme: v.origin.scheme, Host: "backend", Opaque: path, RawQuery: query},
		Host:   v.r.Host, Header: v.r.Header, ContentLength: v.r.ContentLength, Trailer: v.r.Trailer,
		Body: http.NoBody,
	}
	out.URL.ForceQuery = query == "" && strings.HasSuffix(target(v.r), "?")
	if strings.HasPrefix(path, "//") {
		out.URL.Opaque, out.URL.Path, out.URL.RawPath = "", v.r.URL.Path, v.r.URL.RawPath
	}
	if v.fake.Host != "" {
		out.Host = v.fake.Host
	}
	if v.r.ContentLength != 0 {
		body := v.body
		if body == nil {
			body = v.r.Body
		}
		out.Body = upload{body, &t.uploaded}
	}
	if v.r.ContentLength < 0 {
		out.TransferEncoding = []string{"chunked"}
	}
	trailers := strings.Contains(out.Header.Get("Te"), "trailers")
	dropHops(out.Header)
	out.Header.Del("Expect") // the gate has answered 100 itself
	if trailers {
		out.Header.Set("Te", "trailers")
	}
	if _, said := out.Header["User-Agent"]; !said {
		out.Header["User-Agent"] = nil
	}
	return out
}

// dropHops takes off the fields that speak about a connection (RFC 9110, section 7.6.1).
func dropHops(h http.Header) {
	for _, field := range h["Connection"] {
		for name := range strings.SplitSeq(field, ",") {
			h.Del(strings.TrimSpace(name))
		}
	}
	for _, name := range []string{"Connection", "Proxy-Connection", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding", "Upgrade"} {
		h.Del(name)
	}
}

package httpapi_test

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"

	"github.com/failwell/failwell/fakes/httpapi"
	"github.com/failwell/failwell/harness/fault"
)

func TestCallsSayWhatWasAsked(t *testing.T) {
	l := start(t, stub())
	r, _ := http.NewRequestWithContext(t.Context(), "GET", l.url+"/charges/a%2Fb?x=1&y=%20", nil)
	r.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	resp, err := l.client.Do(r)
	must(t, err)
	resp.Body.Close()
	hits := l.last()
	if len(hits) != 1 {
		t.Fatalf("hits are %+v", hits)
	}
	c := hits[0].Call
	if c.Op != "GET" || c.Text != "/charges/a%2Fb?x=1&y=%20" || c.Trace != "0af7651916cd43dd8448eb211c80319c" || c.Conn == 0 {
		t.Errorf("the call is %+v", c)
	}
}

func TestPassesOnWhatWasSaid(t *testing.T) {
	l := start(t, httpapi.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header()["Content-Type"] = nil
		w.Header().Set("Trailer", "X-Sum")
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(299)
		fmt.Fprintf(w, "%s %s %s %s %v %q", r.Method, r.RequestURI, r.Host, body, r.ContentLength, r.Header)
		w.(http.Flusher).Flush()
		w.Header().Set("X-Sum", "42")
	})))
	r, _ := http.NewRequestWithContext(t.Context(), "PATCH", l.url+"//a%2fb?", strings.NewReader("body"))
	r.Host = "api.example"
	r.Header = http.Header{"X-One": {"1", "2"}, "Connection": {"X-Hop"}, "X-Hop": {"no"}, "User-Agent": {""}, "Accept-Encoding": {"br"}}
	var hints []int
	r = r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		Got1xxResponse: func(code int, _ textproto.MIMEHeader) error { hints = append(hints, code); return nil },
	}))
	resp, err := l.client.Do(r)
	must(t, err)
	defer resp.Body.Close()
	got, _ := io.ReadAll(resp.Body)
	if len(hints) != 1 || hints[0] != 103 {
		t.Errorf("interim answers are %v, want 103", hints)
	}
	want := `PATCH //a%2fb? api.example body 4 map["Accept-Encoding":["br"] "Content-Length":["4"] "X-One":["1" "2"]]`
	if resp.StatusCode != 299 || string(got) != want || resp.Trailer.Get("X-Sum") != "42" || len(resp.Header["Set-Cookie"]) != 2 || resp.Header.Get("Content-Type") != "" {
		t.Errorf("got %d %s %v %v\nwant %s", resp.StatusCode, got, resp.Header, resp.Trailer, want)
	}
}

func TestStreamsBothWays(t *testing.T) {
	l := start(t, httpapi.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).EnableFullDuplex()
		for lines := bufio.NewScanner(r.Body); lines.Scan(); {
			fmt.Fprintf(w, "echo %s\n", lines.Text())
			w.(http.Flusher).Flush()
		}
	})))
	read, write := io.Pipe()
	r, _ := http.NewRequestWithContext(t.Context(), "POST", l.url, read)
	sent := make(chan error, 1)
	go func() { _, err := fmt.Fprintln(write, "one"); sent <- err }()
	resp, err := l.client.Do(r)
	must(t, err)
	defer resp.Body.Close()
	must(t, <-sent)
	lines := bufio.NewReader(resp.Body)
	for _, word := range []string{"one", "two", "three"} {
		if line, err := lines.ReadString('\n'); line != "echo "+word+"\n" {
			t.Fatalf("got %q, %v", line, err)
		}
		if word != "three" {
			fmt.Fprintln(write, map[string]string{"one": "two", "two": "three"}[word])
		}
	}
	write.Close()
	if _, err := lines.ReadByte(); err != io.EOF {
		t.Errorf("the end is %v", err)
	}
}

func TestRewritesGzip(t *testing.T) {
	l := start(t, httpapi.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", r.Header.Get("Accept-Encoding"))
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, charge)
		_ = z.Close()
	})))
	l.arm(fault.Effect{Verb: fault.Rewrite, At: fault.Reply, Patches: []fault.Patch{{At: "/id", Op: "drop"}}})
	if got := l.do("GET", "/", ""); strings.Contains(got.body, "ch_1") || !strings.HasPrefix(got.body, `{"amount"`) {
		t.Errorf("the client saw %q", describe(got))
	}
}

func TestChunkedBodies(t *testing.T) {
	dependency := httpapi.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for range 5 {
			_, _ = io.WriteString(w, "0123456789")
			w.(http.Flusher).Flush()
		}
	}))
	for _, c := range []struct {
		effect fault.Effect
		want   string
	}{
		{fault.Effect{Verb: fault.Cut, Past: 15}, "200 012345678901234 unexpected EOF"},
		{fault.Effect{Verb: fault.Cut, Past: 500}, "200 01234567890123456789012345678901234567890123456789 unexpected EOF"},
		{fault.Effect{Verb: fault.Cut, Half: true}, "200 0123456789012345678901234 unexpected EOF"},
		{fault.Effect{Verb: fault.Drip, Pace: fault.Pace{Bytes: 7}}, "200 01234567890123456789012345678901234567890123456789"},
		{fault.Effect{Verb: fault.Garble, Past: 5}, "200 01234 invalid byte in chunk length"},
	} {
		l := start(t, dependency)
		c.effect.At = fault.Body
		l.arm(c.effect)
		if got := strings.TrimSpace(describe(l.do("GET", "/", ""))); got != c.want {
			t.Errorf("%s: the client saw %q, want %q", c.effect.Verb, got, c.want)
		}
	}
}

func TestForwardsOverTLS(t *testing.T) {
	real := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "%s %s %v", r.Host, r.RequestURI, r.TLS != nil)
	}))
	defer real.Close()
	d := httpapi.Forward(real.URL + "/v1/")
	f := d.Fake.(httpapi.Fake)
	f.TLS.RootCAs = real.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	d.Fake = f
	l := start(t, d)
	if !strings.HasSuffix(l.url, "/v1") {
		t.Errorf("the system is given %s", l.url)
	}
	want := strings.TrimPrefix(real.URL, "https://") + " /v1/x true"
	if got := l.do("GET", "/x", ""); got.body != want {
		t.Errorf("the client saw %q, want %q", describe(got), want)
	}
}

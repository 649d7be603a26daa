package capture_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"github.com/failwell/failwell/harness/capture"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/leak"
	"github.com/failwell/failwell/harness/redact"
)

const (
	trace = "panic: runtime error: index out of range [3] with length 3\n\ngoroutine 1 [running]:\nmain.total(0x1)\n\t/srv/app/orders.go:41 +0x1d\nmain.main()\n\t/srv/app/main.go:12 +0x2b\n"
	token = "qaz2wsx3edc4"
	prose = "The order was placed on Sunday, and the shop will send it as soon as the payment has arrived.\n"
)

var canary = leak.Canary{Token: token, Kind: leak.KindInternal, Where: "db message"}

func response(status int, header ...string) *exchange.Response {
	r := &exchange.Response{Status: status}
	for i := 0; i < len(header); i += 2 {
		r.Header = append(r.Header, exchange.Field{Name: header[i], Value: header[i+1]})
	}
	return r
}

// read captures a body, whose canary is looked for.
func read(t *testing.T, r *exchange.Response, body io.Reader) *exchange.Response {
	t.Helper()
	c := capture.Capture{Detector: check.Detector, Canaries: []leak.Canary{canary}, Redact: redact.New("1", map[string]string{"key": "plainsecretPASSword99"})}
	if _, err := c.Read(r, body); err != nil {
		t.Fatal(err)
	}
	return r
}

// verdicts judges an answer as it is when it has been saved and read again.
func verdicts(t *testing.T, r *exchange.Response) (leaks, complete check.Verdict) {
	t.Helper()
	saved, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	again := &exchange.Response{}
	if err := json.Unmarshal(saved, again); err != nil {
		t.Fatal(err)
	}
	secrets := redact.New("1", map[string]string{"key": "plainsecretPASSword99"})
	s := check.Subject{Canaries: append(secrets.Canaries(), canary),
		Exchanges: []exchange.Exchange{secrets.Exchange(exchange.Exchange{Phase: exchange.Faulty, Request: exchange.Request{Method: "GET", Target: "/"}, Response: again})}}
	both := check.Judge(s, []check.Named{{Name: "leak", Check: check.Leak{}}, {Name: "complete", Check: check.Complete{}}})
	return both[0], both[1]
}

// long is a text of so many bytes.
func long(unit string, size int) string { return strings.Repeat(unit, size/len(unit)+1)[:size] }

// items is the inside of a list of products.
func items(size int) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, `{"id":%d,"sku":"A-%d","title":"A fine thing of wood & steel","price":{"amount":%d,"currency":"EUR"}},`, i, i, i)
	}
	return b.String()
}

func quoted(text string) string {
	b, _ := json.Marshal(text)
	return string(b)
}

const mega = 1 << 20

func TestALeakBehindWhatIsKept(t *testing.T) {
	for name, c := range map[string]struct {
		status     int
		media      string
		body, want string
	}{
		"a trace at the end":             {500, "text/plain", long(prose, 5*mega) + trace, "trace/go"},
		"in a page":                      {500, "text/html", "<html>" + long("<p>"+prose, 5*mega) + "<pre>" + trace, "trace/go"},
		"across the border":              {500, "text/plain", long(prose, mega-60) + trace + long(prose, 100), "trace/go"},
		"across the border of windows":   {500, "text/plain", long(prose, mega-8<<10+64<<10-60) + trace + long(prose, mega), "trace/go"},
		"a member of a list":             {200, "application/json", `{"items":[` + items(5*mega) + `{}],"error":` + quoted(trace) + `}`, "trace/go"},
		"within an error member":         {200, "application/json", `{"error":{"seen":[` + items(5*mega) + `{"why":` + quoted(trace) + `}]}}`, "trace/go"},
		"in a string of 2 MB":            {500, "application/json", `{"a":` + quoted(long(prose, 2*mega)+trace) + `}`, "trace/go"},
		"an error object":                {200, "application/json", `{"items":[` + items(3*mega) + `{}],"failure":{"severity":"ERROR","code":"42P01","routine":"parserOpenTable"}}`, "object/postgres"},
		"a canary in product data":       {200, "application/json", `[` + items(5*mega) + `{"note":"it said ` + token + `"}]`, "db message"},
		"a canary in base64":             {200, "text/plain", long(prose, 3*mega) + base64.StdEncoding.EncodeToString([]byte("a text with "+token+" in it, and more of it")), "db message"},
		"a secret in product data":       {200, "application/json", `[` + items(5*mega) + `{"note":"plainsecretPASSword99"}]`, "the secret key"},
		"a secret on the border":         {200, "text/plain", long(prose, mega-8) + "plainsecretPASSword99 " + long(prose, mega), "the secret key"},
		"a secret, percent-encoded":      {200, "text/plain", long(prose, 3*mega) + "plain%73ecretPASSword99", "the secret key"},
		"behind 800 kB of near-matches":  {500, "text/plain", long("at handler.js: see main.go: and Order.java: or C:\\x.py\", line \n", 800<<10) + trace, "trace/go"},
		"behind 5 MB of near-matches":    {500, "text/plain", long("at handler.js: see main.go: and Order.java: or C:\\x.py\", line \n", 5*mega) + trace, "trace/go"},
		"behind near-matches on a line":  {500, "text/plain", long("see main.go: goroutine 7 of runtime error: none; ", 800<<10) + trace, "trace/go"},
		"behind near-matches of secrets": {500, "text/plain", long("https://x.example ", 800<<10) + trace, "trace/go"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := read(t, response(c.status, "Content-Type", c.media), iotest.HalfReader(strings.NewReader(c.body)))
			if kept := keptBytes(r); kept > exchange.MaxBody+64<<10 {
				t.Errorf("%d bytes were kept", kept)
			}
			found, complete := verdicts(t, r)
			if found.Outcome != check.Fail || !strings.Contains(found.Reason+found.Evidence, c.want) {
				t.Errorf("%+v, unseen %q, %d pieces", found, r.Unseen, len(r.Rest))
			}
			if complete.Outcome != check.Pass {
				t.Errorf("%+v", complete)
			}
			if all := r.Body[:max(0, len(r.Body)-30)] + fmt.Sprint(r.Rest); strings.Contains(all, "plainsecret") {
				t.Error("the secret was kept")
			}
		})
	}
}

func keptBytes(r *exchange.Response) int {
	n := len(r.Body)
	for _, p := range r.Rest {
		n += len(p.Text)
	}
	return n
}

func TestAWholeLongBodyPasses(t *testing.T) {
	for name, c := range map[string]struct {
		status      int
		media, body string
	}{
		"an error text":           {500, "text/plain", long(prose, 5*mega)},
		"product data":            {200, "application/json", `[` + items(5*mega) + `{}]`},
		"product data that quote": {200, "application/json", `[` + items(3*mega) + `{"title":` + quoted(trace) + `}]`},
		"an error in JSON":        {503, "application/problem+json", `{"title":"Sorry","seen":[` + items(5*mega) + `{}]}`},
		"a picture":               {200, "image/png", noise(3 * mega)},
		"characters of four":      {200, "text/plain", long("\U0001F600", 4*mega)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := read(t, response(c.status, "Content-Type", c.media), strings.NewReader(c.body))
			leaks, complete := verdicts(t, r)
			if leaks.Outcome != check.Pass || complete.Outcome != check.Pass || r.Size != len(c.body) || r.Unseen != "" || len(r.Rest) > 0 || r.Sum != fault.Sum(0, []byte(c.body)) {
				t.Errorf("%+v %+v, size %d, unseen %q, %d pieces", leaks, complete, r.Size, r.Unseen, len(r.Rest))
			}
			if r.Base64 != (c.media == "image/png") {
				t.Error("kept as base64:", r.Base64)
			}
		})
	}
}

func noise(size int) string {
	b := make([]byte, size)
	rand.NewChaCha8([32]byte{}).Read(b)
	return string(b)
}

func TestAnInvalidEndIsFound(t *testing.T) {
	for end, outcome := range map[string]check.Outcome{`{}]`: check.Pass, `{}`: check.Fail, `]`: check.Fail, `{}]]`: check.Fail, `{}] <br>Fatal`: check.Fail, `{"a":tru}]`: check.Fail} {
		r := read(t, response(200, "Content-Type", "application/json"), strings.NewReader("["+items(2*mega)+end))
		if _, complete := verdicts(t, r); complete.Outcome != outcome {
			t.Errorf("%s: %+v", end, complete)
		}
	}
}

// What was not looked at is said, and is no pass.
func TestWhatWasNotSeenIsSaid(t *testing.T) {
	blind := response(500, "Content-Type", "text/plain")
	if _, err := (capture.Capture{}).Read(blind, strings.NewReader(long(prose, 2*mega))); err != nil {
		t.Fatal(err)
	}
	hostile := long("redis://a:b@c ://@x", 300<<10) // one rule's expression begins at every few bytes
	for name, r := range map[string]*exchange.Response{
		"without a detector": blind,
		"over the bound":     read(t, response(500, "Content-Type", "text/plain"), io.LimitReader(endless{}, capture.MostRead+5)),
		"a bomb":             read(t, response(500, "Content-Encoding", "gzip"), bytes.NewReader(zip(io.LimitReader(endless{}, capture.MostRead+mega)))),
		"an unknown coding":  read(t, response(500, "Content-Encoding", "aws-chunked"), strings.NewReader("x")),
		"too much to match":  read(t, response(500, "Content-Type", "text/plain"), strings.NewReader(hostile)),
		"the same, behind":   read(t, response(500, "Content-Type", "text/plain"), strings.NewReader(long(prose, 2*mega)+hostile)),
	} {
		leaks, complete := verdicts(t, r)
		if leaks.Outcome != check.Inconclusive || leaks.Reason == "" {
			t.Errorf("%s: %+v", name, leaks)
		}
		if complete.Outcome == check.Fail {
			t.Errorf("%s: %+v", name, complete)
		}
		t.Logf("%s: %s", name, leaks.Reason)
	}
}

// endless is spaces without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func zip(from io.Reader) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.Copy(w, from)
	_ = w.Close()
	return b.Bytes()
}

func TestMemoryIsBounded(t *testing.T) {
	unit := []byte(long(prose, 1<<16))
	stream := &counted{unit: unit, left: 60 << 20}
	r := read(t, response(500, "Content-Type", "text/plain"), stream)
	if r.Size != 60<<20 || keptBytes(r) != exchange.MaxBody {
		t.Errorf("%d bytes came, %d were kept", r.Size, keptBytes(r))
	}
	if stream.most > 40<<20 {
		t.Errorf("%d MiB were in use meanwhile", stream.most>>20)
	}
}

// counted is a stream that measures the memory in use from time to time.
type counted struct {
	unit   []byte
	left   int
	n      int
	most   uint64
	before uint64
}

func (c *counted) Read(p []byte) (int, error) {
	if c.n++; c.n%512 == 1 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		if c.n == 1 {
			c.before = m.HeapAlloc
		}
		c.most = max(c.most, m.HeapAlloc-min(c.before, m.HeapAlloc))
	}
	if c.left == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.unit[:min(len(c.unit), c.left)])
	c.left -= n
	return n, nil
}

func encode(coding, text string) []byte {
	var b bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "gzip", "x-gzip":
		w = gzip.NewWriter(&b)
	case "deflate":
		w = zlib.NewWriter(&b)
	case "raw deflate":
		w, _ = flate.NewWriter(&b, 5)
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		w, _ = zstd.NewWriter(&b)
	}
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.Bytes()
}

func TestContentCodings(t *testing.T) {
	for _, coding := range []string{"gzip", "x-gzip", "deflate", "raw deflate", "br", "zstd"} {
		name := strings.TrimPrefix(coding, "raw ")
		for _, body := range []string{`{"ok":true}`, "[" + items(2*mega) + "{}]"} {
			sent := encode(coding, body)
			r := read(t, response(200, "Content-Type", "application/json", "content-encoding", strings.ToUpper(name)), bytes.NewReader(sent))
			if r.Size != len(body) || r.Sent != len(sent) || r.Sum != fault.Sum(0, sent) || !strings.HasPrefix(body, r.Body) || r.Coding != strings.TrimPrefix(name, "x-") || r.BodyErr != "" {
				t.Errorf("%s: %d bytes of %d, sent %d of %d, coding %q, %s", coding, r.Size, len(body), r.Sent, len(sent), r.Coding, r.BodyErr)
			}
			if leaks, complete := verdicts(t, r); leaks.Outcome != check.Pass || complete.Outcome != check.Pass {
				t.Errorf("%s: %+v %+v", coding, leaks, complete)
			}
			broken := bytes.Clone(sent[:len(sent)-len(sent)/3-1])
			r = read(t, response(200, "Content-Encoding", name), bytes.NewReader(broken))
			if _, complete := verdicts(t, r); complete.Outcome != check.Fail || !strings.Contains(complete.Reason, "decode") {
				t.Errorf("%s that was cut: %+v", coding, complete)
			}
		}
	}
	twice := read(t, response(200, "Content-Encoding", "gzip, br"), bytes.NewReader(encode("br", string(encode("gzip", "hello")))))
	if twice.Body != "hello" || twice.Coding != "gzip, br" {
		t.Errorf("%+v", twice)
	}
	if r := read(t, response(200, "Content-Encoding", "gzip"), strings.NewReader("plain text")); r.BodyErr == "" {
		t.Error("what is no gzip is no broken body")
	}
	if r := read(t, response(200, "Content-Encoding", "gzip"), strings.NewReader("")); r.BodyErr != "" || r.Size != 0 {
		t.Errorf("an empty body: %+v", r)
	}
}

// A body in which secrets were replaced is still whole, and judged as such.
func TestARedactedBodyIsWhole(t *testing.T) {
	for body, want := range map[string]check.Outcome{`{"key":"plainsecretPASSword99"}`: check.Pass, `{"key":"plainsecretPASSword99"`: check.Fail} {
		r := read(t, response(500, "Content-Type", "application/json"), strings.NewReader(body))
		if leaks, complete := verdicts(t, r); leaks.Outcome != check.Fail || complete.Outcome != want {
			t.Errorf("%s: %+v %+v", body, leaks, complete)
		}
	}
}

// Recorders decode bodies and leave the header as it was.
func TestRecord(t *testing.T) {
	long := response(200, "Content-Type", "application/json", "Content-Encoding", "gzip")
	capture.Capture{Detector: check.Detector}.Record(long, []byte("["+items(2*mega)))
	if long.Invalid == "" {
		t.Error("the type of a recorded body is not known")
	}
	for _, body := range []string{"plain text", string(encode("gzip", "plain text"))} {
		r := response(200, "Content-Encoding", "gzip")
		(capture.Capture{}).Record(r, []byte(body))
		if r.Body != "plain text" || r.BodyErr != "" || !r.Header.Has("Content-Encoding") {
			t.Errorf("%+v", r)
		}
	}
}

func TestABodyThatBreaksOff(t *testing.T) {
	reset := errors.New("connection reset")
	for _, size := range []int{10, 2 * mega} {
		r := response(200, "Content-Type", "application/json")
		_, err := (capture.Capture{Detector: check.Detector}).Read(r, io.MultiReader(strings.NewReader(("[" + items(size))[:size]), iotest.ErrReader(reset)))
		if err != reset || r.Size != size || r.Invalid != "" {
			t.Errorf("%v, %d bytes, %q", err, r.Size, r.Invalid)
		}
	}
}

// Looking takes time that is not the sender's.
func TestTheLookingIsTimed(t *testing.T) {
	began := time.Now()
	own, err := (capture.Capture{Detector: check.Detector}).Read(response(500, "Content-Type", "text/plain"), strings.NewReader(long(prose, 8*mega)))
	if took := time.Since(began); err != nil || own <= 0 || own > took {
		t.Errorf("%v of %v, %v", own, took, err)
	}
	if own, _ := (capture.Capture{}).Read(response(500), strings.NewReader(prose)); own != 0 {
		t.Errorf("%v for a small body", own)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(500, "gzip", zip(strings.NewReader(prose)), 0)
	f.Add(200, "", []byte(`{"error":"`+token), 3)
	f.Fuzz(func(t *testing.T, status int, coding string, body []byte, padding int) {
		if padding = padding & 0x1fffff; coding == "" {
			body = append([]byte(long(prose, padding)), body...)
		}
		r := read(t, response(status, "Content-Encoding", coding, "Content-Type", "application/json"), bytes.NewReader(body))
		if keptBytes(r) > 2*exchange.MaxBody {
			t.Errorf("%d bytes kept", keptBytes(r))
		}
		verdicts(t, r)
	})
}

func BenchmarkRead1k(b *testing.B) {
	body := []byte(long(prose, 1<<10))
	c := capture.Capture{Detector: check.Detector}
	b.ReportAllocs()
	for b.Loop() {
		_, _ = c.Read(response(200), bytes.NewReader(body))
	}
}

func BenchmarkRead5M(b *testing.B) {
	for name, body := range map[string]string{"text": long(prose, 5*mega), "json": "[" + items(5*mega) + "{}]"} {
		b.Run(name, func(b *testing.B) {
			c := capture.Capture{Detector: check.Detector, Redact: redact.New("1", map[string]string{"key": "plainsecretPASSword99"})}
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				_, _ = c.Read(response(500, "Content-Type", "application/json"), strings.NewReader(body))
			}
		})
	}
}

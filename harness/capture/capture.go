// Package capture reads a body once, to its end, in bounded memory, and makes plain data of it.
//
//	as sent -> count, sum -> decode -> first MiB: kept
//	                                -> the rest: redact -> windows -> detector -> pieces with something in them: kept
//	                                             validate JSON -> is it whole
//
// What could not be looked at is said in the response. A body of at most exchange.MaxBody costs no more than reading it.
package capture

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/leak"
	"github.com/failwell/failwell/harness/redact"
)

// MostRead is how many decoded bytes of one body are looked through: 64 MiB. It bounds what a small body may decode to.
const MostRead = 64 << 20

// A Capture says what to look for in the part of a body that is too long to be kept. Its zero value looks for nothing, and
// says of a long body that it was not seen.
type Capture struct {
	Detector func() *leak.Detector // asked for when a body is long
	Canaries []leak.Canary         // beside those of Redact
	Redact   *redact.Redactor      // may be nil
}

// buffers are reused, since most bodies are small.
var buffers = sync.Pool{New: func() any { b := make([]byte, 32<<10); return &b }}

// Read reads a body to its end and fills in what a response says of its body; Status and Header are set before. It tells how
// long the looking took, which is not the sender's time, and why the body broke off on its way, nil when it came whole. A body
// that does not decode has BodyErr.
func (c Capture) Read(r *exchange.Response, from io.Reader) (own time.Duration, broke error) {
	b := &body{c: c, r: r}
	sent := &meter{from: from}
	text, coding, err := decoded(r.Header, sent)
	r.Coding = coding
	switch {
	case errors.Is(err, errUnknown):
		r.Unseen = err.Error()
	case err != nil:
		r.BodyErr = err.Error()
		text = eof{}
	}
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	for {
		n, err := text.Read(*buf)
		b.write((*buf)[:n])
		if err == nil && b.size > MostRead && coding != "" {
			r.Unseen = fmt.Sprintf("it decodes to more than %d MiB; what lies behind them", MostRead>>20)
			break
		}
		if err == nil {
			continue
		}
		if err != io.EOF && (sent.err == nil || sent.err == io.EOF) {
			r.BodyErr = fmt.Sprintf("it does not decode as %s: %v", coding, err)
		}
		break
	}
	if c, ok := text.(io.Closer); ok {
		_ = c.Close()
	}
	_, _ = io.CopyBuffer(io.Discard, onlyReader{sent}, *buf) // what the decoder left
	if coding != "" {
		r.Sent = sent.size
	}
	r.Sum = sent.sum
	b.end(sent.err != nil && sent.err != io.EOF)
	if sent.err == io.EOF {
		return b.own, nil
	}
	return b.own, sent.err
}

// Record fills in a response whose body was recorded elsewhere. Most recorders decode bodies and leave the header as it was:
// a body that is text has been decoded.
func (c Capture) Record(r *exchange.Response, recorded []byte) {
	header := r.Header
	if utf8.Valid(recorded) {
		r.Header = slices.DeleteFunc(slices.Clone(header), func(f exchange.Field) bool { return strings.EqualFold(f.Name, "Content-Encoding") })
	}
	_, _ = c.Read(r, bytes.NewReader(recorded))
	r.Header = header
}

// meter counts and sums what goes through it.
type meter struct {
	from io.Reader
	size int
	sum  uint32
	err  error // of the sender, io.EOF at the end
}

func (m *meter) Read(p []byte) (int, error) {
	if m.err != nil {
		return 0, m.err
	}
	n, err := m.from.Read(p)
	m.size += n
	m.sum = fault.Sum(m.sum, p[:n])
	m.err = err
	return n, err
}

// onlyReader hides that a reader can do more.
type onlyReader struct{ io.Reader }

type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }

// body is a body while it comes.
type body struct {
	c    Capture
	r    *exchange.Response
	head []byte // at most MaxBody
	size int
	rest *rest // nil: all is in head
	own  time.Duration
}

func (b *body) write(p []byte) {
	n := min(len(p), exchange.MaxBody-len(b.head))
	b.head = append(b.head, p[:n]...)
	b.size += len(p)
	p = p[n:]
	if len(p) == 0 || b.size-len(p) >= MostRead {
		return
	}
	began := time.Now()
	if b.rest == nil {
		b.rest = newRest(b.c, b.r, b.head)
	}
	b.rest.write(p)
	b.own += time.Since(began)
}

// end makes data of what came; cut: it did not come whole.
func (b *body) end(cut bool) {
	b.r.Size = b.size
	if b.rest != nil {
		began := time.Now()
		b.rest.end(b.r, cut || b.r.BodyErr != "" || b.size > MostRead)
		b.own += time.Since(began)
		b.head = wholeRunes(b.head)
	}
	if b.size > MostRead && b.r.Unseen == "" {
		b.r.Unseen = fmt.Sprintf("what lies behind its first %d MiB", MostRead>>20)
	}
	if utf8.Valid(b.head) {
		b.r.Body, b.r.Base64 = string(b.head), false
		return
	}
	b.r.Body, b.r.Base64 = base64.StdEncoding.EncodeToString(b.head), true
}

// wholeRunes leaves out a character that was cut at the end.
func wholeRunes(text []byte) []byte {
	for back := 1; back < utf8.UTFMax && back <= len(text); back++ {
		if c := text[len(text)-back]; utf8.RuneStart(c) {
			if !utf8.FullRune(text[len(text)-back:]) {
				return text[:len(text)-back]
			}
			break
		}
	}
	return text
}

// Body gives the bytes of the body of a response as far as it is kept.
func Body(r *exchange.Response) []byte {
	switch {
	case r == nil:
		return nil
	case r.Base64:
		b, _ := base64.StdEncoding.DecodeString(r.Body)
		return b
	}
	return []byte(r.Body)
}

package httpapi

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

// answer is a backend's answer on its way to the system.
type answer struct {
	*http.Response
	body   io.Reader // what is left of its body
	length int64     // of the body as announced; -1: not known
	note   string    // what the stub says about it
	early  bool      // it came before all of the request was sent
	close  func()    // gives the backend's connection back; calling it again is harmless
	cancel func()    // breaks it off
}

const (
	settled  = 1 << 20     // of an answer's body, kept while its call is held or repeated
	patience = time.Second // with a backend that does not end an answer that nobody will get
)

var errLeft = errors.New("the system is gone")

// settle keeps the answer's body, as far as its length is known, so that the backend is done with the call.
func (a *answer) settle() {
	if a.length < 0 {
		return
	}
	var kept bytes.Buffer
	if _, err := io.CopyN(&kept, a.body, settled); errors.Is(err, io.EOF) {
		a.body = &kept
		a.close()
		return
	}
	a.body = io.MultiReader(&kept, a.body)
}

// middle is the half of the body's length. A body whose length was not announced is read for it, within the bounds of discard.
func (a *answer) middle() int64 {
	if a.length >= 0 {
		return a.length / 2
	}
	var kept bytes.Buffer
	timer := time.AfterFunc(patience, a.cancel)
	_, _ = io.CopyN(&kept, a.body, settled)
	timer.Stop()
	a.body = io.MultiReader(&kept, a.body)
	return int64(kept.Len()) / 2
}

// discard lets the backend end its answer, within bounds, and drops it.
func (a *answer) discard() {
	timer := time.AfterFunc(patience, a.cancel)
	_, _ = io.CopyN(io.Discard, a.body, settled)
	timer.Stop()
	a.close()
}

var buffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}

// give gives the whole answer to the system.
func (v *visit) give(a *answer) string {
	v.head(a)
	return v.rest(a)
}

// head writes the status line and the fields.
func (v *visit) head(a *answer) {
	h := v.w.Header()
	for name, values := range a.Header {
		h[name] = values
	}
	dropHops(h)
	if a.early {
		h.Set("Connection", "close") // what is left of the request will not be read
	}
	for name := range a.Trailer {
		h.Add("Trailer", name)
	}
	if a.length < 0 && v.r.Method != http.MethodHead {
		h.Del("Content-Length")
	}
	// What the backend did not say is not made up either.
	for _, name := range []string{"Content-Type", "Date"} {
		if _, said := h[name]; !said {
			h[name] = nil
		}
	}
	v.w.WriteHeader(a.StatusCode)
}

// rest gives what is left of the answer's body, and its trailers.
func (v *visit) rest(a *answer) string {
	if err := v.stream(a, -1); !errors.Is(err, io.EOF) {
		return v.broken(a, err)
	}
	for name, values := range a.Trailer {
		v.w.Header()[http.TrailerPrefix+name] = values
	}
	if a.note != "" {
		return status(a.StatusCode) + " " + a.note
	}
	return status(a.StatusCode)
}

// broken ends an answer that cannot go on: the system left, or the backend broke off. Then so does the gate.
func (v *visit) broken(a *answer, err error) string {
	v.flush()
	v.end(fault.Close)
	if errors.Is(err, errLeft) || v.left() {
		return clientLeft
	}
	return status(a.StatusCode) + " cut by the backend"
}

// stream gives the next n bytes of the body, or all of it when n is negative, each as soon as it is there. The error is
// io.EOF at the body's end, and errLeft when the system is gone.
func (v *visit) stream(a *answer, n int64) error {
	buffer := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buffer)
	for n != 0 {
		piece := buffer[:]
		if n > 0 && n < int64(len(piece)) {
			piece = piece[:n]
		}
		got, err := a.body.Read(piece)
		if n > 0 {
			n -= int64(got)
		}
		if got > 0 {
			if _, err := v.w.Write(piece[:got]); err != nil && !errors.Is(err, http.ErrBodyNotAllowed) {
				return errLeft
			}
			if a.length < 0 {
				v.flush()
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

package httpapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/fault"
)

// visit is one request of the system, from the question to the gate until its end. Its methods that return a string have
// told the system something, and return what, in short.
type visit struct {
	*site
	told   told
	w      http.ResponseWriter // what is written to it is in told
	r      *http.Request
	strike fakes.Strike
	effect fault.Effect
	body   io.Reader // the request's body as far as it was not given to a backend; nil: untouched
	unread bool      // the body is longer than what was read of it
	taken  bool      // the connection was taken from the server
}

const (
	clientLeft = "client left"
	keptBody   = 8 << 20 // of a request's body, kept while a call is held
)

func (v *visit) run() (fault.Done, string) {
	if !v.effect.Bites() {
		return "", v.pass()
	}
	switch v.effect.At {
	case fault.Request:
		return v.atRequest()
	case fault.Reply:
		return v.atReply()
	case fault.Body:
		return v.atBody()
	}
	return fault.Impossible, v.pass()
}

// pass lets the request through, and gives the backend's answer to the system.
func (v *visit) pass() string {
	a, told := v.ask()
	if a == nil {
		return told
	}
	defer a.close()
	return v.give(a)
}

// read reads the request's body, so that a held call notices when the system leaves and a connection that closes does it
// in order. It tells whether the system is still there.
func (v *visit) read() bool {
	var kept bytes.Buffer
	if v.r.ContentLength == 0 {
		v.body = &kept
		return true
	}
	_, err := io.CopyN(&kept, v.r.Body, keptBody)
	v.body = &kept
	switch {
	case err == nil:
		v.body, v.unread = io.MultiReader(&kept, v.r.Body), true
	case !errors.Is(err, io.EOF):
		v.end(fault.Close)
		return false
	}
	return true
}

// hold holds the call for the effect's delay, or a hang without end. Over means that the verb's turn does not come any
// more: the system left, or the fault was lifted; then resume says how the call goes on.
func (v *visit) hold(resume func() string) (told string, over bool) {
	d := v.effect.Delay.D
	if v.effect.Verb == fault.Hang {
		d = -1
	}
	return v.wait(d, resume)
}

func (v *visit) wait(d time.Duration, resume func() string) (told string, over bool) {
	if d == 0 {
		return "", false
	}
	switch v.strike.Wait(v.r.Context(), d) {
	case fakes.Left:
		v.end(fault.Close)
		return clientLeft, true
	case fakes.Released:
		switch v.effect.Release {
		case fault.ReleaseClose:
			return v.end(fault.Close), true
		case fault.ReleaseReset:
			return v.end(fault.Reset), true
		}
		return resume(), true
	}
	return "", false
}

// end ends the connection with a TCP reset, or an orderly close.
func (v *visit) end(how fault.Verb) string {
	conn := v.take()
	switch {
	case conn == nil:
		return "closed"
	case how == fault.Reset:
		_ = fakes.Reset(conn)
		return "reset"
	case v.unread && !v.left():
		_ = fakes.Finish(conn)
		return "closed"
	}
	_ = conn.Close()
	return "closed"
}

// take takes the connection from the server; nil: it is closed or taken already.
func (v *visit) take() net.Conn {
	conn, _, err := http.NewResponseController(v.w).Hijack()
	if err != nil {
		return nil
	}
	v.taken = true
	return conn
}

// flush sends what was written so far.
func (v *visit) flush() { _ = http.NewResponseController(v.w).Flush() }

// left tells whether the system is gone.
func (v *visit) left() bool { return errors.Is(v.r.Context().Err(), context.Canceled) }

// missed is what becomes of an effect whose moment never came.
func (v *visit) missed() fault.Done {
	if v.left() {
		return fault.ClientLeft
	}
	return fault.Impossible
}

func status(code int) string { return strconv.Itoa(code) }

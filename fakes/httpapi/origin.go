package httpapi

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"

	"github.com/failwell/failwell/harness/fault"
)

// noteField is how a stub tells the gate what its answer is about. The system never sees it.
const noteField = "Failwell-Note"

// origin asks the backend. It never sends a request again by itself, whatever the method: how often the backend was asked
// is what failwell measures.
type origin struct {
	*backendConns
	scheme string
}

func newOrigin(dial func(context.Context) (net.Conn, error), cfg *tls.Config) *origin {
	if cfg == nil {
		return &origin{&backendConns{dial: dial}, "http"}
	}
	return &origin{&backendConns{dial: overTLS(dial, cfg)}, "https"}
}

// ask sends the request, and gives the head of the backend's answer.
func (o *origin) ask(v *visit) (*answer, error) {
	ctx := v.r.Context()
	l, err := o.take(ctx)
	if err != nil {
		return nil, err
	}
	t := &roundTrip{backendConns: o.backendConns, backendConn: l, visit: v, sent: make(chan error, 1)}
	t.gone = context.AfterFunc(ctx, func() { _ = l.Close() })
	out := v.outgoing(t)
	t.send(out)
	resp, err := v.firstFinal(l, out)
	if err != nil {
		t.close()
		return nil, err
	}
	t.body, t.reusable = resp.Body, !resp.Close
	t.whole = resp.Body == http.NoBody
	a := &answer{Response: resp, body: t, length: resp.ContentLength, close: t.close, cancel: func() { _ = l.Close() }}
	a.early = t.meanwhile && !t.uploaded.Load()
	a.note = resp.Header.Get(noteField)
	resp.Header.Del(noteField)
	return a, nil
}

// firstFinal reads the backend's answer. Interim ones (RFC 9110, section 15.2) are passed on when nothing is done to the call.
func (v *visit) firstFinal(l *backendConn, out *http.Request) (*http.Response, error) {
	for {
		resp, err := http.ReadResponse(l.r, out)
		if err != nil || resp.StatusCode >= 200 || resp.StatusCode == http.StatusSwitchingProtocols {
			return resp, err
		}
		if resp.StatusCode != http.StatusContinue && !v.effect.Bites() {
			h := v.w.Header()
			for name, values := range resp.Header {
				h[name] = values
			}
			v.w.WriteHeader(resp.StatusCode)
			clear(h)
		}
	}
}

// ask asks the backend for the whole visit. Without an answer it tells the system what came of it.
func (v *visit) ask() (a *answer, told string) {
	a, err := v.origin.ask(v)
	var nobody unreachable
	switch {
	case err == nil:
		return a, ""
	case v.left():
		v.end(fault.Close)
		return nil, clientLeft
	case errors.As(err, &nobody):
		v.end(fault.Reset)
		return nil, "reset, as the backend is not there"
	}
	v.end(fault.Close)
	return nil, "closed, as the backend did"
}

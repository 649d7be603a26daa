package httpapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/failwell/failwell/fakes"
)

// Handler is a dependency whose backend is h. What h answers with success counts as carried out, so that effects can be counted as
// those of a stub.
func Handler(h http.Handler) fakes.Dependency {
	return fakes.Dependency{Fake: Fake{}, Server: handler{h}, URL: base{}.url}
}

type handler struct{ http.Handler }

// Start serves the handler.
func (h handler) Start(ctx context.Context) (fakes.Backend, error) {
	b := &counted{}
	local, err := serve(ctx, b.count(h.Handler))
	b.local = local
	if err != nil {
		return nil, err
	}
	return b, nil
}

// counted is a handler that is served, and the ledger of what it carried out.
type counted struct {
	*local
	ledger
}

// count notes what h answers with success. What h leaves of a body is not noted.
func (b *counted) count(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		if r.Body != nil {
			r.Body = struct {
				io.Reader
				io.Closer
			}{io.TeeReader(r.Body, &body), r.Body}
		}
		told := &answered{ResponseWriter: w}
		h.ServeHTTP(told, r)
		if told.status < http.StatusBadRequest {
			b.note(r, body.Bytes())
		}
	})
}

// Reset empties the ledger. What the handler keeps is its own.
func (b *counted) Reset(context.Context) error {
	b.forget()
	return nil
}

// Exec is refused: what a handler keeps is its own.
func (b *counted) Exec(context.Context, string, string) error {
	return errors.New("an http handler runs no scripts")
}

var _ fakes.Scripted = (*counted)(nil)

// answered remembers the status of an answer; 0 is 200.
type answered struct {
	http.ResponseWriter
	status int
}

// WriteHeader keeps the status of the final answer.
func (a *answered) WriteHeader(status int) {
	if a.status == 0 && status >= http.StatusOK {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answered) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// Flush sends what is written so far, for handlers that stream.
func (a *answered) Flush() { _ = http.NewResponseController(a.ResponseWriter).Flush() }

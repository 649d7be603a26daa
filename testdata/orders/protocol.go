package main

import "net/http"

// reply is a good answer. A bad one is a *failure.
type reply struct {
	status int
	body   any
}

// trouble is what failed in an answer that is good as a whole.
func (r reply) trouble() *failure {
	if partly, ok := r.body.(interface{ trouble() *failure }); ok {
		return partly.trouble()
	}
	return nil
}

type handler func(r *http.Request) (reply, error)

// protocol writes what came of a request.
type protocol interface {
	succeed(w http.ResponseWriter, r *http.Request, rep reply)
	fail(w http.ResponseWriter, r *http.Request, f *failure)
}

// rest answers with JSON, and with problems.
type rest struct{ s *server }

func (p rest) succeed(w http.ResponseWriter, r *http.Request, rep reply) {
	p.s.send(w, r, rep.status, "application/json", rep.body)
}

func (p rest) fail(w http.ResponseWriter, r *http.Request, f *failure) { p.s.sendFailure(w, r, f) }

package main

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// The media types of answers.
const (
	graphqlJSON = "application/graphql-response+json"
	plainJSON   = "application/json"
)

// accepted is the media type that the client likes best of ours. Who names none gets application/json, as clients did that
// are older than the other one. False: the client takes neither.
func accepted(h http.Header) (media string, ok bool) {
	text := strings.Join(h.Values("Accept"), ",")
	if strings.TrimSpace(text) == "" {
		return plainJSON, true
	}
	liked := map[string]float64{}
	for entry := range strings.SplitSeq(text, ",") {
		media, params, err := mime.ParseMediaType(entry)
		if err != nil {
			continue
		}
		q, err := strconv.ParseFloat(params["q"], 64)
		if err != nil {
			q = 1
		}
		liked[media] = max(liked[media], q)
	}
	wild := max(liked["*/*"], liked["application/*"])
	plain, named := liked[plainJSON]
	if !named {
		plain = wild
	}
	switch own := liked[graphqlJSON]; {
	case own > 0 && own >= plain:
		return graphqlJSON, true
	case plain > 0:
		return plainJSON, true
	}
	return graphqlJSON, false
}

// succeed sends a result.
func (g *graphQL) succeed(w http.ResponseWriter, r *http.Request, rep reply) {
	media, _ := accepted(r.Header)
	if g.s.cfg.bugs != nil && g.sendBadly(w, r, rep, media) {
		return
	}
	g.s.send(w, r, rep.status, media+"; charset=utf-8", rep.body)
}

// fail sends what went wrong with a request as a whole: there are no data, and the status is that of REST.
func (g *graphQL) fail(w http.ResponseWriter, r *http.Request, f *failure) {
	f.fields(w.Header())
	g.succeed(w, r, reply{f.Status, result{Errors: []resultError{g.errorOf(r.Context(), f)}, failure: f}})
}

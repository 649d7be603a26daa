package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"

	"github.com/graph-gophers/graphql-go"
	gqlerrors "github.com/graph-gophers/graphql-go/errors"
)

const bodyLimit = 64 << 10 // bytes, of a request as of the answer of an upstream

// endpoint answers operations by GraphQL over HTTP, the draft of February 2025.
type endpoint struct {
	schema *graphql.Schema
	shop   *shop
	log    *slog.Logger
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	media := chosen(q.Header.Get("Accept"))
	if media == "" {
		refuse(w, typeJSON, http.StatusNotAcceptable, "The answer is application/graphql-response+json or application/json.")
		return
	}
	asked, r := parse(w, q)
	if r != nil {
		if r.status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", r.allow)
		}
		refuse(w, media, r.status, r.text)
		return
	}
	ctx := context.WithValue(q.Context(), loadsKey, newLoads(q.Context(), e.shop))
	answer := e.schema.Exec(ctx, asked.Query, asked.OperationName, asked.Variables)
	if notExecuted(answer) {
		refit(answer)
		answer.Data = nil
	}
	status := http.StatusOK
	if answer.Data == nil && media == typeGraphQL {
		status = http.StatusBadRequest
	}
	e.mask(q, answer)
	write(w, status, media, answer)
}

// notExecuted tells whether the library refused the operation: then no error belongs to a place of the data.
func notExecuted(a *graphql.Response) bool {
	for _, err := range a.Errors {
		if len(err.Path) > 0 {
			return false
		}
	}
	return len(a.Errors) > 0
}

// refit says in plain words what the library finds only when it has begun: that a value does not fit its type in the schema.
func refit(a *graphql.Response) {
	for _, err := range a.Errors {
		if a.Data != nil {
			err.Message = "A variable does not fit its type."
		}
	}
}

// mask logs the cause of each error, and leaves to callers only what is meant for them.
func (e *endpoint) mask(q *http.Request, a *graphql.Response) {
	for _, err := range a.Errors {
		var known *failure
		if err.ResolverError == nil {
			if len(err.Path) > 0 {
				err.Message, err.Extensions = publicText[codeOurs], map[string]any{"code": codeOurs}
				continue
			}
			err.Extensions = map[string]any{"code": "GRAPHQL_VALIDATION_FAILED"}
			if errors.Is(err, gqlerrors.ErrSyntax) {
				err.Extensions["code"] = "GRAPHQL_PARSE_FAILED"
			}
			continue
		}
		if !errors.As(err.ResolverError, &known) {
			known = &failure{codeOurs, err.ResolverError}
			err.Extensions = known.Extensions()
		}
		err.Message = known.Error()
		e.log.Error("field failed", "request_id", requestID(q.Context()), "path", err.Path, "code", known.code, "cause", known.cause.Error())
	}
}

// asked is a request of GraphQL over HTTP.
type asked struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
}

type refusal struct {
	status int
	text   string
	allow  string
}

// parse reads a request, or says why it is none. Members that are not known are ignored.
func parse(w http.ResponseWriter, q *http.Request) (a asked, r *refusal) {
	if q.Method != http.MethodPost {
		return a, &refusal{http.StatusMethodNotAllowed, "Operations are sent by POST.", http.MethodPost}
	}
	if media, _, _ := mime.ParseMediaType(q.Header.Get("Content-Type")); media != "application/json" || q.Header.Get("Content-Encoding") != "" {
		return a, &refusal{status: http.StatusUnsupportedMediaType, text: "The body must be application/json."}
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, q.Body, bodyLimit))
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &big):
		return a, &refusal{status: http.StatusRequestEntityTooLarge, text: "The body is too large."}
	case err != nil:
		return a, &refusal{status: http.StatusBadRequest, text: "The body did not arrive."}
	case json.Unmarshal(text, &a) != nil:
		return a, &refusal{status: http.StatusBadRequest, text: "The body is no GraphQL request in JSON."}
	case a.Query == "":
		return a, &refusal{status: http.StatusBadRequest, text: "The request has no query."}
	}
	return a, nil
}

// quiet keeps panics of resolvers from callers.
type quiet struct{ log *slog.Logger }

func (quiet) text() *gqlerrors.QueryError {
	return &gqlerrors.QueryError{Message: publicText[codeOurs], Extensions: map[string]any{"code": codeOurs}}
}

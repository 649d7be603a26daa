package main

import (
	"cmp"
	"context"
	"encoding/json"
	stderrors "errors"
	"fmt"
	"runtime/debug"
	"slices"

	graphql "github.com/graph-gophers/graphql-go"
	"github.com/graph-gophers/graphql-go/errors"
)

// result is an answer to an operation (section 7.1 of the specification).
type result struct {
	Errors []resultError   `json:"errors,omitempty"`
	Data   json.RawMessage `json:"data,omitempty"` // empty: nothing was executed

	failure *failure // for the log: the worst of what failed, with all causes
}

// resultError is one entry of errors. Its message is of our own words.
type resultError struct {
	Message    string            `json:"message"`
	Locations  []errors.Location `json:"locations,omitempty"`
	Path       []any             `json:"path,omitempty"`
	Extensions map[string]any    `json:"extensions"`
}

func (r result) trouble() *failure { return r.failure }

// resultOf masks what the executor says.
func (g *graphQL) resultOf(ctx context.Context, answer *graphql.Response) result {
	out := result{Data: answer.Data}
	var causes []error
	for _, e := range answer.Errors {
		f := failureOf(e)
		shown := g.errorOf(ctx, f)
		shown.Locations, shown.Path = e.Locations, e.Path
		out.Errors = append(out.Errors, shown)
		causes = append(causes, fmt.Errorf("%v: %w", e.Path, f))
		if out.failure == nil || f.Status > out.failure.Status {
			worst := *f
			out.failure = &worst
		}
	}
	if out.failure != nil {
		out.failure.Cause = stderrors.Join(causes...)
	}
	slices.SortStableFunc(out.Errors, func(a, b resultError) int { return cmp.Compare(fmt.Sprint(a.Path), fmt.Sprint(b.Path)) })
	if g.s.cfg.bugs != nil {
		out = g.worse(out)
	}
	return out
}

// errorOf says of a failure what the client may know.
func (g *graphQL) errorOf(ctx context.Context, f *failure) resultError {
	extensions := map[string]any{"code": codeOf(f), "traceId": traceFrom(ctx).id}
	if f.Outcome != "" {
		extensions["outcome"] = f.Outcome
	}
	if len(f.Errors) > 0 {
		extensions["fields"] = f.Errors
	}
	e := resultError{Message: detailOf(f), Extensions: extensions}
	if g.s.cfg.bugs != nil {
		g.spoil(&e, f)
	}
	return e
}

// failureOf is what a resolver returned, or what is wrong with the request.
func failureOf(e *errors.QueryError) *failure {
	if e.ResolverError != nil {
		return asFailure(e.ResolverError)
	}
	if e.Path != nil {
		return asFailure(e) // the executor could not use what a resolver returned
	}
	f := &failure{Status: 400, Code: "graphql_validation_failed", Detail: e.Message, Cause: e}
	switch {
	case stderrors.Is(e, errors.ErrSyntax):
		f.Code, f.Detail = "graphql_parse_failed", "The document is not well-formed GraphQL."
	case e.Rule == coercion:
		f.Code, f.Detail = "bad_user_input", "A variable or an argument has a value that is not of its type."
	case e.Rule == "MaxDepthExceeded", e.Rule == "OverlapValidationLimitExceeded", e.Rule == "MaxRootFields", stderrors.Is(e, graphql.ErrTooManySelections):
		f.Code, f.Detail = "too_complex", fmt.Sprintf("An operation may have at most %d levels, %d fields and %d fields at its root.", depthMax, selectionMax, rootMax)
	case e.Rule == "":
		f.Code, f.Detail = "operation_resolution_failure", "The document does not have exactly the one operation that was asked for."
	}
	return f
}

// panics makes errors of panics of resolvers, and leaves the log to the line of the request.
type panics struct{}

// MakePanicError keeps the stack for the log.
func (panics) MakePanicError(_ context.Context, value any) *errors.QueryError {
	return &errors.QueryError{Message: "panic", ResolverError: fmt.Errorf("panic: %v\n%s", value, debug.Stack())}
}

// LogPanic does nothing.
func (panics) LogPanic(context.Context, any) {}

package main

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"

	graphql "github.com/graph-gophers/graphql-go"
	"github.com/graph-gophers/graphql-go/errors"
)

//go:embed schema.graphql
var schemaText string

// The bounds of an operation: what is beyond them is refused before anything is asked of a dependency.
const (
	depthMax     = 16  // of nested fields: the usual introspection needs 15
	selectionMax = 400 // fields, with fragments spread out
	rootMax      = 20  // fields of the root that are resolved, by any alias
)

// graphQL serves the domain of REST as a graph, at /graphql.
//
//	request -> operation -> rehearsal: all that is wrong with the request -> resolvers -> result
type graphQL struct {
	s      *server
	schema *graphql.Schema
}

func newGraphQL(s *server) (*graphQL, error) {
	g := &graphQL{s: s}
	schema, err := graphql.ParseSchema(schemaText, &root{s}, graphql.UseStringDescriptions(), graphql.MaxDepth(depthMax), graphql.MaxSelections(selectionMax),
		graphql.OverlapValidationLimit(10_000), graphql.MaxParallelism(4), graphql.Tracer(rehearsal{}), graphql.PanicHandler(panics{}), graphql.Logger(panics{}))
	if err != nil {
		return nil, fmt.Errorf("read schema: %w", err)
	}
	g.schema = schema
	return g, nil
}

// ServeHTTP takes all methods, so that the answer to a wrong one is GraphQL too.
func (g *graphQL) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := g.s.unknown
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		h = g.ask(fromQuery)
	case http.MethodPost:
		h = g.ask(fromBody)
	}
	g.s.answerIn(g, w, r, h)
}

// ask answers one request, read as its method wants it.
func (g *graphQL) ask(read func(*http.Request) (request, error)) handler {
	return func(r *http.Request) (reply, error) {
		if _, ok := accepted(r.Header); !ok {
			return reply{}, &failure{Status: 406, Code: "not_acceptable", Detail: "Answers come as " + graphqlJSON + " or " + plainJSON + "."}
		}
		q, err := read(r)
		if err != nil {
			return reply{}, err
		}
		h := func(r *http.Request) (reply, error) { return g.execute(r, q) }
		if !q.mutates() {
			return h(r)
		}
		if r.Method != http.MethodPost {
			return reply{}, &failure{Status: 405, Code: "method_not_allowed", Detail: "Mutations are sent by POST.", Header: http.Header{"Allow": {"POST"}}}
		}
		return g.s.authenticated(h)(r)
	}
}

// execute runs the operation, unless the request is wrong.
func (g *graphQL) execute(r *http.Request, q request) (reply, error) {
	q, wrong := g.chosen(q)
	if len(wrong) == 0 {
		wrong = g.rehearse(r.Context(), q)
	}
	if len(wrong) > 0 {
		return g.refused(r, wrong), nil
	}
	// A context that ends would cost the whole answer, so the executor gets one without an end: it is the
	// resolvers that give up in time, each for itself.
	ctx := withVisit(context.WithoutCancel(r.Context()), &visit{ctx: r.Context(), header: r.Header, bugs: g.s.cfg.bugs})
	answer := g.schema.Exec(ctx, q.Query, q.OperationName, q.Variables)
	return reply{http.StatusOK, g.resultOf(r.Context(), answer)}, nil
}

// refused is the answer to a request that was not executed (section 7.1.2 of the specification): 400, or 200 for clients
// that only know application/json.
func (g *graphQL) refused(r *http.Request, wrong []*errors.QueryError) reply {
	status := http.StatusBadRequest
	if media, _ := accepted(r.Header); media == plainJSON || g.s.bug("gql-request-errors-200") {
		status = http.StatusOK
	}
	return reply{status, g.resultOf(r.Context(), &graphql.Response{Errors: wrong})}
}

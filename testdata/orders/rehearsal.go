package main

import (
	"context"
	stderrors "errors"
	"fmt"
	"slices"
	"sync/atomic"

	graphql "github.com/graph-gophers/graphql-go"
	"github.com/graph-gophers/graphql-go/errors"
	"github.com/graph-gophers/graphql-go/introspection"
	"github.com/graph-gophers/graphql-go/trace/tracer"
)

// rehearsal runs an operation without its resolvers. The executor coerces values of scalars and counts selections only while
// it runs, leaves out the field where something is wrong and goes on with the others; by the specification nothing at all may
// be executed then (section 6.1.2).
type rehearsal struct{}

type rehearsalKey struct{}

// coercion is the executor's word for a variable that is not of its type; about scalars it is silent, and we say it.
const coercion = "VariablesOfCorrectType"

// rehearse finds everything that is wrong with a request; nil: it can be executed.
func (g *graphQL) rehearse(ctx context.Context, q request) (wrong []*errors.QueryError) {
	roots := new(atomic.Int32)
	answer := g.schema.Exec(context.WithValue(context.WithoutCancel(ctx), rehearsalKey{}, roots), q.Query, q.OperationName, q.Variables)
	if answer.Data == nil {
		return answer.Errors
	}
	for _, e := range answer.Errors {
		if e.Message != context.Canceled.Error() {
			if e.Rule == "" && !stderrors.Is(e, graphql.ErrTooManySelections) {
				e.Rule = coercion
			}
			wrong = append(wrong, e)
		}
	}
	if n := roots.Load(); len(wrong) == 0 && n > rootMax {
		wrong = append(wrong, &errors.QueryError{Rule: "MaxRootFields", Message: fmt.Sprintf("%d fields at the root", n)})
	}
	return wrong
}

// chosen is a request whose document has no operation but the one that it names. The executor wants the variables of all
// operations, while values are only for the one (section 6.1). What is wrong anywhere in the document is said as before.
func (g *graphQL) chosen(q request) (request, []*errors.QueryError) {
	all := operationsOf(q.Query)
	found := slices.ContainsFunc(all, func(d definition) bool { return d.name == q.OperationName && d.name != "" })
	if len(all) == 1 && (found || q.OperationName == "") {
		return q, nil
	}
	wrong := slices.DeleteFunc(g.schema.Validate(q.Query), func(e *errors.QueryError) bool { return e.Rule == coercion })
	if !found && len(wrong) == 0 {
		wrong = append(wrong, errors.Errorf("no operation %q among %d", q.OperationName, len(all)))
	}
	q.Query = isolated(q.Query, q.OperationName)
	return q, wrong
}

// TraceField keeps the executor of a rehearsal from calling a resolver: it does not where the context has ended.
func (rehearsal) TraceField(ctx context.Context, _, typeName, field string, _ bool, _ map[string]any) (context.Context, func(*errors.QueryError)) {
	roots, ok := ctx.Value(rehearsalKey{}).(*atomic.Int32)
	if !ok {
		return ctx, func(e *errors.QueryError) { visitFrom(ctx).misname(e, field) }
	}
	if typeName == "Query" || typeName == "Mutation" {
		roots.Add(1)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	return ended, func(*errors.QueryError) {}
}

// TraceQuery does nothing.
func (rehearsal) TraceQuery(ctx context.Context, _, _ string, _ map[string]any, _ map[string]*introspection.Type) (context.Context, tracer.QueryFinishFunc) {
	return ctx, func([]*errors.QueryError) {}
}

package labfile

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/capture"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/graphql"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/scenario"
)

// Open tells whether there are requests that only the running system can tell.
func (f *File) Open() bool { return f.operations != nil && f.operations.schema == nil }

// discovery asks the running system for its schema: to make the requests of it, or to see whether it is that of the file. It is nil
// where the lab asks nothing of GraphQL.
func (f *File) discovery() lab.Discovery {
	o := f.operations
	if o == nil {
		return nil
	}
	return func(_ context.Context, send func(scenario.Request) (exchange.Exchange, error)) (lab.Discovered, error) {
		served, err := o.served(send)
		tells := o.tells(err == nil, send)
		switch {
		case o.schema != nil && err != nil:
			return lab.Discovered{Notes: slices.Concat(f.left, tells)}, nil // a service need not tell it
		case o.schema != nil:
			return lab.Discovered{Notes: slices.Concat(f.left, o.differs(served), tells)}, nil
		case err != nil:
			return lab.Discovered{}, decode.Problems{{Pos: o.node.Get("endpoint").Pos(), What: fmt.Sprintf("%v; say where the schema is: schema: FILE", err)}}
		}
		found, notes, err := o.requests(served, f.Requests)
		return lab.Discovered{Requests: found, Notes: slices.Concat(notes, tells)}, err
	}
}

// tells says what the system tells of its schema to everybody: the whole of it, and the names that a misspelt one is near.
func (o *operations) tells(introspected bool, send func(scenario.Request) (exchange.Exchange, error)) []string {
	var what []string
	if introspected {
		what = append(what, "tells its schema (introspection)")
	}
	if e, err := send(o.ask(misspelt, "{ __typenam }")); err == nil && e.Response != nil && strings.Contains(strings.ToLower(e.Response.Body), "did you mean") {
		what = append(what, "suggests names for misspelt ones")
	}
	if len(what) == 0 {
		return nil
	}
	return []string{"the system " + strings.Join(what, " and ") + " to anybody who may ask: in production this shows an attacker where to look"}
}

// The names of what is asked to learn the schema.
const (
	introspection = "introspection"
	misspelt      = "suggestion"
)

// ask is a request for a document of failwell's own.
func (o *operations) ask(name, document string) scenario.Request {
	q := scenario.Operation(o.Endpoint, graphql.Written{Operation: graphql.Operation{Kind: graphql.Query}, Document: document}, nil)
	q.Name, q.Header = name, o.Header
	return q
}

// served is the schema that the system tells.
func (o *operations) served(send func(scenario.Request) (exchange.Exchange, error)) (*graphql.Schema, error) {
	e, err := send(o.ask(introspection, graphql.Introspection()))
	if err != nil {
		return nil, err
	}
	if e.Response == nil {
		return nil, fmt.Errorf("the system does not tell its schema: POST %s gives %s %s", o.Endpoint, e.Failure, e.Detail)
	}
	schema, err := graphql.Read(introspection, capture.Body(e.Response))
	if err != nil {
		return nil, fmt.Errorf("the system does not tell its schema: POST %s gives %d; %s", o.Endpoint, e.Status(), strings.TrimPrefix(err.Error(), introspection+": "))
	}
	return schema, nil
}

// differs says in what the schema that is served is another than that of the file.
func (o *operations) differs(served *graphql.Schema) []string {
	all := o.schema.Differs(served)
	for i, what := range all {
		all[i] = fmt.Sprintf("the system does not serve %s: %s", o.file, what)
	}
	return all
}

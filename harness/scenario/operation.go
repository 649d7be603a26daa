package scenario

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/graphql"
)

// OfGraphQL is the label of every request that is a GraphQL operation, and so of its cases.
const OfGraphQL = "graphql"

// Operation is the request that asks an endpoint for a GraphQL operation by POST (GraphQL over HTTP, 5.4). Variables is a map from
// their names to values, in which names may stand; those that the operation does not have are left out. A query is safe although
// it is posted.
func Operation(endpoint string, w graphql.Written, variables *decode.Node) Request {
	safe, op := w.Kind == graphql.Query, w.Operation
	r := Request{Name: w.Name, Method: "POST", Target: endpoint, JSON: posted(w, variables), Safe: &safe,
		Labels: []string{OfGraphQL, w.Kind}, Operation: &op, Pos: w.Pos}
	for key, document := range graphql.Alone(w.Document, w.Name) {
		alone := w
		alone.Document, alone.Name = document, ""
		alone.Variables = slices.DeleteFunc(slices.Clone(w.Variables), func(v graphql.Variable) bool { return !strings.Contains(document, "$"+v.Name) })
		field := r
		field.JSON, field.Fields = posted(alone, variables), nil
		if r.Fields == nil {
			r.Fields = map[string]Request{}
		}
		r.Fields[key] = field
	}
	return r
}

// Replaced are requests among which others take the places of their names; those that have none follow.
func Replaced(all, others []Request) []Request {
	all = slices.Clone(all)
	for _, r := range others {
		if i := slices.IndexFunc(all, func(o Request) bool { return o.Name == r.Name }); i >= 0 {
			all[i] = r
		} else {
			all = append(all, r)
		}
	}
	return all
}

// posted is the body that asks for an operation.
func posted(w graphql.Written, variables *decode.Node) *decode.Node {
	fields := []decode.Field{member("query", strings.ReplaceAll(w.Document, "$", "$$"))}
	var values []decode.Field
	for _, v := range w.Variables {
		if value := variables.Get(v.Name); value != nil {
			values = append(values, decode.Field{Key: decode.NewText(value.Pos(), v.Name), Value: asTyped(value, v.Type)})
		}
	}
	if len(values) > 0 {
		fields = append(fields, decode.Field{Key: decode.NewText(w.Pos, "variables"), Value: decode.NewMap(w.Pos, values...)})
	}
	if w.Name != "" {
		fields = append(fields, member("operationName", w.Name))
	}
	return decode.NewMap(w.Pos, fields...)
}

// Operations are the requests for all operations of a document.
func Operations(endpoint, schema, document string, variables map[string]any) ([]Request, error) {
	types, err := graphql.Read("schema", []byte(schema))
	if err != nil {
		return nil, err
	}
	written, err := types.Parse("document", []byte(document), variables)
	if err != nil {
		return nil, err
	}
	values, err := Literal(variables)
	if err != nil {
		return nil, fmt.Errorf("variables: %w", err)
	}
	var all []Request
	for _, w := range written {
		all = append(all, Operation(endpoint, w, values))
	}
	return all, nil
}

// Literal is a value as if it stood in a file, without names in it.
func Literal(value any) (*decode.Node, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return decode.Parse("", []byte(strings.ReplaceAll(string(text), "$", "$$")))
}

func member(name, text string) decode.Field {
	return decode.Field{Key: decode.NewScalar(decode.Pos{}, name), Value: decode.NewText(decode.Pos{}, text)}
}

// asTyped makes text of a value that was written without quotes, where the type wants text: id: 1001.
func asTyped(value *decode.Node, t graphql.Type) *decode.Node {
	if named := t.Named(); value.Kind() == decode.Scalar && (named == "String" || named == "ID") {
		return decode.NewText(value.Pos(), value.Text())
	}
	return value
}

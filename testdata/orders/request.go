package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
)

// request is a GraphQL request (GraphQL over HTTP, section 5.1).
type request struct {
	Query         string
	OperationName string
	Variables     map[string]any
}

// fromBody reads the request of a POST. Members that nobody knows are ignored, as the draft wants it.
func fromBody(r *http.Request) (request, error) {
	fields, err := readObject(r)
	if err != nil {
		if f := asFailure(err); f.Code == "invalid" {
			err = noRequest(err)
		}
		return request{}, err
	}
	return requestOf(fields.fields)
}

// fromQuery reads the request of a GET, whose variables are JSON in a parameter.
func fromQuery(r *http.Request) (request, error) {
	parameters, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return request{}, noRequest(err)
	}
	members := map[string]json.RawMessage{}
	for _, name := range []string{"query", "operationName", "variables", "extensions"} {
		text := parameters.Get(name)
		switch {
		case text == "":
		case name == "query" || name == "operationName":
			members[name], _ = json.Marshal(text) // a string always encodes
		case !json.Valid([]byte(text)):
			return request{}, noRequest(errors.New(name + " is not JSON"))
		default:
			members[name] = json.RawMessage(text)
		}
	}
	return requestOf(members)
}

// requestOf checks the types of the members; all but query may be null or absent.
func requestOf(members map[string]json.RawMessage) (request, error) {
	var q request
	var extensions map[string]any
	for name, into := range map[string]any{"query": &q.Query, "operationName": &q.OperationName, "variables": &q.Variables, "extensions": &extensions} {
		if raw, ok := members[name]; ok && json.Unmarshal(raw, into) != nil {
			return request{}, noRequest(errors.New(name + " has the wrong type"))
		}
	}
	if q.Query == "" {
		return request{}, noRequest(errors.New("no query"))
	}
	return q, nil
}

func noRequest(cause error) error {
	return &failure{Status: 400, Code: "bad_request", Cause: cause,
		Detail: "Send an object with the string query and, where needed, the string operationName and the objects variables and extensions."}
}

// mutates tells whether the operation that would be executed is a mutation. Of a document that is wrong it may tell either.
func (q request) mutates() bool {
	for _, o := range operationsOf(q.Query) {
		if o.kind == "mutation" && (q.OperationName == "" || o.name == q.OperationName) {
			return true
		}
	}
	return false
}

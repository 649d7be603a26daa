// Package graphql knows what GraphQL promises: how operations are written against a schema, and what an answer must look like
// (GraphQL specification, sections 6 and 7). It knows neither HTTP nor faults.
//
//	schema (SDL or introspection) + document --> Operation --> judges answers: format, types, nulls, what is left
//
// Only reading schemas and documents takes gqlparser. An Operation is plain data that holds all of the schema which its answers
// need, so that a saved case is judged without the schema.
package graphql

import "strings"

// Operation is one operation of a document, with what the schema says of everything that it selects.
type Operation struct {
	Kind      string     `json:"kind"`           // query or mutation
	Name      string     `json:"name,omitempty"` // its operationName; "": the document has but this one, without a name
	Draft     Draft      `json:"draft,omitempty"`
	Calls     int        `json:"calls,omitempty"` // how many calls of dependencies one request may make, as the lab says; 0: not said
	Root      Selection  `json:"root"`
	Variables []Variable `json:"variables,omitempty"`
}

// The kinds of operations.
const (
	Query    = "query"
	Mutation = "mutation"
)

// Draft is the year of the draft of GraphQL over HTTP that the service keeps to; "" takes what either allows.
type Draft string

// The drafts: that of February 2025, which most servers follow, and that of August 2026.
const (
	Draft2025 Draft = "2025"
	Draft2026 Draft = "2026"
)

// Selection is what is selected of a value that is an object: one Shape for each group of concrete types that have the same.
type Selection []Shape

// Shape is the fields that are selected of some concrete types, collected and merged (section 6.3.2), in order.
type Shape struct {
	Types  []string `json:"types"` // the concrete types: one for an object type, more for interfaces and unions
	Fields []Field  `json:"fields,omitempty"`
}

// Field is one field of an answer.
type Field struct {
	Key    string    `json:"key"`              // how the answer calls it: its alias, or its name
	Name   string    `json:"name"`             // in the schema
	Type   Type      `json:"type"`             // by the concrete type, not by an interface of it
	Scalar bool      `json:"scalar,omitempty"` // its named type is a scalar
	Values []string  `json:"values,omitempty"` // of an enum: its values
	Of     Selection `json:"of,omitempty"`     // of an object, an interface or a union
	Maybe  bool      `json:"maybe,omitempty"`  // a @skip or @include hangs on a variable that is not known here
}

// Variable is a variable of an operation.
type Variable struct {
	Name     string `json:"name"`
	Type     Type   `json:"type"`
	Required bool   `json:"required,omitempty"` // not null, and no default
	Enum     bool   `json:"enum,omitempty"`     // its named type is an enum
}

// Type is a type as a schema writes it: String, [Order!]!.
type Type string

// NonNull tells whether null is no value of it.
func (t Type) NonNull() bool { return strings.HasSuffix(string(t), "!") }

// Nullable is the type without its own "!".
func (t Type) Nullable() Type { return Type(strings.TrimSuffix(string(t), "!")) }

// Elem is the type of the elements of a list; false: it is no list.
func (t Type) Elem() (Type, bool) {
	inner, ok := strings.CutPrefix(string(t.Nullable()), "[")
	return Type(strings.TrimSuffix(inner, "]")), ok
}

// Named is the name that is left without lists and "!".
func (t Type) Named() string { return strings.Trim(string(t), "[]!") }

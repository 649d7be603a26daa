package graphql

import "encoding/json"

// Answer is a response to an operation (section 7).
type Answer struct {
	Data       any  // nil: null, or not there
	HasData    bool // the member data is there
	Errors     []Error
	Extensions map[string]any
}

// Error is one entry of errors (section 7.1.2).
type Error struct {
	Message    string
	Locations  []Location
	Path       []any // strings and ints; nil: it speaks of no place in the answer
	Extensions map[string]any
}

// Location is a place in the document, from 1.
type Location struct{ Line, Column int }

// Breach is one thing in which an answer is not as the specification says.
type Breach struct {
	Rule   string // a stable word for the kind of it, such as member, errors-empty, path-missing
	At     string // where, as a path: orders[0].total; "": the answer as a whole
	Reason string // what is wrong, in words without the place
	Cite   string // the section that says so
}

// HasErrors tells whether a body is an answer that lists errors.
func HasErrors(body []byte) bool {
	var a struct {
		Errors []json.RawMessage `json:"errors"`
	}
	return json.Unmarshal(body, &a) == nil && len(a.Errors) > 0
}

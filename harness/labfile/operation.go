package labfile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/graphql"
	"github.com/failwell/failwell/harness/scenario"
)

// requests are those that a schema and the lab give: the lab's own that name an operation, then every operation of a document that
// none of those names, then the operations that are made. Notes say what could not be made.
func (o *operations) requests(schema *graphql.Schema, own []scenario.Request) (found []scenario.Request, notes []string, err error) {
	var bad decode.Problems
	written := o.written(schema, &bad)
	unread := bad.Err() != nil // then it is not known which operations there are
	made := map[string]graphql.Made{}
	if len(o.documents) == 0 {
		all, left := schema.Make(o.Mutations, o.values())
		for _, m := range all {
			written, made[m.Name] = append(written, m.Written), m
		}
		for _, l := range left {
			notes = append(notes, fmt.Sprintf("no operation could be made for %s: %s", l.Field, l.Why))
		}
	}
	asked := map[string]bool{}
	for _, q := range own {
		if q.Asks == "" {
			continue
		}
		i := slices.IndexFunc(written, func(w graphql.Written) bool { return calledAs(w) == q.Asks })
		if i < 0 && unread {
			continue
		}
		if i < 0 {
			bad.Add(q.Pos, "unknown operation %q%s", q.Asks, decode.DidYouMean(q.Asks, called(written)))
			continue
		}
		asked[q.Asks] = true
		found = append(found, o.request(written[i], made[q.Asks], &q, &bad))
	}
	for _, w := range written {
		if asked[calledAs(w)] {
			continue
		}
		q := o.request(w, made[w.Name], nil, &bad)
		if slices.ContainsFunc(own, func(o scenario.Request) bool { return o.Name == q.Name }) {
			q.Name = w.Kind + "-" + q.Name
		}
		found = append(found, q)
	}
	if !unread {
		o.misspelt(written, &bad)
	}
	return found, notes, bad.Err()
}

// written reads the operations of all documents, each with the fragments that it uses of files which have nothing else. An operation
// without a name is called as its file.
func (o *operations) written(schema *graphql.Schema, bad *decode.Problems) []graphql.Written {
	var all []graphql.Written
	first := map[string]decode.Pos{}
	var libraries [][]byte
	for _, d := range o.documents {
		if graphql.IsLibrary(d.src) {
			libraries = append(libraries, d.src)
		}
	}
	for _, d := range o.documents {
		if graphql.IsLibrary(d.src) {
			continue
		}
		some, err := schema.Parse(d.name, graphql.WithFragments(d.src, libraries), nil)
		bad.Join(err, decode.Pos{File: d.name})
		for _, w := range some {
			if other, twice := first[w.Name]; twice && w.Name != "" {
				bad.Add(w.Pos, "there is an operation %q already, in %s; rename one of them", w.Name, other)
			}
			first[w.Name] = w.Pos
			all = append(all, w)
		}
	}
	return all
}

// calledAs is the name by which the lab speaks of an operation: its own, or that of its file without folder and ending.
func calledAs(w graphql.Written) string { return cmp.Or(w.Name, stem(w.Pos.File)) }

// request is the request for an operation, with what the lab says of it.
func (o *operations) request(w graphql.Written, made graphql.Made, own *scenario.Request, bad *decode.Problems) scenario.Request {
	name := calledAs(w)
	w.Draft, w.Calls = graphql.Draft(o.Draft.Text()), o.calls(name)
	var special *decode.Node
	if own != nil {
		special = own.Variables
	}
	var fields []decode.Field
	for _, v := range w.Variables {
		value := o.variable(name, v.Name, special)
		if given, ok := made.Values[v.Name]; ok && value == nil {
			var err error
			value, err = scenario.Literal(given)
			bad.Join(err, w.Pos)
		}
		switch {
		case value != nil:
			fields = append(fields, decode.Field{Key: decode.NewText(value.Pos(), v.Name), Value: value})
		case v.Required:
			bad.Add(w.Pos, "%s needs a value for $%s, a %s: give it under `graphql: {variables: {%s: ...}}`", name, v.Name, v.Type, v.Name)
		}
	}
	q := scenario.Operation(o.Endpoint, w, decode.NewMap(w.Pos, fields...))
	q.Header, q.Offered = maps.Clone(o.Header), made.Field != ""
	q.Name = name
	if own == nil {
		return q
	}
	return refined(q, *own)
}

// refined is an operation's request with what a request of the lab says beside.
func refined(q, own scenario.Request) scenario.Request {
	own.Method, own.Target, own.JSON, own.Operation, own.Fields = q.Method, q.Target, q.JSON, q.Operation, q.Fields
	header := q.Header
	for name, v := range own.Header {
		if header == nil {
			header = map[string]string{}
		}
		maps.DeleteFunc(header, func(h, _ string) bool { return strings.EqualFold(h, name) })
		header[name] = v
	}
	own.Header, own.Labels = header, append(q.Labels, own.Labels...)
	if own.Safe == nil {
		own.Safe = q.Safe
	}
	return own
}

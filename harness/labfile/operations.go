package labfile

import (
	"strconv"
	"strings"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/graphql"
	"github.com/failwell/failwell/harness/scenario"
)

// operations is the section `graphql`: where operations are sent, and which.
type operations struct {
	Endpoint   string            `json:"endpoint" decode:"must" doc:"the path to which operations are sent" example:"/graphql"`
	Schema     *decode.Node      `json:"schema" doc:"a file with the schema, or introspection" default:"introspection" example:"schema.graphql"`
	Operations *decode.Node      `json:"operations" doc:"patterns of files that hold operations" default:"operations are made from the schema" example:"[graphql/*.graphql]"`
	Mutations  []string          `json:"mutations" decode:"one" doc:"mutations that may be made from the schema" default:"none" example:"[createOrder]"`
	Variables  *decode.Node      `json:"variables" doc:"values of variables, for all operations or for one" example:"{id: 1001, GetOrder: {id: 7}}"`
	Header     map[string]string `json:"header" doc:"header fields of every operation" example:"{X-Client: failwell}"`
	Draft      *decode.Node      `json:"draft" doc:"which edition of GraphQL over HTTP is served" example:"2025"`
	Calls      *decode.Node      `json:"calls" doc:"how many calls of dependencies an operation may make, for all or for one" example:"5"`

	node      *decode.Node
	documents []graphqlFile
	schema    *graphql.Schema // nil: the system is asked for it
	file      string          // of the schema
}

// graphqlFile is a file of operations.
type graphqlFile struct {
	name string
	src  []byte
}

// ReadNode keeps the node, for the places of its names.
func (o *operations) ReadNode(n *decode.Node) error {
	type plain operations
	err := n.Into((*plain)(o))
	o.node = n
	return err
}

// readOperations reads the section, and gives the requests of operations what is known of them before the system runs: all, where
// the schema is a file.
func (r *reader) readOperations(o *operations) {
	for i := range r.Requests {
		if q := &r.Requests[i]; q.Asks != "" && o == nil {
			r.bad.Add(q.Pos, "operation: %s wants the section `graphql`, which says where operations are sent", q.Asks)
		}
	}
	if o == nil {
		return
	}
	if o.Endpoint != "" && !strings.HasPrefix(o.Endpoint, "/") {
		r.bad.Add(o.node.Get("endpoint").Pos(), "want a path such as /graphql, not %q", o.Endpoint)
	}
	r.word(o.Draft, "draft", string(graphql.Draft2025), string(graphql.Draft2026))
	r.readCalls(o.Calls)
	if len(o.Mutations) > 0 && o.Operations != nil {
		r.bad.Add(o.node.Get("mutations").Pos(), "mutations allows some of the operations that are made; `operations` says which are sent, so leave it out")
	}
	r.readDocuments(o)
	r.readSchema(o)
	r.operations = o
	for i := range r.Requests {
		if q := &r.Requests[i]; q.Asks != "" {
			q.Method, q.Target = "POST", o.Endpoint // until it is known in full
		}
	}
	if o.schema == nil {
		return
	}
	found, notes, err := o.requests(o.schema, r.Requests)
	r.bad.Join(err, o.node.Pos())
	r.Requests, r.left = scenario.Replaced(r.Requests, found), notes
}

// readCalls checks the bounds of calls.
func (r *reader) readCalls(n *decode.Node) {
	for _, f := range n.Fields() {
		r.readCalls(f.Value)
	}
	if most, err := strconv.Atoi(n.Text()); n != nil && n.Kind() != decode.Map && (err != nil || most < 1) {
		r.bad.Add(n.Pos(), "want how many calls of dependencies an operation may make, such as 5, or a map from operations to that")
	}
}

// readSchema reads the schema, where it is a file.
func (r *reader) readSchema(o *operations) {
	if o.Schema == nil || o.Schema.Text() == introspection {
		return
	}
	o.file = o.Schema.Text()
	src, err := r.from.ReadFile(r.path(o.file))
	if err == nil {
		o.schema, err = graphql.Read(r.shown(o.file), src)
	}
	r.bad.Join(err, o.Schema.Pos())
}

// readDocuments reads the files of operations, each once.
func (r *reader) readDocuments(o *operations) {
	for _, file := range r.files(o.Operations, "graphql/*.graphql") {
		src, err := r.from.ReadFile(r.path(file))
		r.bad.Join(err, decode.Pos{File: r.shown(file)})
		o.documents = append(o.documents, graphqlFile{r.shown(file), src})
	}
}

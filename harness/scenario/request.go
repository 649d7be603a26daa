package scenario

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/graphql"
)

// Request is something that can be asked of the system, with names still in it.
type Request struct {
	Name   string                   `json:"-"`
	Method string                   `json:"-"`
	Target string                   `json:"-"` // path, with names; "admin:/path" asks a further port
	Header map[string]string        `json:"header,omitempty" doc:"header fields" example:"{Idempotency-Key: $case.key}"`
	Query  map[string]string        `json:"query,omitempty" doc:"query parameters" example:"{limit: 10}"`
	JSON   *decode.Node             `json:"json,omitempty" doc:"the body, as it would stand in JSON" example:"{sku: A-1, quantity: 2}"`
	Body   string                   `json:"body,omitempty" doc:"the body as text, in place of json" example:"a=1&b=2"`
	Keyed  bool                     `json:"keyed,omitempty" doc:"true: it carries an idempotency key and may be sent again" default:"false" example:"true"`
	Safe   *bool                    `json:"safe,omitempty" doc:"whether it changes nothing" default:"by its method" example:"true"`
	Expect check.Expect             `json:"expect,omitzero" doc:"what a good answer is" default:"any 2xx" example:"{status: [200, 204], has: text, at: {/id: 1001}}"`
	Used   *decode.Node             `json:"uses,omitempty" doc:"what dependencies are for this request, where that is another role than theirs" example:"{cache: optional}"`
	Uses   map[string]contract.Role `json:"-"` // what dependencies are for this request
	Away   map[string]contract.Away `json:"-"` // what it does while one of them is away
	Maps   map[string]int           `json:"maps,omitempty" doc:"which status an upstream's status becomes here" example:"{404: 404}"`
	Labels []string                 `json:"labels,omitempty" decode:"one" doc:"labels, by which scenarios and --only choose" example:"[checkout]"`
	Before []Step                   `json:"before,omitempty" decode:"one" doc:"requests that are sent before every send of this one, nothing broken" example:"[{create-order: {capture: {order: /id}}}]"`
	Effect *Effect                  `json:"effect,omitempty" doc:"how to count what the request did" example:"{on: db, sql: select count(*) from orders where key = '$case.key'}"`
	Pos    decode.Pos               `json:"-" decode:"pos"`

	Unbroken string `json:"unbroken,omitempty" doc:"why nothing need break it" example:"only a nightly job sends it"`

	Asks      string             `json:"operation,omitempty" doc:"in place of a method: the GraphQL operation that is asked for" example:"GetOrder"`
	Variables *decode.Node       `json:"variables,omitempty" doc:"values for the variables of the operation" example:"{id: 1001}"`
	Operation *graphql.Operation `json:"-"` // the operation itself, when it is known
	Fields    map[string]Request `json:"-"` // of a query with several fields at its root: each of them asked for alone
	Offered   bool               `json:"-"` // made by failwell: it is left out if it does not succeed in calm
}

// IsSafe tells whether the request changes nothing: as it is said to, else by its method.
func (r Request) IsSafe() bool { return exchange.Request{Method: r.Method, Safety: r.safety()}.Safe() }

// Role is what a dependency is for the request, where it has a word of its own about it: as it is said, else by what it does while that
// is away.
func (r Request) Role(dependency string) (contract.Role, bool) {
	if role, ok := r.Uses[dependency]; ok {
		return role, true
	}
	away, ok := r.Away[dependency]
	return away.Role(), ok
}

func (r Request) safety() exchange.Safety {
	switch {
	case r.Safe == nil:
		return exchange.ByMethod
	case *r.Safe:
		return exchange.IsSafe
	}
	return exchange.IsUnsafe
}

// protocol is by what the answers are judged.
func (r Request) protocol() exchange.Protocol {
	if r.Operation != nil {
		return exchange.GraphQL
	}
	return exchange.HTTP
}

// Effect says how to count what a request did.
type Effect struct {
	On       string        `json:"on" decode:"must" doc:"the dependency where the effect is counted" example:"db"`
	SQL      string        `json:"sql" decode:"must" doc:"a query that gives a number, in the dependency's own language" example:"select count(*) from orders where key = '$case.key'"`
	Patience time.Duration `json:"patience,omitempty" doc:"how long to wait for an effect that comes after the answer" example:"15s"`
	Field    string        `json:"field,omitempty" doc:"of a GraphQL mutation: the field whose effect it is" example:"createOrder"`
}

// Keyed tells whether each phase and each copy is counted by itself: by a $case.key, of which each has its own.
func (x Effect) Keyed() bool { return slices.Contains(decode.Names(x.SQL), "case.key") }

// Step is a request made beforehand, whose answer gives names.
type Step struct {
	Request  *Request          `json:"-"`
	Use      string            `json:"-"` // the name of a request that the lab has
	Name     string            `json:"-"`
	Capture  map[string]string `json:"capture,omitempty" doc:"names for parts of the answer: a JSON Pointer or a header field" example:"{token: /token}"`
	Tolerate []int             `json:"tolerate,omitempty" decode:"one" doc:"statuses that are as good as a success" example:"[409]"`
	Pos      decode.Pos        `json:"-" decode:"pos"`
}

var methods = []string{"get", "head", "post", "put", "patch", "delete", "options"}

// Methods are the keys that say the method of a request, and where it goes.
func Methods() []decode.Key {
	keys := make([]decode.Key, len(methods))
	for i, m := range methods {
		keys[i] = decode.Key{Name: m, Type: reflect.TypeFor[string](), Example: "/orders/1001",
			Doc: "the path of a " + strings.ToUpper(m) + " request, with a query or without; PORT:/path asks a further port"}
	}
	return keys
}

// ReadNode reads `{post: /orders, json: {...}}`: the method is a key.
func (r *Request) ReadNode(n *decode.Node) error {
	type plain Request
	var bad decode.Problems
	var p plain
	rest := n
	for _, f := range n.Fields() {
		if !slices.Contains(methods, f.Key.Text()) {
			continue
		}
		if p.Method != "" {
			bad.Add(f.Key.Pos(), "a request has one method; it has %s already", strings.ToLower(p.Method))
		}
		p.Method, p.Target = strings.ToUpper(f.Key.Text()), f.Value.Text()
		if !strings.Contains(p.Target, "/") {
			bad.Add(f.Value.Pos(), "want a path such as /orders, not %q", p.Target)
		}
		rest = decode.Without(rest, f.Key.Text())
	}
	bad.Join(rest.Into(&p), n.Pos())
	p.Uses, p.Away = uses(p.Used, &bad)
	Request(p).checkKind(n, &bad)
	p.Pos = n.Pos()
	*r = Request(p)
	return bad.Err()
}

// checkKind finds a request that is neither one of HTTP nor one for an operation, or both.
func (r Request) checkKind(n *decode.Node, bad *decode.Problems) {
	switch {
	case r.Asks != "" && (r.Method != "" || r.JSON != nil || r.Body != ""):
		bad.Add(n.Get("operation").Pos(), "a request for a GraphQL operation has neither a method nor a body: `graphql` says where it goes")
	case r.Asks == "" && r.Method == "":
		bad.Add(n.Pos(), "the request has no method: want one of %s with a path, or operation: NAME", strings.Join(methods, ", "))
	case r.Asks == "" && r.Variables != nil:
		bad.Add(n.Get("variables").Pos(), "variables are those of a GraphQL operation: say which with operation: NAME")
	case r.JSON != nil && r.Body != "":
		bad.Add(n.Pos(), "a request has `json` or `body`, not both")
	}
}

// ReadNode reads a step: `{create-order: {capture: {...}}}`, or a request of its own with capture and tolerate.
func (s *Step) ReadNode(n *decode.Node) error {
	type plain Step
	fields := n.Fields()
	if len(fields) == 1 && !slices.Contains(methods, fields[0].Key.Text()) {
		var p plain
		var err error
		if fields[0].Value.Kind() != decode.Null {
			err = fields[0].Value.Into(&p)
		}
		p.Use, p.Name, p.Pos = fields[0].Key.Text(), fields[0].Key.Text(), fields[0].Key.Pos()
		*s = Step(p)
		return err
	}
	if n.Kind() == decode.Scalar {
		*s = Step{Use: n.Text(), Name: n.Text(), Pos: n.Pos()}
		return nil
	}
	var bad decode.Problems
	var p plain
	bad.Join(decode.Only(n, "capture", "tolerate").Into(&p), n.Pos())
	p.Request = &Request{}
	bad.Join(decode.Without(n, "capture", "tolerate").Into(p.Request), n.Pos())
	p.Pos = n.Pos()
	*s = Step(p)
	return bad.Err()
}

// Texts lists every text of the request in which names may stand.
func (r Request) Texts() []string {
	texts := []string{r.Target, r.Body}
	for _, m := range []map[string]string{r.Header, r.Query} {
		for _, v := range m {
			texts = append(texts, v)
		}
	}
	if r.JSON != nil {
		b, _ := r.JSON.MarshalJSON()
		texts = append(texts, string(b))
	}
	if r.Effect != nil {
		texts = append(texts, r.Effect.SQL)
	}
	return texts
}

// Render gives the request that is sent, its names replaced.
func (r Request) Render(value func(name string) (string, error)) (exchange.Request, error) {
	var bad decode.Problems
	expand := func(text string) string {
		out, err := decode.Expand(text, value)
		bad.Join(err, r.Pos)
		return out
	}
	out := exchange.Request{Name: r.Name, Method: r.Method, Target: expand(r.Target), Body: expand(r.Body), Keyed: r.Keyed,
		Safety: r.safety(), Protocol: r.protocol()}
	if port, target, ok := strings.Cut(out.Target, ":/"); ok && !strings.HasPrefix(out.Target, "/") {
		out.Port, out.Target = port, "/"+target
	}
	if len(r.Query) > 0 {
		q := url.Values{}
		for name, v := range r.Query {
			q.Set(name, expand(v))
		}
		sep := "?"
		if strings.Contains(out.Target, "?") {
			sep = "&"
		}
		out.Target += sep + q.Encode()
	}
	for _, name := range sorted(r.Header) {
		out.Header = out.Header.With(name, expand(r.Header[name]))
	}
	if r.JSON != nil {
		body, err := r.JSON.Expand(func(name string, _ decode.Pos) (string, error) { return value(name) })
		bad.Join(err, r.Pos)
		if err == nil {
			b, err := json.Marshal(body)
			bad.Join(err, r.Pos)
			out.Body = string(b)
		}
		if !out.Header.Has("Content-Type") {
			out.Header = out.Header.With("Content-Type", "application/json")
		}
	}
	if err := bad.Err(); err != nil {
		return out, fmt.Errorf("request %s: %w", r.Name, err)
	}
	return out, nil
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

package scenario

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
)

// Change makes bad input out of a request that succeeds in calm. The verbs are closed: set drop type raw-body header method
// target framing pace.
type Change struct {
	Verb string            `json:"verb"`
	At   string            `json:"at,omitempty"` // JSON Pointer, or a header's name
	To   string            `json:"to,omitempty"`
	More map[string]string `json:"more,omitempty"`
	Pos  decode.Pos        `json:"pos,omitzero"`
}

// ChangeVerbs lists the verbs.
func ChangeVerbs() []string {
	return []string{"set", "drop", "type", "raw-body", "header", "method", "target", "framing", "pace"}
}

// ReadNode reads `{VERB: to}` or `{VERB: {at: ..., to: ...}}`.
func (c *Change) ReadNode(n *decode.Node) error {
	fields := n.Fields()
	if len(fields) != 1 {
		return decode.Problem{Pos: n.Pos(), What: "want one change as `{VERB: ...}`"}
	}
	verb, v := fields[0].Key, fields[0].Value
	if !slices.Contains(ChangeVerbs(), verb.Text()) {
		return decode.Problem{Pos: verb.Pos(), What: fmt.Sprintf("unknown change %q%s", verb.Text(), decode.DidYouMean(verb.Text(), ChangeVerbs()))}
	}
	*c = Change{Verb: verb.Text(), Pos: verb.Pos()}
	if v.Kind() != decode.Map {
		if c.Verb == "drop" || c.Verb == "type" {
			return v.Into(&c.At)
		}
		return v.Into(&c.To)
	}
	var long struct {
		At string `json:"at,omitempty"`
		To string `json:"to,omitempty"`
	}
	err := v.Into(&long)
	c.At, c.To = long.At, long.To
	return err
}

// String says the change in words.
func (c Change) String() string {
	return strings.Join(strings.Fields(fmt.Sprintf("%s %s %s", c.Verb, c.At, short(c.To))), " ")
}

func short(s string) string {
	if len(s) > 40 {
		return s[:40] + "..."
	}
	return s
}

// Changed applies changes to a request. Its error means that the request has nothing that the change could apply to.
func Changed(r exchange.Request, changes []Change) (exchange.Request, error) {
	r.Header = slices.Clone(r.Header)
	for _, c := range changes {
		var err error
		if r, err = c.apply(r); err != nil {
			return r, err
		}
	}
	return r, nil
}

func (c Change) apply(r exchange.Request) (exchange.Request, error) {
	switch c.Verb {
	case "set", "drop", "type":
		return c.body(r)
	case "raw-body":
		r.Body = unescape(c.To)
	case "header":
		if c.To == "" {
			r.Header = without(r.Header, c.At)
		} else {
			r.Header = r.Header.With(c.At, unescape(c.To))
		}
	case "method":
		r.Method = c.To
	case "target":
		r.Target = unescape(c.To)
	case "pace":
		n, err := strconv.Atoi(c.To)
		if err != nil || n < 1 {
			return r, fmt.Errorf("pace is a number of bytes per 100ms, not %q", c.To)
		}
		r.Pace = n
	case "framing":
		return c.frame(r)
	}
	return r, nil
}

func without(h exchange.Header, name string) exchange.Header {
	return slices.DeleteFunc(slices.Clone(h), func(f exchange.Field) bool { return strings.EqualFold(f.Name, name) })
}

// unescape expands {pad:N}, a run of N letters, so that long texts can be written.
func unescape(s string) string {
	before, rest, ok := strings.Cut(s, "{pad:")
	if !ok {
		return s
	}
	num, after, ok := strings.Cut(rest, "}")
	n, err := strconv.Atoi(num)
	if !ok || err != nil || n < 0 || n > 64<<20 {
		return s
	}
	return before + strings.Repeat("x", n) + unescape(after)
}

func (c Change) body(r exchange.Request) (exchange.Request, error) {
	var doc any
	if json.Unmarshal([]byte(r.Body), &doc) != nil {
		return r, fmt.Errorf("%s has no JSON body to change", r.Name)
	}
	to := any(c.To)
	if c.Verb == "set" {
		var v any
		if json.Unmarshal([]byte(c.To), &v) == nil {
			to = v
		}
	}
	if c.At == "" || c.At == "*" {
		m, ok := doc.(map[string]any)
		if !ok || len(m) == 0 {
			return r, fmt.Errorf("the body of %s is no JSON object", r.Name)
		}
		keys := make([]string, 0, len(m))
		for k := range m {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		c.At = "/" + keys[0]
	}
	if !change(doc, strings.Split(strings.TrimPrefix(c.At, "/"), "/"), c.Verb, to) {
		return r, fmt.Errorf("the body of %s has no %s", r.Name, c.At)
	}
	b, err := json.Marshal(doc)
	r.Body = string(b)
	return r, err
}

// change changes the place under path; type turns a value into one of another type.
func change(doc any, path []string, verb string, to any) bool {
	m, ok := doc.(map[string]any)
	if !ok {
		return false
	}
	key := strings.NewReplacer("~1", "/", "~0", "~").Replace(path[0])
	if len(path) > 1 {
		return change(m[key], path[1:], verb, to)
	}
	old, has := m[key]
	switch {
	case verb == "set":
		m[key] = to
	case !has:
		return false
	case verb == "drop":
		delete(m, key)
	default:
		m[key] = otherType(old)
	}
	return true
}

func otherType(v any) any {
	switch v.(type) {
	case string:
		return []any{map[string]any{}}
	case float64:
		return "not-a-number"
	case bool:
		return "maybe"
	}
	return 7
}

// frame writes the request with framing that contradicts itself (RFC 9112, 6.3): two-lengths, length-and-chunked,
// bad-chunk, unknown-coding, short (the body ends early and the connection closes).
func (c Change) frame(r exchange.Request) (exchange.Request, error) {
	head := func(fields string) string {
		var b strings.Builder
		fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", r.Method, r.Target)
		for _, f := range r.Header {
			fmt.Fprintf(&b, "%s: %s\r\n", f.Name, f.Value)
		}
		return b.String() + fields + "Connection: close\r\n\r\n"
	}
	n := len(r.Body)
	switch c.To {
	case "two-lengths":
		r.Raw = head(fmt.Sprintf("Content-Length: %d\r\nContent-Length: %d\r\n", n, n+7)) + r.Body
	case "length-and-chunked":
		r.Raw = head(fmt.Sprintf("Content-Length: %d\r\nTransfer-Encoding: chunked, identity\r\n", n)) + r.Body
	case "bad-chunk":
		r.Raw = head("Transfer-Encoding: chunked\r\n") + "zz\r\n" + r.Body + "\r\n0\r\n\r\n"
	case "unknown-coding":
		r.Raw = head("Transfer-Encoding: frobnicate\r\n") + r.Body
	default:
		return r, fmt.Errorf("framing is two-lengths, length-and-chunked, bad-chunk or unknown-coding, not %q", c.To)
	}
	return r, nil
}

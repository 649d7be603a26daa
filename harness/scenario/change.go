package scenario

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
)

// Change makes bad input out of a request that succeeds in calm. The verbs are closed: set drop type value raw-body header
// method target framing pace.
type Change struct {
	Verb string     `json:"verb"`
	At   string     `json:"at,omitempty"` // JSON Pointer, or a header's name
	To   string     `json:"to,omitempty"`
	Pos  decode.Pos `json:"pos,omitzero"`
}

// ChangeVerbs lists the verbs.
func ChangeVerbs() []string {
	return []string{"set", "drop", "type", "value", "raw-body", "header", "method", "target", "framing", "pace"}
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
	var bad decode.Problems
	switch {
	case v.Kind() == decode.Map:
		var long struct {
			At string `json:"at,omitempty"`
			To string `json:"to,omitempty"`
		}
		bad.Join(v.Into(&long), v.Pos())
		c.At, c.To = long.At, long.To
	case slices.Contains([]string{"drop", "type", "value"}, c.Verb):
		bad.Join(v.Into(&c.At), v.Pos())
	default:
		bad.Join(v.Into(&c.To), v.Pos())
	}
	if len(bad) == 0 && len(decode.Names(c.At+c.To)) == 0 {
		bad.Join(c.Check(), c.Pos)
	}
	return bad.Err()
}

// framings are the ways in which a request's framing can contradict itself.
func framings() []string {
	return []string{"two-lengths", "length-and-chunked", "bad-chunk", "unknown-coding"}
}

// Check finds what no request could make sense of. Names in it have been replaced.
func (c Change) Check() error {
	switch c.Verb {
	case "header":
		if c.At == "" {
			return errors.New("header needs `at`: the name of the field; without `to` it is left out")
		}
	case "method", "target":
		if c.To == "" {
			return fmt.Errorf("%s needs a value", c.Verb)
		}
	case "pace":
		if n, err := strconv.Atoi(c.To); err != nil || n < 1 {
			return fmt.Errorf("pace is a number of bytes per 100ms, not %q", c.To)
		}
	case "framing":
		if !slices.Contains(framings(), c.To) {
			return fmt.Errorf("framing is %s, not %q%s", strings.Join(framings(), ", "), c.To, decode.DidYouMean(c.To, framings()))
		}
	}
	return nil
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
	if err := c.Check(); err != nil {
		return r, err
	}
	switch c.Verb {
	case "set", "drop", "type", "value":
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
		r.Method, r.Safety, r.Protocol = c.To, exchange.ByMethod, exchange.HTTP
	case "target":
		r.Target, r.Protocol = unescape(c.To), exchange.HTTP
	case "pace":
		r.Pace, _ = strconv.Atoi(c.To)
	case "framing":
		return c.frame(r)
	}
	return r, nil
}

func without(h exchange.Header, name string) exchange.Header {
	return slices.DeleteFunc(slices.Clone(h), func(f exchange.Field) bool { return strings.EqualFold(f.Name, name) })
}

// unescape expands {pad:N}, a run of N letters, and {repeat:N}TEXT{end}, N times the text with {n} in it counting from 0, so that
// long texts can be written.
func unescape(s string) string {
	if before, rest, ok := strings.Cut(s, "{repeat:"); ok {
		num, rest, _ := strings.Cut(rest, "}")
		text, after, ended := strings.Cut(rest, "{end}")
		n, err := strconv.Atoi(num)
		if !ended || err != nil || n < 0 || n*len(text) > 64<<20 {
			return s
		}
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(text, "{n}", strconv.Itoa(i)))
		}
		return before + b.String() + unescape(after)
	}
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
	doc, ok := parse(r.Body)
	if !ok {
		return r, fmt.Errorf("%s has no JSON body to change", r.Name)
	}
	to := any(unescape(c.To))
	if v, ok := parse(c.To); ok && c.Verb == "set" {
		to = v
	}
	if c.At == "" || c.At == "*" {
		m, ok := doc.(map[string]any)
		if !ok || len(m) == 0 {
			return r, fmt.Errorf("the body of %s is no JSON object with members", r.Name)
		}
		first := slices.Sorted(maps.Keys(m))[0]
		if c.Verb == "value" {
			first = simplest(m)
		}
		c.At = "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(first)
	}
	doc, ok = change(doc, strings.Split(strings.TrimPrefix(c.At, "/"), "/"), c.Verb, to)
	if !ok {
		return r, fmt.Errorf("the body of %s has no %s", r.Name, c.At)
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(doc)
	r.Body = strings.TrimSuffix(b.String(), "\n")
	return r, err
}

// parse reads a JSON text; numbers stay as they are written.
func parse(text string) (any, bool) {
	if !json.Valid([]byte(text)) {
		return nil, false
	}
	var v any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	return v, d.Decode(&v) == nil
}

// simplest is the member whose value can most likely be another one: a number, else true or false, else a text.
func simplest(m map[string]any) string {
	rank := func(v any) int {
		switch v.(type) {
		case json.Number:
			return 0
		case bool:
			return 1
		case string:
			return 2
		}
		return 3
	}
	return slices.MinFunc(slices.Sorted(maps.Keys(m)), func(a, b string) int { return rank(m[a]) - rank(m[b]) })
}

// change changes the place under path and gives the document that comes of it; type turns a value into one of another
// type, value into another one of the same.
func change(doc any, path []string, verb string, to any) (any, bool) {
	key := strings.NewReplacer("~1", "/", "~0", "~").Replace(path[0])
	switch x := doc.(type) {
	case map[string]any:
		old, has := x[key]
		if len(path) == 1 && verb == "drop" {
			delete(x, key)
			return x, has
		}
		if !has && (len(path) > 1 || verb != "set") {
			return doc, false
		}
		inner, ok := changeAt(old, path[1:], verb, to)
		x[key] = inner
		return x, ok
	case []any:
		i, err := strconv.Atoi(key)
		if err != nil || i < 0 || i >= len(x) {
			return doc, false
		}
		if len(path) == 1 && verb == "drop" {
			return slices.Delete(x, i, i+1), true
		}
		inner, ok := changeAt(x[i], path[1:], verb, to)
		x[i] = inner
		return x, ok
	}
	return doc, false
}

func changeAt(old any, rest []string, verb string, to any) (any, bool) {
	switch {
	case len(rest) > 0:
		return change(old, rest, verb, to)
	case verb == "set":
		return to, true
	case verb == "value":
		return otherValue(old), true
	}
	return otherType(old), true
}

func otherValue(v any) any {
	switch v := v.(type) {
	case string:
		return v + "x"
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n + 1
		}
		return v + "1"
	case bool:
		return !v
	case map[string]any, []any:
		return nil
	}
	return "x"
}

func otherType(v any) any {
	switch v.(type) {
	case string:
		return []any{map[string]any{}}
	case json.Number:
		return "not-a-number"
	case bool:
		return "maybe"
	}
	return 7
}

// frame writes the request with framing that contradicts itself (RFC 9112, 6.3).
func (c Change) frame(r exchange.Request) (exchange.Request, error) {
	r.Protocol = exchange.HTTP // the server answers by itself
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
	}
	return r, nil
}

package check

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/capture"
	"github.com/failwell/failwell/harness/exchange"
)

// came says in a few words what came of an exchange.
func came(e exchange.Exchange) string {
	switch {
	case e.Failure == exchange.NoAnswer:
		return "no answer in " + round(e.Took)
	case e.Failure != "":
		return strings.TrimSpace(string(e.Failure) + " " + e.Detail)
	case e.Response == nil:
		return "nothing"
	}
	return fmt.Sprintf("%d in %s", e.Status(), round(e.Took))
}

// plural says a number of things.
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

func round(d time.Duration) string {
	if d < time.Second {
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}

// bodyOf gives the bytes of the body, decoded, as far as it is kept.
func bodyOf(e exchange.Exchange) []byte { return capture.Body(decoded(e.Response)) }

// decoded gives a response with its content codings undone, which those of older documents are not.
func decoded(r *exchange.Response) *exchange.Response {
	if r == nil || r.Coding != "" || r.Sum != 0 || !r.Header.Has("Content-Encoding") {
		return r
	}
	sent := capture.Body(r)
	if len(sent) != r.Size || r.BodyErr != "" {
		return r
	}
	again := *r
	capture.Capture{}.Record(&again, sent)
	return &again
}

// sameBody tells whether two bodies are the same to their ends, also where only their beginnings are kept.
func sameBody(a, b *exchange.Response) bool {
	a, b = decoded(a), decoded(b)
	told := a.Sum != 0 && b.Sum != 0 && a.Coding == "" && b.Coding == ""
	return a.Size == b.Size && bytes.Equal(capture.Body(a), capture.Body(b)) && (!told || a.Sum == b.Sum)
}

// partial says why the body of an answer cannot be read as one value: "" when all of it is there.
func partial(r *exchange.Response) string {
	switch r = decoded(r); {
	case r == nil:
		return ""
	case r.Body == "":
		return r.Unseen
	case r.Size > len(r.Body) || r.Base64 && r.Size > len(capture.Body(r)):
		return cmp.Or(r.Unseen, "only its beginning is kept")
	}
	return ""
}

func contains(body []byte, want string) bool { return strings.Contains(string(body), want) }

// excerpt is a short printable piece of a body.
func excerpt(body []byte) string {
	t := strings.Join(strings.Fields(string(body)), " ")
	t = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '.'
		}
		return r
	}, t)
	if len(t) > 160 {
		t = t[:160] + "..."
	}
	return strings.ToValidUTF8(t, ".")
}

// pointer reads a JSON Pointer (RFC 6901) in a body.
func pointer(body []byte, at string) (any, bool) {
	var v any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber() // an id of 64 bits stays what it is
	if !json.Valid(body) || d.Decode(&v) != nil {
		return nil, false
	}
	if at == "" {
		return v, true
	}
	for _, key := range strings.Split(strings.TrimPrefix(at, "/"), "/") {
		key = strings.NewReplacer("~1", "/", "~0", "~").Replace(key)
		switch x := v.(type) {
		case map[string]any:
			next, ok := x[key]
			if !ok {
				return nil, false
			}
			v = next
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(x) {
				return nil, false
			}
			v = x[i]
		default:
			return nil, false
		}
	}
	return v, true
}

func text(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case json.Number:
		if f, err := x.Float64(); err == nil && strings.ContainsAny(x.String(), ".eE") {
			return text(f)
		}
		return x.String()
	}
	b, _ := json.Marshal(v)
	return string(b)
}

// Skeleton is the shape of a JSON text: names and types without values, lists as the shapes that occur in them. ok is
// false when the body is no JSON.
func Skeleton(body []byte) (string, bool) {
	var v any
	if len(body) == 0 || json.Unmarshal(body, &v) != nil {
		return "", false
	}
	return shapeOf(v), true
}

func shapeOf(v any) string {
	switch x := v.(type) {
	case map[string]any:
		parts := make([]string, 0, len(x))
		for k, inner := range x {
			parts = append(parts, k+":"+shapeOf(inner))
		}
		sort.Strings(parts)
		return "{" + strings.Join(parts, ",") + "}"
	case []any:
		seen := map[string]bool{}
		var parts []string
		for _, inner := range x {
			if s := shapeOf(inner); !seen[s] {
				seen[s] = true
				parts = append(parts, s)
			}
		}
		sort.Strings(parts)
		return "[" + strings.Join(parts, "|") + "]"
	case string:
		return "text"
	case float64:
		return "number"
	case bool:
		return "bool"
	}
	return "null"
}

// At reads a JSON Pointer in the body of an answer, as text.
func At(e exchange.Exchange, at string) (string, bool) {
	v, ok := pointer(bodyOf(e), at)
	return text(v), ok
}

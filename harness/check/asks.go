package check

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
)

// Body compares places of the answer's JSON with what a scenario asks for: JSON Pointer (RFC 6901) -> text of the value. In it *
// stands for any letters; null asks that there is nothing.
type Body struct{ At map[string]*string }

// Header compares fields of the answer with what a scenario asks for, in the same words as Body.
type Header struct{ At map[string]*string }

// ReadNode reads `{/id: 1, /status: "pa*", /error: null}`.
func (c *Body) ReadNode(n *decode.Node) error {
	at, err := asks(n, "/id: 1")
	for _, f := range n.Fields() {
		if key := f.Key.Text(); err == nil && key != "" && !strings.HasPrefix(key, "/") {
			err = decode.Problem{Pos: f.Key.Pos(), What: fmt.Sprintf("%q is no JSON Pointer: want /%s", key, key)}
		}
	}
	c.At = at
	return err
}

// ReadNode reads `{Retry-After: "*", X-Powered-By: null}`.
func (c *Header) ReadNode(n *decode.Node) (err error) {
	c.At, err = asks(n, "Retry-After: '*'")
	return err
}

func asks(n *decode.Node, example string) (map[string]*string, error) {
	at := map[string]*string{}
	if n.Kind() != decode.Map || len(n.Fields()) == 0 {
		return nil, decode.Problem{Pos: n.Pos(), What: fmt.Sprintf("want places and values such as {%s}", example)}
	}
	for _, f := range n.Fields() {
		switch f.Value.Kind() {
		case decode.Null:
			at[f.Key.Text()] = nil
		case decode.Scalar:
			value := f.Value.Text()
			at[f.Key.Text()] = &value
		default:
			return nil, decode.Problem{Pos: f.Value.Pos(), What: "want a text, a number or null here; a place inside of it has a pointer of its own"}
		}
	}
	return at, nil
}

// Kind describes the check.
func (Body) Kind() Kind {
	return Kind{
		Needs: NeedsStruck, Rank: 205, Asked: true,
		Doc:      "The body says what a scenario asks for. Places are JSON Pointers (RFC 6901), * stands for any letters, null for nothing.",
		Example:  "then: [{body: {/error/code: payments-away, /trace: '*', /stack: null}}]",
		Expected: "what the scenario asks for",
		Look:     "where the answer is written",
		Findings: []Finding{{Class: "other", Headline: "the body is not as the scenario asks: {reason}", Said: true, Place: "{where}"}},
	}
}

// Kind describes the check.
func (Header) Kind() Kind {
	return Kind{
		Needs: NeedsStruck, Rank: 206, Asked: true,
		Doc:      "A header field says what a scenario asks for. * stands for any letters, null for no such field.",
		Example:  "then: [{header: {Retry-After: '*', X-Powered-By: null}}]",
		Expected: "what the scenario asks for",
		Look:     "where the answer is written",
		Findings: []Finding{{Class: "other", Headline: "a header field is not as the scenario asks: {reason}", Said: true, Place: "{where}"}},
	}
}

// Judge judges.
func (c Body) Judge(s Subject, ev Evidence) Verdict {
	return asked(s, ev, c.At, func(e exchange.Exchange, at string) (string, bool) {
		v, ok := pointer(bodyOf(e), at)
		return text(v), ok && v != nil
	})
}

// Judge judges.
func (c Header) Judge(s Subject, ev Evidence) Verdict {
	return asked(s, ev, c.At, func(e exchange.Exchange, name string) (string, bool) {
		return e.Response.Header.Get(name), e.Response.Header.Has(name)
	})
}

// asked compares what the answers have at some places with what is asked for.
func asked(s Subject, ev Evidence, want map[string]*string, have func(e exchange.Exchange, at string) (string, bool)) Verdict {
	faulty := slices.DeleteFunc(slices.Clone(s.Judged(exchange.Faulty)), func(e exchange.Exchange) bool { return e.Response == nil })
	if len(faulty) == 0 {
		return skip("there was no answer to judge")
	}
	if why := ev.unstruck(); why != "" {
		return unclear("nothing to judge: %s", why)
	}
	for _, e := range faulty {
		for _, at := range slices.Sorted(maps.Keys(want)) {
			if why := differs(at, want[at])(have(e, at)); why != "" {
				return fail(contract.Major, Declare, "the scenario", "%s", why).about(e).with("where", at)
			}
		}
	}
	return pass("%d answers as asked for", len(faulty))
}

// differs says how a value is not what is wanted at a place; "": it is.
func differs(at string, want *string) func(got string, there bool) string {
	return func(got string, there bool) string {
		switch {
		case want == nil && there:
			return fmt.Sprintf("%s is %s, and nothing should be there", at, got)
		case want == nil:
			return ""
		case !there:
			return fmt.Sprintf("there is no %s, want %s", at, *want)
		case !regexp.MustCompile("(?s)^" + strings.ReplaceAll(regexp.QuoteMeta(*want), `\*`, ".*") + "$").MatchString(got):
			return fmt.Sprintf("%s is %s, want %s", at, got, *want)
		}
		return ""
	}
}

package check

import (
	"encoding/json"
	"slices"

	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// passedOn tells whether all that was done is that values became null, and an answer has null, or nothing, where calm has a value, and
// else what calm has. A column that may be null is answered so; a zero value in its place would be made up.
func (s Subject) passedOn(e exchange.Exchange) bool {
	in := s.Injection
	if len(in.Rules) == 0 || len(in.Links)+len(in.Edits)+len(in.Acts) > 0 || slices.ContainsFunc(in.Rules, func(r fault.Rule) bool { return !nulls(r.Effect) }) {
		return false
	}
	var calm, again, got any
	if json.Unmarshal(bodyOf(e), &got) != nil {
		return false
	}
	was, healed := s.Judged(exchange.Calm), s.Judged(exchange.Healed)
	if len(was) == 0 || len(healed) == 0 || was[0].Status() != e.Status() ||
		json.Unmarshal(bodyOf(was[0]), &calm) != nil || json.Unmarshal(bodyOf(healed[len(healed)-1]), &again) != nil {
		return false
	}
	emptied := 0
	calm, again = emptiedLike(calm, got, &emptied), emptiedLike(again, got, new(int))
	return emptied > 0 && agreement{volatile: s.Learnt.Volatile}.holds("", calm, again, got)
}

func nulls(e fault.Effect) bool {
	return e.Verb == fault.Rewrite && !slices.ContainsFunc(e.Patches, func(p fault.Patch) bool { return p.Op != "null" })
}

// emptiedLike is a body with null for each plain value that another has null, or no member, for; n counts them.
func emptiedLike(body, other any, n *int) any {
	switch x := body.(type) {
	case map[string]any:
		y, ok := other.(map[string]any)
		if !ok {
			return body
		}
		out := map[string]any{}
		for k, v := range x {
			out[k] = emptiedLike(v, y[k], n)
		}
		return out
	case []any:
		y, ok := other.([]any)
		if !ok || len(x) != len(y) {
			return body
		}
		out := make([]any, len(x))
		for i := range x {
			out[i] = emptiedLike(x[i], y[i], n)
		}
		return out
	}
	if other == nil && body != nil {
		*n++
		return nil
	}
	return body
}

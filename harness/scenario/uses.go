package scenario

import (
	"slices"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
)

// uses reads what dependencies are for a request: `{cache: optional, sessions: {when-away: closed}, prices: degraded}`. Words that it
// does not know are found by whoever reads the file.
func uses(n *decode.Node, bad *decode.Problems) (map[string]contract.Role, map[string]contract.Away) {
	if n != nil && n.Kind() != decode.Map {
		bad.Add(n.Pos(), "want a map from dependencies to what they are for the request, not %s", n.Kind())
	}
	if n.Kind() != decode.Map {
		return nil, nil
	}
	roles, aways := map[string]contract.Role{}, map[string]contract.Away{}
	for _, f := range n.Fields() {
		name, role, away := f.Key.Text(), contract.Role(f.Value.Get("role").Text()), contract.Away(f.Value.Get("when-away").Text())
		switch text := f.Value.Text(); {
		case f.Value.Kind() == decode.Map:
		case f.Value.Kind() != decode.Scalar:
			bad.Add(f.Value.Pos(), "want a word such as optional, or {when-away: open}, not %s", f.Value.Kind())
		case slices.Contains(contract.Aways(), contract.Away(text)):
			away = contract.Away(text)
		default:
			role = contract.Role(text)
		}
		if role == contract.Unknown {
			role = away.Role()
		}
		roles[name] = role
		if away != contract.Undeclared {
			aways[name] = away
		}
	}
	return roles, aways
}

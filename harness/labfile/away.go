package labfile

import (
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
)

// away checks one of the words for what is done while a dependency is away, and that it does not contradict its role.
func (r *reader) away(n, role *decode.Node) {
	if n != nil && n.Kind() != decode.Scalar {
		return // which is said when it is read
	}
	r.word(n, "policy", words(contract.Aways())...)
	implied := contract.Away(n.Text()).Role()
	if n == nil || role == nil || implied == contract.Unknown || string(implied) == role.Text() {
		return
	}
	r.bad.Add(n.Pos(), "what is %s while it is away is %s, but its role is %s: say one of the two", n.Text(), implied, role.Text())
}

// use checks what a dependency is for a request: a role, a policy, or both by their names.
func (r *reader) use(n *decode.Node) {
	switch n.Kind() {
	case decode.Map:
	case decode.Scalar:
		r.word(n, "use", append(words([]contract.Role{contract.Essential, contract.Optional}), words(contract.Aways())...)...)
		return
	default:
		return // which is said when the request is read
	}
	var long struct {
		Role     *decode.Node `json:"role"`
		WhenAway *decode.Node `json:"when-away"`
	}
	before := len(r.bad)
	r.bad.Join(n.Into(&long), n.Pos())
	if len(r.bad) == before && long.Role == nil && long.WhenAway == nil {
		r.bad.Add(n.Pos(), "want what the dependency is for the request, such as optional or {when-away: open}")
	}
	r.role(long.Role)
	r.away(long.WhenAway, long.Role)
}

// roleOf is what a dependency is: as it is said, else by what is done while it is away.
func (d Dependency) roleOf() contract.Role {
	if d.Role == contract.Unknown {
		return d.WhenAway.Role()
	}
	return d.Role
}

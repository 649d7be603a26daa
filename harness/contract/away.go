package contract

// Away is what a system declares to do for a request while a dependency is away: `when-away` in the lab. What it does then is held
// against that, and not against what the dependency is for the request.
type Away string

// The policies. Undeclared is none of them: what is owed then follows from the role.
const (
	Undeclared Away = ""
	Open       Away = "open"     // it answers as in calm: a limiter lets through, a cache is skipped
	Closed     Away = "closed"   // it refuses with 503: a store of sessions, which says nothing about the caller
	Degraded   Away = "degraded" // it answers 2xx with a part of the data: a warning member, null, a shorter list
)

// Aways lists the policies.
func Aways() []Away { return []Away{Open, Closed, Degraded} }

// Role is what a dependency with the policy is for a request: what is refused without it is essential, what is answered is optional.
func (a Away) Role() Role {
	switch a {
	case Open, Degraded:
		return Optional
	case Closed:
		return Essential
	}
	return Unknown
}

package match

import (
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
)

// AnswerGraphQL asks that an answer is one of GraphQL, in status, form, paths, nulls and types. Of a single answer, of which nobody
// knows what was selected, only status and form are judged.
func AnswerGraphQL() *Matcher {
	return &Matcher{to: "answer as GraphQL wants it", gate: contract.Minor, checks: func() ([]check.Named, error) {
		return []check.Named{
			{Name: "graphql-status", Check: check.GraphQLStatus{}, Asked: true},
			{Name: "graphql-shape", Check: check.GraphQLShape{}, Asked: true},
			{Name: "graphql-path", Check: check.GraphQLPath{}, Asked: true},
			{Name: "graphql-nulls", Check: check.GraphQLNulls{}, Asked: true},
			{Name: "graphql-types", Check: check.GraphQLTypes{}, Asked: true},
		}, nil
	}}
}

// KeepTheRest asks that what does not need the broken dependency is in the answer as without the fault, and that an error says of
// everything else that it could not be had.
func KeepTheRest() *Matcher {
	return one("keep the rest of the answer", "graphql-partial", check.GraphQLPartial{})
}

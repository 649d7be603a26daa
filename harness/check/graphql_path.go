package check

import (
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/graphql"
)

// GraphQLPath asks that each error of an answer says which place of the data it is about.
type GraphQLPath struct{}

// Kind describes the check.
func (GraphQLPath) Kind() Kind {
	return Kind{
		Needs: NeedsStruck, Speaks: overGraphQL(), Rank: 176,
		Doc:      "Each error of a field says where it belongs. Its path leads through aliases and indices from 0 to a place of the answer, and no two errors have one place. By it alone a client can tell a value that is null from one that could not be had.",
		Example:  "orders[0].payment is null, and its error has no path, or the path order.payment where the operation says first: order",
		Expected: "a path to the failed field in every error, one error for a place",
		Look:     "where errors are put into words: a formatter that makes new errors drops the path",
		Findings: []Finding{{Class: "path", Headline: "an error does not say where it belongs: {reason}", Said: true, Place: "{rule}", Same: []string{"class"}, Mark: "{rule}"}},
	}
}

// Judge judges.
func (GraphQLPath) Judge(s Subject, _ Evidence) Verdict {
	if !s.asWritten() {
		return skip(changedOperation)
	}
	return breachOf(s, func(a inside) []graphql.Breach {
		if len(a.Breaches) > 0 {
			return nil
		}
		return s.Operation.Paths(a.Answer)
	}, func(string) contract.Impact { return contract.Minor })
}

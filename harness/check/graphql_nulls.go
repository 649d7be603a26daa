package check

import (
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/graphql"
)

// GraphQLNulls asks that an error makes null what the schema says, and nothing else.
type GraphQLNulls struct{}

// Kind describes the check.
func (GraphQLNulls) Kind() Kind {
	return Kind{
		Needs: NeedsStruck, Speaks: overGraphQL(), Rank: 52,
		Doc:      "An error makes null the nearest place that may be null, and nothing else. Where a field failed that may be null it is null; where it may not be, its parent is, and so on up (GraphQL specification, 6.4.4). It is computed from the schema for each error.",
		Example:  "orders[0].payment failed and may be null, and orders as a whole is null",
		Expected: "null at the nearest nullable ancestor of the failed field, by the schema",
		Look:     "a resolver that returns null, or fails, for its siblings too; an executor of one's own",
		Findings: []Finding{{Class: "nulls", Headline: "nulls are not where the schema wants them: {reason}", Said: true, Place: "{at}", Same: []string{"class"}, Mark: "{rule}"}},
	}
}

// Judge judges.
func (GraphQLNulls) Judge(s Subject, _ Evidence) Verdict {
	if !s.asWritten() {
		return skip(changedOperation)
	}
	return breachOf(s, func(a inside) []graphql.Breach {
		if len(a.Breaches) > 0 {
			return nil
		}
		return s.Operation.Nulls(a.Answer)
	}, func(string) contract.Impact { return contract.Major })
}

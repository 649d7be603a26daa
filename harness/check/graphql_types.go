package check

import (
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/graphql"
)

// GraphQLTypes asks that data is what the operation selects, by the types of the schema.
type GraphQLTypes struct{}

// Kind describes the check.
func (GraphQLTypes) Kind() Kind {
	return Kind{
		Needs: NeedsStruck, Speaks: overGraphQL(), Rank: 54,
		Doc:      "Data is what was selected, in the types of the schema. Every field that was asked for and no other, no null where the type has none, lists, objects, numbers and enums as declared. Clients are generated from the schema: what breaks it breaks them.",
		Example:  "the store is gone, and order has status: \"\", which is no value of the enum",
		Expected: "data as the operation selects it, by the types of the schema",
		Look:     "a default that stands in for what could not be had",
		Findings: []Finding{{Class: "types", Headline: "the data is not what the schema says: {reason}", Said: true, Place: "{at}", Same: []string{"class"}, Mark: "{rule}"}},
	}
}

// Judge judges.
func (GraphQLTypes) Judge(s Subject, _ Evidence) Verdict {
	if !s.asWritten() {
		return skip(changedOperation)
	}
	return breachOf(s, func(a inside) []graphql.Breach {
		if len(a.Breaches) > 0 {
			return nil
		}
		return s.Operation.Conforms(a.Answer)
	}, func(string) contract.Impact { return contract.Major })
}

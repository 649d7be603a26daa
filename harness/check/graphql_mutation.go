package check

import (
	"slices"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/graphql"
)

// GraphQLMutation asks that the fields of a mutation are carried out one after the other, each with an outcome of its own.
type GraphQLMutation struct{}

// Kind describes the check.
func (GraphQLMutation) Kind() Kind {
	return Kind{
		Needs: NeedsCalm | NeedsStruck, Speaks: overGraphQL(), Rank: 56,
		Doc:      "The fields of a mutation are carried out one after the other, and one that fails does not stop those behind it (GraphQL specification, 6.2.2), unless a field that may not be null takes the whole answer away. Each has its value, or an error of its own; what took effect is counted where the lab says how (effect: {field: NAME}).",
		Example:  "createOrder fails, and cancelOrder behind it is null without an error: was it cancelled?",
		Expected: "for every field of a mutation its value, or an error with its path",
		Look:     "a loop that ends at the first error",
		Findings: []Finding{{Class: "stopped", Headline: "a mutation stops at the first error: {field} has neither a value nor an error", Place: "{field}", Same: []string{"class"}}},
	}
}

// Judge judges.
func (GraphQLMutation) Judge(s Subject, _ Evidence) Verdict {
	switch {
	case !s.asWritten():
		return skip(changedOperation)
	case s.Operation.Kind != graphql.Mutation:
		return skip("it is a query")
	}
	all, why := s.answers(exchange.Faulty)
	calm, whyCalm := s.calmAnswers()
	if why != "" || whyCalm != "" {
		return unclear("an answer is not known in full: %s", or(why, whyCalm))
	}
	judged := 0
	for _, a := range wellFormed(all) {
		data, ok := a.Data.(map[string]any)
		if !ok || len(a.Errors) == 0 {
			continue
		}
		judged++
		was, _ := calm[0].Data.(map[string]any)
		for _, f := range s.Operation.Root[0].Fields {
			failed := slices.ContainsFunc(a.Errors, func(e graphql.Error) bool { return len(e.Path) > 0 && e.Path[0] == f.Key })
			if data[f.Key] != nil || failed || was[f.Key] == nil {
				continue
			}
			return fail(contract.Major, Standard, "GraphQL specification 6.2.2", "%s has neither a value nor an error, after another field failed", f.Key).
				because(excerpt(bodyOf(a.Exchange))).as("stopped").with("field", f.Key).about(a.Exchange)
		}
	}
	if judged == 0 {
		return skip("no mutation failed in part")
	}
	return pass("every field has a value or an error")
}

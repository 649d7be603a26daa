package check

import (
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/graphql"
)

// GraphQLShape asks that a GraphQL answer has the form that clients read.
type GraphQLShape struct{}

// Kind describes the check.
func (GraphQLShape) Kind() Kind {
	return Kind{
		Needs: NeedsStruck, Speaks: overGraphQL(), Rank: 172,
		Doc:      "A GraphQL answer has the form of the specification. Only data, errors and extensions; errors is never empty; a request that was not carried out has no data; each error has a message, and locations and a path in their own form. Clients read nothing else, and what they cannot read they drop.",
		Example:  "payments is refused, and the answer is {\"errors\": []}, or {\"status\": 500, \"message\": \"oops\"}",
		Expected: "the response format of the GraphQL specification",
		Look:     "where errors become the answer: a handler of errors that is not the one of the GraphQL library",
		Findings: []Finding{{Class: "form", Headline: "the answer is not in the form of GraphQL: {reason}", Said: true, Place: "{rule}", Same: []string{"class", "media"}, Mark: "{rule}"}},
	}
}

// Judge judges.
func (GraphQLShape) Judge(s Subject, _ Evidence) Verdict {
	return breachOf(s, s.misformed, func(rule string) contract.Impact {
		if slices.Contains([]string{"member", "error-member", "errors-empty", "locations", "data-present"}, rule) {
			return contract.Minor
		}
		return contract.Major
	})
}

// misformed lists the breaches of the response format. Of what was wrong with the request itself there is no data, not even null: null
// says that something was carried out, and failed.
func (s Subject) misformed(a inside) []graphql.Breach {
	all := a.Breaches
	if class, _, _ := strings.Cut(s.Cause, "/"); class == "graphql" && len(s.Changed) > 0 && a.HasData && a.Data == nil && len(a.Errors) > 0 {
		all = append(slices.Clone(all), graphql.Breach{Rule: "data-present", At: "data", Reason: "it is there, though nothing was carried out", Cite: "GraphQL specification 7.1"})
	}
	return all
}

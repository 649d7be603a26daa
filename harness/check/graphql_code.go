package check

import (
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/graphql"
)

// GraphQLCode asks that errors carry a code that stands for their cause. With OneOf only those will do.
type GraphQLCode struct {
	OneOf []string `json:"one-of,omitempty" decode:"short,one"`
}

// Kind describes the check.
func (GraphQLCode) Kind() Kind {
	return Kind{
		Needs: NeedsCalm | NeedsStruck, Speaks: overGraphQL(), Rank: 102,
		Doc:      "Each error has a code, one for one cause, that does not blame the caller. A status says nothing in GraphQL: clients retry, sign in again or give up by extensions.code. A code that says UNAUTHENTICATED while the database is down signs everybody out.",
		Example:  "db is refused, and the error of order has the code BAD_USER_INPUT\nthen: [{graphql-code: UPSTREAM_UNAVAILABLE}]",
		Expected: "one code for one cause in extensions.code, which says whose fault it is",
		Look:     "where errors become codes: a default that is taken for what nobody thought of",
		Findings: []Finding{
			{Class: "blames", Headline: "code {code} (a client error) although {event}", Said: true, Place: "{on}", Same: []string{"code"}},
			{Class: "differs", Headline: "two codes for one cause: {codes}", Said: true, Place: "{on}", Same: []string{"codes"},
				Follows: []string{"unaffected/answers", "unaffected/waits"}},
			{Class: "other", Headline: "the code {code} where {want} is owed", Said: true, Place: "{on}", Same: []string{"code"}},
			{Class: "missing", Headline: "errors without a code", Place: "{media}", Same: []string{"class"}},
		},
	}
}

// ofCaller are codes that say that the caller erred, by Apollo's convention and common use.
func ofCaller() []string {
	return []string{"BAD_USER_INPUT", "BAD_REQUEST", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "INVALID_INPUT", "INVALID_ARGUMENT", "VALIDATION_ERROR",
		"UNAUTHENTICATED", "UNAUTHORIZED", "FORBIDDEN", "PERMISSION_DENIED", "NOT_FOUND", "CONFLICT", "ALREADY_EXISTS"}
}

// Judge judges.
func (c GraphQLCode) Judge(s Subject, ev Evidence) Verdict {
	class, _, _ := strings.Cut(s.Cause, "/")
	all, unseen := s.answers(exchange.Faulty)
	all = slices.DeleteFunc(wellFormed(all), func(a inside) bool { return len(a.Errors) == 0 })
	switch {
	case unseen != "":
		return unclear("an answer is not known in full: %s", unseen)
	case len(all) == 0 && len(c.OneOf) > 0:
		return unclear("there were no errors in a GraphQL answer")
	case len(all) == 0:
		return skip("there were no errors in a GraphQL answer")
	case len(c.OneOf) > 0:
		return c.among(all)
	case class == "input" || class == "graphql" || class == "data" || class == "gateway":
		return skip("the caller may be to blame for %s", s.Cause)
	case s.undeclared() != "":
		return skip("%s", s.undeclared())
	}
	if why := ev.unstruck(); why != "" {
		return unclear("nothing to judge: %s", why)
	}
	var codes []string
	missing := false
	for _, a := range all {
		for _, e := range a.Errors {
			code := codeOf(e)
			switch {
			case slices.Contains(ofCaller(), strings.ToUpper(code)):
				return fail(contract.Major, Policy, "Apollo's codes of errors; RFC 9110 15.5 by analogy", "the code %s blames the caller, though %s", code, ev.strikes()).
					as("blames").with("code", code).about(a.Exchange)
			case code == "":
				missing = true
			case !slices.Contains(codes, code):
				codes = append(codes, code)
			}
		}
	}
	slices.Sort(codes)
	switch {
	case len(codes) > 1 && len(s.On) == 1 && len(ev.Parts) == 1 && slices.Contains(s.Learnt.Reaches, s.On[0]): // the process in want may fail in several ways
		return fail(contract.Minor, Policy, "one code for one cause", "errors of one cause have the codes %s", strings.Join(codes, " and ")).
			as("differs").with("codes", strings.Join(codes, " and ")).about(all[0].Exchange)
	case missing:
		return fail(contract.Note, Policy, "extensions.code, a convention", "an error without extensions.code").as("missing").about(all[0].Exchange)
	}
	return pass("the code %s", strings.Join(codes, ", "))
}

// among asks for the codes that a scenario wants.
func (c GraphQLCode) among(all []inside) Verdict {
	want := strings.Join(c.OneOf, " or ")
	for _, a := range all {
		for _, e := range a.Errors {
			if code := codeOf(e); !slices.Contains(c.OneOf, code) {
				return fail(contract.Major, Declare, "the scenario", "the code %s, owed %s", orNone(code), want).as("other").
					with("code", orNone(code)).with("want", want).about(a.Exchange)
			}
		}
	}
	return pass("the code %s", want)
}

func codeOf(e graphql.Error) string {
	code, _ := e.Extensions["code"].(string)
	return code
}

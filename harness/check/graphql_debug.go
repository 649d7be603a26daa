package check

import (
	"maps"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// GraphQLDebug looks in extensions for what helps a developer and an attacker.
type GraphQLDebug struct{}

// Kind describes the check.
func (GraphQLDebug) Kind() Kind {
	return Kind{
		Needs: 0, Speaks: overGraphQL(), Rank: 82,
		Doc:      "No debugging help stands in extensions. Stack traces, exceptions, queries and timings of resolvers belong in the log; servers that add them outside production were started in the wrong mode.",
		Example:  "errors[0].extensions.exception.stacktrace holds 12 lines",
		Expected: "extensions with a code, and an id that leads to the log",
		Look:     "the mode that the server runs in (NODE_ENV, DEBUG), and the function that formats errors",
		Findings: []Finding{{Class: "debug", Headline: "debugging help in the answer: {member}", Place: "{member}", Same: []string{"class"}}},
	}
}

// debugging are members of extensions that only a developer has use for, and what each costs.
func debugging() map[string]contract.Impact {
	return map[string]contract.Impact{"stacktrace": contract.Major, "stack": contract.Major, "trace": contract.Major, "exception": contract.Major, "debug": contract.Major,
		"debugmessage": contract.Major, "backtrace": contract.Major, "sql": contract.Major, "tracing": contract.Minor}
}

// Judge judges.
func (GraphQLDebug) Judge(s Subject, _ Evidence) Verdict {
	all, why := s.answers(exchange.Faulty)
	for _, a := range all {
		for _, e := range a.Errors {
			if v := debugIn("errors[*].extensions", e.Extensions); v.Outcome == Fail {
				return v.about(a.Exchange).because(excerpt(bodyOf(a.Exchange)))
			}
		}
		if v := debugIn("extensions", a.Extensions); v.Outcome == Fail {
			return v.about(a.Exchange).because(excerpt(bodyOf(a.Exchange)))
		}
	}
	switch {
	case why != "":
		return unclear("an answer is not known in full: %s", why)
	case len(all) == 0:
		return skip("there was no GraphQL answer")
	}
	return pass("%s of GraphQL", plural(len(all), "answer"))
}

// debugIn looks for such members at any depth; those that hold nothing help nobody, and a trace that is one word is an id.
func debugIn(at string, members map[string]any) Verdict {
	known := debugging()
	for _, name := range slices.Sorted(maps.Keys(members)) {
		value := members[name]
		impact, ok := known[strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))]
		if ok && helps(name, value) {
			return fail(impact, Standard, "CWE-209, GraphQL specification 7.1.2", "%s.%s holds what only a developer has use for", at, name).
				with("member", strings.TrimPrefix(at, "errors[*].")+"."+name)
		}
		if inner, isMap := value.(map[string]any); isMap {
			if v := debugIn(at+"."+name, inner); v.Outcome == Fail {
				return v
			}
		}
	}
	return Verdict{}
}

func helps(name string, value any) bool {
	switch x := value.(type) {
	case nil, bool:
		return false
	case string:
		return x != "" && (!strings.EqualFold(name, "trace") || strings.ContainsAny(x, " \n"))
	case []any:
		return len(x) > 0
	case map[string]any:
		return len(x) > 0
	}
	return false
}

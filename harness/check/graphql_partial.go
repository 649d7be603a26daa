package check

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/graphql"
)

// GraphQLPartial asks that what is left of an answer is as without the fault: what does not need the broken dependency keeps its
// value, and what is lost has an error.
type GraphQLPartial struct{}

// Kind describes the check.
func (GraphQLPartial) Kind() Kind {
	return Kind{
		Needs: NeedsCalm | NeedsStruck, Speaks: overGraphQL(), Rank: 42,
		Doc:      "A fault takes away the fields that need what is broken, says so of each, and leaves the others. What is null, empty or another value without an error is a lie that clients show and store; and one failing field must not take those away that do not need it. What a field needs is learnt by asking for it alone without a fault; times, ids and whatever else two calm answers do not share is not compared.",
		Example:  "payments is refused, and the query of order, rates and version gives data: null, though only rates needs payments",
		Expected: "an error for every field that could not be had, and all other fields as without the fault",
		Look:     "one promise for all fields, a non-null field from another service, or a resolver that gives a default in place of an error",
		Findings: []Finding{
			{Class: "silent", Headline: "{field} is lost without an error {when}", Place: "{field}", Same: []string{"class"}, Mark: "{kind}"},
			{Class: "spread", Headline: "{field} is lost {when}, though it does not need it", Place: "{field}", Same: []string{"class"}, Mark: "spread",
				Follows: []string{"unaffected/answers", "unaffected/waits"}},
		},
	}
}

// Judge judges.
func (GraphQLPartial) Judge(s Subject, ev Evidence) Verdict {
	switch {
	case !s.asWritten():
		return skip(changedOperation)
	case s.Operation.Kind == graphql.Mutation:
		return skip("a mutation is judged by itself")
	case len(s.Judged(exchange.Faulty)) == 0:
		return notAsked(s)
	}
	all, why := s.answers(exchange.Faulty)
	all = slices.DeleteFunc(wellFormed(all), func(a inside) bool { return !a.HasData || len(a.Errors) == 0 })
	calm, whyCalm := s.calmAnswers()
	switch {
	case why != "" || whyCalm != "":
		return unclear("an answer is not known in full: %s", or(why, whyCalm))
	case len(all) == 0:
		return skip("there was no GraphQL answer with data and errors")
	}
	if why := ev.unstruck(); why != "" {
		return unclear("nothing to judge: %s", why)
	}
	for _, a := range all {
		if v := s.spread(a, calm[0]); v.Outcome == Fail {
			return v.about(a.Exchange)
		}
		for _, l := range s.Operation.Lost(a.Answer, calm...) {
			return fail(contract.Critical, Invariant, "GraphQL specification 6.4.4; ASVS 5.0 16.5.3", "%s: %s, and no error says so", l.At, became(l)).
				because(excerpt(bodyOf(a.Exchange))).as("silent").with("field", indexed(l.At)).with("kind", l.Kind).about(a.Exchange)
		}
	}
	return pass("what is left is as without the fault")
}

// calmAnswers are the answers of the operation without a fault, before and after: what they do not share is volatile.
func (s Subject) calmAnswers() (all []graphql.Answer, why string) {
	for _, p := range []exchange.Phase{exchange.Calm, exchange.Healed} {
		some, w := s.answers(p)
		why = or(why, w)
		for _, a := range wellFormed(some) {
			if s.Expect.Missed(a.Exchange) == "" {
				all = append(all, a.Answer)
			}
		}
	}
	if len(all) == 0 && why == "" {
		why = "no calm answer was one of GraphQL"
	}
	return all, why
}

// spread finds a field of the root that is lost although, asked for alone, it calls nothing of what is broken.
func (s Subject) spread(a inside, calm graphql.Answer) Verdict {
	was, _ := calm.Data.(map[string]any)
	is, _ := a.Data.(map[string]any)
	if slices.ContainsFunc(s.On, func(on string) bool { return !slices.Contains(s.Learnt.Reaches, on) }) {
		return Verdict{} // a setting, or the process itself, may be of use to any field
	}
	if is == nil && s.Profile != contract.Strict && s.Operation.Explained(a.Answer) {
		return Verdict{} // the schema wants it so: which fields may be null is its author's decision
	}
	if !s.asksAlone() {
		return Verdict{}
	}
	for _, key := range slices.Sorted(maps.Keys(was)) {
		reaches, known := s.Learnt.Fields[key]
		needs := slices.ContainsFunc(s.On, func(on string) bool { return slices.Contains(reaches, on) })
		if !known || needs || was[key] == nil || is[key] != nil {
			continue
		}
		return fail(contract.Major, Invariant, "the blast radius of a fault: ASVS 5.0 16.5.2", "%s is null, though it calls nothing of %s", key, strings.Join(s.On, ", ")).
			because(excerpt(bodyOf(a.Exchange))).as("spread").with("field", key)
	}
	return Verdict{}
}

// asksAlone tells whether each broken dependency was called by a field that was asked for alone. Else which one needs it is not known:
// that answer may have come from a cache.
func (s Subject) asksAlone() bool {
	called := slices.Concat(slices.Collect(maps.Values(s.Learnt.Fields))...)
	return !slices.ContainsFunc(s.On, func(on string) bool { return !slices.Contains(called, on) })
}

// became says what became of a value.
func became(l graphql.Loss) string {
	switch l.Kind {
	case "null":
		return "null in place of " + l.Was
	case "gone":
		return "missing"
	}
	return fmt.Sprintf("%s in place of %s", l.Is, l.Was)
}

package check

import (
	"regexp"
	"slices"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/graphql"
)

// The media types of GraphQL answers (GraphQL over HTTP, 4).
const (
	typeGraphQL = "application/graphql-response+json"
	typeJSON    = "application/json"
)

// overGraphQL are the protocols of the checks that know GraphQL.
func overGraphQL() []exchange.Protocol { return []exchange.Protocol{exchange.GraphQL} }

// inside is a GraphQL answer that was read, with the exchange that it came by.
type inside struct {
	exchange.Exchange
	graphql.Answer
	Breaches []graphql.Breach
}

// isGraphQL tells whether an answer is meant as one of GraphQL: by its type, or, where that is another, since it says success.
func isGraphQL(e exchange.Exchange) bool {
	if e.Response == nil || e.Response.BodyErr != "" {
		return false
	}
	t := e.Response.MediaType()
	return t == typeGraphQL || t == typeJSON || e.Status()/100 == 2
}

// answers reads the GraphQL answers of a phase that are there in full; why says what is not known of one that is not.
func (s Subject) answers(p exchange.Phase) (all []inside, why string) {
	for _, e := range s.Judged(p) {
		if !isGraphQL(e) || p == exchange.Faulty && s.untouched(e) {
			continue
		}
		if unseen := partial(e.Response); unseen != "" {
			why = unseen
			continue
		}
		a, breaches := graphql.ReadAnswer(bodyOf(e))
		all = append(all, inside{e, a, breaches})
	}
	return all, why
}

// wellFormed are those of the answers whose form can be relied on.
func wellFormed(all []inside) []inside {
	return slices.DeleteFunc(slices.Clone(all), func(a inside) bool { return len(a.Breaches) > 0 })
}

// breachOf is the failure that stands for the worst of several breaches; a pass when there is none.
func breachOf(s Subject, find func(inside) []graphql.Breach, impact func(rule string) contract.Impact) Verdict {
	all, why := s.answers(exchange.Faulty)
	worst := Verdict{}
	for _, a := range all {
		for _, b := range find(a) {
			v := fail(impact(b.Rule), Standard, b.Cite, "%s", sentence(b)).with("rule", b.Rule).with("at", indexed(b.At)).about(a.Exchange).
				because(excerpt(bodyOf(a.Exchange)))
			if v.Impact.Rank() > worst.Impact.Rank() {
				worst = v
			}
		}
	}
	switch {
	case worst.Outcome == Fail:
		return worst
	case why != "":
		return unclear("an answer is not known in full: %s", why)
	case len(all) == 0 && len(s.Judged(exchange.Faulty)) == 0:
		return notAsked(s)
	case len(all) == 0:
		return skip("there was no GraphQL answer")
	}
	return pass("%s of GraphQL", plural(len(all), "answer"))
}

// sentence says a breach with its place.
func sentence(b graphql.Breach) string {
	if b.At == "" {
		return b.Reason
	}
	return b.At + ": " + b.Reason
}

// indexed is a place whatever its indices: orders[*].total.
func indexed(at string) string { return indices.ReplaceAllString(at, "[*]") }

var indices = regexp.MustCompile(`\[[0-9]+\]`)

// asWritten tells whether the operation was sent as it is: what was changed selects something else.
func (s Subject) asWritten() bool { return s.Operation != nil && len(s.Changed) == 0 }

const changedOperation = "the request itself was wrong; what it selects is not known"

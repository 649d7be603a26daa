package check

import (
	"net/http"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/graphql"
)

// GraphQLStatus asks that media type and status of a GraphQL answer are those of GraphQL over HTTP, by its draft.
type GraphQLStatus struct{}

// Kind describes the check.
func (GraphQLStatus) Kind() Kind {
	return Kind{
		Needs: NeedsCalm | NeedsStruck, Speaks: overGraphQL(), Rank: 174,
		Doc:      "Media type and status are those of GraphQL over HTTP. An answer with data is a 2xx of application/graphql-response+json or application/json, whatever errors stand beside; a request that was not carried out is a 4xx or 5xx, for which clients of application/json may get 200 by the draft of 2025. 294 is accepted where the draft of 2026 has it, and never asked for.",
		Example:  "a resolver fails, and the answer is 500 text/html; or a syntax error gives 200 application/graphql-response+json",
		Expected: "a 2xx with data, else a 4xx or 5xx, as application/graphql-response+json or application/json",
		Look:     "what stands around the GraphQL library: a handler of errors of the web framework, or a status set by hand",
		Findings: []Finding{
			{Class: "foreign", Headline: "no GraphQL answer: {status} {media} {when}", Said: true, Place: "{media}", Same: []string{"status", "media"}},
			{Class: "media", Headline: "a GraphQL answer labelled {media}", Place: "{media}", Same: []string{"class"}},
			{Class: "success", Headline: "{status} for a request that was not carried out", Place: "{media}", Same: []string{"status", "media"}},
			{Class: "failure", Headline: "{status} for an answer with data", Place: "{media}", Same: []string{"status", "media"}},
			{Class: "crash", Headline: "{status} {media} that is no GraphQL answer", Place: "{media}", Same: []string{"status"}},
		},
	}
}

const (
	citeMedia  = "GraphQL over HTTP, 4 and 6.1"
	citeStatus = "GraphQL over HTTP, 6.4"
)

// Judge judges.
func (GraphQLStatus) Judge(s Subject, _ Evidence) Verdict {
	judged, unseen := 0, ""
	worst := Verdict{}
	for _, e := range s.Judged(exchange.Faulty) {
		if e.Response == nil || e.Response.BodyErr != "" || s.untouched(e) {
			continue
		}
		judged++
		if why := partial(e.Response); why != "" {
			unseen = why
			continue
		}
		if v := s.graphqlStatus(e); v.Outcome == Fail && v.Impact.Rank() > worst.Impact.Rank() {
			worst = v.about(e).because(excerpt(bodyOf(e)))
		}
	}
	switch {
	case worst.Outcome == Fail:
		return worst
	case unseen != "":
		return unclear("an answer is not known in full: %s", unseen)
	case judged == 0 && len(s.Judged(exchange.Faulty)) == 0:
		return notAsked(s)
	case judged == 0:
		return skip("there was no answer")
	}
	return pass("%s with media type and status of GraphQL over HTTP", plural(judged, "answer"))
}

// graphqlStatus judges one answer.
func (s Subject) graphqlStatus(e exchange.Exchange) Verdict {
	media, status := e.Response.MediaType(), e.Status()
	a, breaches := graphql.ReadAnswer(bodyOf(e))
	ours := media == typeGraphQL || media == typeJSON
	switch {
	case !a.HasData && len(a.Errors) == 0 && !ours:
		return s.foreign(e)
	case !ours:
		return fail(contract.Minor, Standard, citeMedia, "a GraphQL answer of type %s", orNone(media)).as("media")
	case len(breaches) > 0 && media == typeGraphQL && status >= 500 && !a.HasData && len(a.Errors) == 0:
		return fail(contract.Minor, Standard, citeStatus, "%d of type %s that is no GraphQL answer", status, media).as("crash")
	case len(breaches) > 0:
		return Verdict{} // its form is judged by itself
	case a.HasData && a.Data != nil && status/100 != 2:
		impact, basis := contract.Minor, Policy
		if media == typeGraphQL {
			impact, basis = contract.Major, Standard
		}
		return fail(impact, basis, citeStatus, "%d, though the answer has data", status).as("failure")
	case !a.HasData && status/100 == 2 && media == typeGraphQL:
		return fail(contract.Major, Standard, citeStatus, "%d, though nothing was carried out", status).as("success")
	case !a.HasData && status/100 == 2 && s.Operation != nil && s.Operation.Draft == graphql.Draft2026:
		return fail(contract.Minor, Standard, citeStatus+" (2026)", "%d, though nothing was carried out", status).as("success")
	}
	return Verdict{}
}

// foreign judges an answer that is not one of GraphQL at all: right where nothing could be carried out, by whoever stands before.
func (s Subject) foreign(e exchange.Exchange) Verdict {
	switch status := e.Status(); {
	case status/100 == 2:
		return fail(contract.Major, Standard, citeMedia, "%d of type %s is no GraphQL answer", status, orNone(e.Response.MediaType())).as("foreign")
	case status/100 == 4 || status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout:
		return Verdict{}
	}
	return fail(contract.Major, Policy, citeStatus, "%d of type %s: what no GraphQL client can read hides the answer", e.Status(), orNone(e.Response.MediaType())).as("foreign")
}

package check

import (
	"encoding/json"
	"slices"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Away holds an answer against what was declared for the time that a dependency is away: `when-away` in the lab.
type Away struct{}

// Kind describes the check.
func (Away) Kind() Kind {
	return Kind{
		Needs: NeedsCalm | NeedsStruck, Rank: 35,
		Doc: "While a dependency is away, a request does what the lab declares. when-away: open answers as in calm, as a limiter that lets through or a cache that is skipped; " +
			"closed refuses with 503, as a store of sessions that cannot tell who asks, and never with 401; degraded answers 2xx with what there is: a warning member, null, a shorter list. " +
			"What is declared is what callers, and those who are on call, rely on.",
		Example:  "sessions: {kind: tcp, when-away: closed}, and while it is refused GET /orders gives 401, or 200",
		Expected: "{statuses}",
		Look:     "where the error of this dependency is handled, or what the lab declares",
		Findings: []Finding{
			declared("refuses", "{status} {when}, declared when-away: {policy}"),
			declared("admits", "{status} {when}, declared when-away: {policy}"),
			declared("other-content", "{status} with other content than in calm {when}, declared when-away: {policy}"),
			declared("unmarked", "{status} with zero values and no sign of it {when}, declared when-away: {policy}"),
			{Class: "blames", Headline: "{status} {when}, declared when-away: {policy}", Family: "blame", Place: "{on}", Same: []string{"status", "media", "shape"},
				One: "get the same answer[: {shape:short}]"}, // one bug blames the caller whatever the cause, also where no policy speaks of that
		},
	}
}

func declared(class, headline string) Finding {
	return Finding{Class: class, Headline: headline, Place: "{on}", Same: []string{"policy", "class", "status", "media", "hollow"}, One: "get the same answer[: {hollow:short}]"}
}

// policy is what was declared for the time that what is broken is away; "" where nothing was, or where the fault takes away no more
// than an answer.
func (s Subject) policy() contract.Away {
	if s.Row == nil || len(s.Changed) > 0 {
		return contract.Undeclared
	}
	return s.Row.Away
}

// byPolicy is the verdict of a check whose matter is judged by what was declared.
func (s Subject) byPolicy() Verdict {
	return skip("declared when-away: %s; whether it does that is judged by itself", s.policy())
}

// Judge judges.
func (Away) Judge(s Subject, ev Evidence) Verdict {
	faulty := s.Judged(exchange.Faulty)
	switch {
	case s.policy() == contract.Undeclared:
		return skip("no when-away is declared for what is broken")
	case len(faulty) == 0:
		return notAsked(s)
	}
	if why := ev.unstruck(); why != "" {
		return unclear("nothing to judge: %s", why)
	}
	worst := skip("there was no answer to judge")
	for _, e := range faulty {
		if e.Response == nil || e.Response.BodyErr != "" || s.untouched(e) {
			continue
		}
		v := s.does(e).about(e)
		if worst.Outcome == Skipped || worst.Outcome != Fail && v.Outcome == Fail || worst.Outcome == Pass && v.Outcome == Inconclusive {
			worst = v
		}
	}
	return worst
}

// does holds one answer against the policy. What reached the dependency after all, late or by a later attempt, is as in calm.
func (s Subject) does(e exchange.Exchange) Verdict {
	success, through := s.succeeds(e), s.onlyLater() || s.gotThrough(e)
	switch {
	case success && through && s.alikeWhenReached(e):
		return pass("%d, the same as in calm: it was reached after all", e.Status())
	case e.Status()/100 == 4 && !success:
		return s.does4XX(e)
	case s.policy() == contract.Closed && success:
		return s.breaks(contract.Critical, "%d without %v: it lets through", e).as("admits")
	case s.policy() == contract.Closed:
		return pass("%d, it refuses", e.Status()) // with the right 5xx, or not: that is the status
	case success && s.likeCalm(e):
		return pass("%d, the same as in calm, without %v", e.Status(), s.On)
	case s.policy() == contract.Open && success:
		return s.breaks(contract.Major, "%d without %v, with another body than in calm", e).as("other-content")
	case success && s.unmarked(e):
		return s.breaks(contract.Major, "%d without %v, with zero values where calm has others, and nothing in the answer tells", e).as("unmarked")
	case success, s.policy() == contract.Degraded && s.partly(e):
		return pass("%d, with what there is without %v", e.Status(), s.On)
	}
	return s.breaks(contract.Major, "%d without %v", e).as("refuses")
}

// does4XX judges a refusal that blames the caller, which no policy is. One by the system's own limit counts if it repeats when nothing
// else is asked.
func (s Subject) does4XX(e exchange.Exchange) Verdict {
	v := s.breaks(contract.Major, "%d without %v, as if it were the caller's mistake", e).as("blames")
	if s.limited(e) {
		return v.byTheClock()
	}
	return v
}

func (s Subject) breaks(impact contract.Impact, format string, e exchange.Exchange) Verdict {
	return fail(impact, Declare, "the lab: when-away: "+string(s.policy()), format+"; declared is when-away: %s", e.Status(), s.On, s.policy()).
		because(excerpt(bodyOf(e))).with("policy", s.policy())
}

// partly tells whether an answer of GraphQL has data beside its errors: what is degraded says so by these.
func (s Subject) partly(e exchange.Exchange) bool {
	data, ok := pointer(bodyOf(e), "/data")
	return e.Request.Protocol == exchange.GraphQL && e.Status()/100 == 2 && ok && data != nil
}

// unmarked tells whether an answer differs from calm by nothing but 0 and "" in place of other values: no member more or less, no null, no
// shorter list, no other word and no field of the header tells a caller that they stand for what is not known.
func (s Subject) unmarked(e exchange.Exchange) bool {
	calm, healed := s.Judged(exchange.Calm), s.Judged(exchange.Healed)
	if len(calm) == 0 || len(healed) == 0 {
		return false
	}
	var was, again, got any
	last := healed[len(healed)-1]
	if json.Unmarshal(bodyOf(calm[0]), &was) != nil || json.Unmarshal(bodyOf(last), &again) != nil || json.Unmarshal(bodyOf(e), &got) != nil {
		return false
	}
	further := slices.ContainsFunc(e.Response.Header, func(f exchange.Field) bool { return !calm[0].Response.Header.Has(f.Name) })
	zeroes := 0
	filled := zeroed(was, got, &zeroes)
	return !further && zeroes > 0 && shapeOf(was) == shapeOf(got) &&
		agreement{volatile: s.Learnt.Volatile}.holds("", filled, zeroed(again, got, new(int)), got)
}

// zeroed is a body with 0 and "" wherever another has these in place of other values of the kind; n counts them.
func zeroed(body, other any, n *int) any {
	switch x := body.(type) {
	case map[string]any:
		y, _ := other.(map[string]any)
		out := map[string]any{}
		for k, v := range x {
			out[k] = zeroed(v, y[k], n)
		}
		return out
	case []any:
		y, _ := other.([]any)
		out := slices.Clone(x)
		for i := range min(len(x), len(y)) {
			out[i] = zeroed(x[i], y[i], n)
		}
		return out
	}
	if body != other && (other == "" || other == float64(0)) {
		*n++
		return other
	}
	return body
}

package check

import (
	"fmt"
	"maps"
	"slices"

	"github.com/failwell/failwell/harness/exchange"
)

// Calm is the positive control: without the fault the same request must succeed, else nothing can be said.
type Calm struct{}

// Kind describes the check.
func (Calm) Kind() Kind {
	return Kind{
		Rank:    1,
		Doc:     "Without the fault the same request succeeds. This is the positive control: where it does not hold, nothing can be said about the fault, and the case is inconclusive. It blames nobody.",
		Example: "GET /orders/1001 gives 404 before anything is broken: expect another status, or load the data it needs",
	}
}

// Judge judges.
func (Calm) Judge(s Subject, ev Evidence) Verdict {
	if ev.Calm != "" {
		return unclear("%s", ev.Calm)
	}
	calm := s.Judged(exchange.Calm)
	return pass("%d in %s", calm[0].Status(), round(calm[0].Took))
}

// firstError is the message of the first error of a GraphQL answer.
func firstError(e exchange.Exchange) string {
	m, _ := pointer(bodyOf(e), "/errors/0/message")
	return excerpt([]byte(text(m)))
}

// Missed says what of the expectation an answer does not meet, "" when it meets all.
func (x Expect) Missed(e exchange.Exchange) string {
	if e.Response == nil {
		return came(e)
	}
	if len(x.Status) == 0 && e.Status()/100 != 2 || len(x.Status) > 0 && !slices.Contains(x.Status, e.Status()) {
		want := "a 2xx"
		if len(x.Status) > 0 {
			want = fmt.Sprint(x.Status)
		}
		return fmt.Sprintf("%s, want %s", came(e), want)
	}
	if e.Response.BodyErr != "" {
		return "the body broke off: " + e.Response.BodyErr
	}
	if e.Response.Errors && !x.Errors {
		return "the answer has errors: " + firstError(e)
	}
	body, kept := bodyOf(e), ""
	if partial(e.Response) != "" {
		kept = " as far as it is kept"
	}
	if x.Has != "" && !contains(body, x.Has) {
		return fmt.Sprintf("the body does not contain %q%s", x.Has, kept)
	}
	for _, at := range slices.Sorted(maps.Keys(x.At)) {
		want := x.At[at]
		got, ok := pointer(body, at)
		if !ok {
			return fmt.Sprintf("the body has no %s, want %s there%s", at, want, kept)
		}
		if text(got) != want {
			return fmt.Sprintf("at %s the body has %s, want %s", at, text(got), want)
		}
	}
	return ""
}

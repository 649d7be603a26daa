package check

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// GraphQLCalls counts the calls of dependencies that one operation makes, against a bound that the lab sets.
type GraphQLCalls struct{}

// Kind describes the check.
func (GraphQLCalls) Kind() Kind {
	return Kind{
		Needs: NeedsCalm, Speaks: overGraphQL(), Rank: 240,
		Doc:      "One operation makes no more calls of its dependencies than the lab says. A resolver that asks for each element of a list by itself makes a hundred calls of one, in calm as under a fault, where each waits for its time-out. It is judged where the lab says a bound (graphql: {calls: 10}); else the number is only told.",
		Example:  "orders(first: 50) makes 51 calls of db",
		Expected: "at most as many calls as the lab says",
		Look:     "a resolver of an element that makes a call of its own: batch them (a data loader)",
		Findings: []Finding{{Class: "many", Headline: "one operation makes {count:most} calls of its dependencies, at most {bound} are allowed", Place: "{most}", Same: []string{"class"}, Mark: "many"}},
	}
}

// Judge judges.
func (GraphQLCalls) Judge(s Subject, _ Evidence) Verdict {
	if s.Operation == nil {
		return skip(changedOperation)
	}
	e, ok := s.fewestCalls()
	if !ok {
		return skip("there was no calm to count calls in")
	}
	calls, n := countCalls(e)
	if bound := s.Operation.Calls; bound > 0 && n > bound {
		most := slices.MaxFunc(slices.Sorted(maps.Keys(calls)), func(a, b string) int { return calls[a] - calls[b] })
		return fail(contract.Minor, Declare, "the lab's bound of calls", "%s: %s", plural(n, "call"), inNumbers(calls)).as("many").
			with("count", n).with("bound", bound).with("most", most).about(e)
	}
	return pass("%s", strings.TrimSuffix(fmt.Sprintf("%s in calm: %s", plural(n, "call"), inNumbers(calls)), ": "))
}

// fewestCalls is, of the good answers without a fault, the one that took the fewest calls: now and then a call is made again, on a
// connection that had died, or somebody else's comes between.
func (s Subject) fewestCalls() (least exchange.Exchange, ok bool) {
	for _, e := range slices.Concat(s.Judged(exchange.Calm), s.Judged(exchange.Healed)) {
		if s.Expect.Missed(e) != "" {
			continue
		}
		_, n := countCalls(e)
		if _, before := countCalls(least); !ok || n < before {
			least, ok = e, true
		}
	}
	return least, ok
}

// countCalls counts the calls of an exchange by dependency, without those that only make or keep connections.
func countCalls(e exchange.Exchange) (calls map[string]int, n int) {
	calls = map[string]int{}
	for _, h := range e.Hits {
		if h.Background || h.Call.Housekeeping || h.Call.Op == fault.LinkOp || fault.Point(h.Call.Op).Early() {
			continue
		}
		calls[h.Call.On]++
		n++
	}
	return calls, n
}

func inNumbers(calls map[string]int) string {
	var words []string
	for _, on := range slices.Sorted(maps.Keys(calls)) {
		words = append(words, fmt.Sprintf("%s %d", on, calls[on]))
	}
	return strings.Join(words, ", ")
}

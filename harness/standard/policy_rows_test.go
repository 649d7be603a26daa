package standard_test

import (
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// away declares what is done while what is broken is away.
func away(a contract.Away) edit {
	return func(s *check.Subject) {
		s.Role = a.Role()
		table, err := contract.Built()
		if err != nil {
			panic(err)
		}
		if row, ok := table.Owed(contract.Key{Cause: s.Cause, Role: s.Role, Away: a}); ok {
			row.Floor = ""
			s.Row = &row
		}
	}
}

// sets is what a driver says to the server of its own accord.
const sets = "SET client_encoding = 'UTF8'"

var housekeeping = fault.Hit{Seq: 3, Call: fault.Call{On: "db", Op: "query", Text: sets, Housekeeping: true}, Effect: broken, Rule: 1, Done: fault.Carried}

func policies() []row {
	list := func(p exchange.Phase, body string) exchange.Exchange { return answer(p, 200, body) }
	offers := func(body string) edit {
		return func(s *check.Subject) {
			const whole = `{"title":"Offers","picks":["a","b"],"total":2}`
			hits := s.Exchanges[0].Hits
			s.Exchanges[0], s.Exchanges[1], s.Exchanges[2] = list(exchange.Calm, whole), list(exchange.Faulty, body), list(exchange.Healed, whole)
			s.Exchanges[0].Hits = hits
		}
	}
	const retried = "200, the same as in calm: it was reached after all"
	return []row{
		{"away", "pass-open", none, "200, the same as in calm, without [db]", of(away(contract.Open), gave(200, order)), ""},
		{"away", "pass-open-retry", none, retried, of(rule("store/unavailable", broken, struck(3, "db", "query", selects, broken), passed(4, "db", "query", selects)), away(contract.Open), gave(200, order)), ""},
		{"away", "pass-open-late", none, retried, of(rule("store/slow", late, struck(3, "db", "query", selects, late)), away(contract.Open), gave(200, order)), ""},
		{"away", "pass-closed", none, "503, it refuses", of(away(contract.Closed)), ""},
		{"away", "pass-closed-500", none, "500, it refuses", of(away(contract.Closed), gave(500, problem("500"))), ""},
		{"away", "pass-closed-housekeeping", none, retried, of(rule("store/unavailable", broken, housekeeping, passed(4, "db", "query", selects)), away(contract.Closed), gave(200, order)), ""},
		{"away", "pass-degraded-warning", none, "200, with what there is without [db]", of(away(contract.Degraded), offers(`{"title":"Offers","picks":["a","b"],"total":0,"warning":"the total is not known"}`)), ""},
		{"away", "pass-degraded-null", none, "200, with what there is without [db]", of(away(contract.Degraded), offers(`{"title":"Offers","picks":null,"total":0}`)), ""},
		{"away", "pass-degraded-shorter", none, "200, with what there is without [db]", of(away(contract.Degraded), offers(`{"title":"Offers","picks":[],"total":0}`)), ""},
		{"away", "pass-degraded-cached", none, "200, the same as in calm, without [db]", of(away(contract.Degraded), gave(200, order)), ""},
		{"away", "fail-open-refuses", major, "503 without [db]; declared is when-away: open", of(away(contract.Open)), ""},
		{"away", "fail-open-limits", major, "429 without [db], as if it were the caller's mistake; declared is when-away: open", of(away(contract.Open), gave(429, problem("429"))), ""},
		{"away", "fail-open-other", major, "200 without [db], with another body than in calm; declared is when-away: open", of(away(contract.Open), gave(200, `{"id":1001}`)), ""},
		{"away", "fail-closed-401", major, "401 without [db], as if it were the caller's mistake; declared is when-away: closed", of(away(contract.Closed), gave(401, problem("401"))), ""},
		{"away", "fail-closed-admits", critical, "200 without [db]: it lets through; declared is when-away: closed", of(away(contract.Closed), gave(200, order)), ""},
		{"away", "fail-degraded-refuses", major, "503 without [db]; declared is when-away: degraded", of(away(contract.Degraded)), ""},
		{"away", "fail-degraded-zero", major, "200 without [db], with zero values where calm has others, and nothing in the answer tells; declared is when-away: degraded",
			of(away(contract.Degraded), offers(`{"title":"","picks":["a","b"],"total":0}`)), ""},
		{"away", "skipped-undeclared", none, "no when-away is declared for what is broken", of(), ""},
		{"away", "skipped-other-cause", none, "no when-away is declared for what is broken", of(rule("store/schema", broken, struck(3, "db", "query", selects, broken)), away(contract.Closed)), ""},
		{"away", "inconclusive-not-struck", none, "nothing to judge: no matching call came from this request", of(rule("store/unavailable", broken, passed(3, "db", "query", selects)), away(contract.Closed), gave(200, order)), ""},
		{"success", "skipped-policy", none, "declared when-away: closed; whether it does that is judged by itself", of(away(contract.Closed), gave(200, order)), ""},
		{"blame", "skipped-policy", none, "declared when-away: closed; whether it does that is judged by itself", of(away(contract.Closed), gave(401, problem("401"))), ""},
		{"status", "skipped-policy", none, "declared when-away: open; whether it does that is judged by itself", of(away(contract.Open)), ""},
		{"status", "fail-policy-500", minor, "500, which is never right here (500); owed 503+RA or 502 or 504 or recovered", of(away(contract.Closed), gave(500, problem("500"))), ""},
		{"status", "skipped-policy-401", none, "declared when-away: closed; whether it does that is judged by itself", of(away(contract.Closed), gave(401, problem("401"))), ""},
	}
}

// A call that was held up for three times the deadline, and one that the system did not wait for.
var (
	slow3   = fault.Effect{Verb: fault.Pass, At: fault.Request, Delay: fault.For(3 * time.Second)}
	waited  = fault.Hit{Seq: 3, Call: fault.Call{On: "db", Op: "query", Text: selects}, Effect: slow3, Rule: 1, Done: fault.Carried, Answer: "SELECT 1", Took: 3010 * time.Millisecond}
	givenUp = fault.Hit{Seq: 3, Call: fault.Call{On: "db", Op: "query", Text: selects}, Effect: slow3, Rule: 1, Done: fault.Carried, Took: 2050 * time.Millisecond}
)

func took(d time.Duration) edit { return func(s *check.Subject) { s.Exchanges[1].Took = d } }

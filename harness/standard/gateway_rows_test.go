package standard_test

import (
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// behind makes a subject of a system behind a gateway: the tap told what the calm and the faulty answers were, and the caller
// got hop's.
func behind(method string, edits ...edit) check.Subject {
	return of(append([]edit{func(s *check.Subject) {
		s.Cause, s.On, s.Row = "gateway/reset", []string{"hop"}, nil
		s.Declared.Entry, s.Declared.Taps = "gw", map[string]string{"hop": "app"}
		s.Learnt.Reaches, s.Write = []string{"hop"}, method != "GET"
		s.Injection = fault.Injection{Rules: []fault.Rule{{Scope: fault.Scope{On: "hop"}, Effect: fault.Effect{Verb: fault.Reset, At: fault.Request}}}}
		for i := range s.Exchanges {
			e := &s.Exchanges[i]
			e.Request.Method, e.Hop = method, "app"
			e.Hits = []fault.Hit{sent(*e, method)}
		}
	}}, edits...)...)
}

// sent is the call at the tap that an answer came by.
func sent(e exchange.Exchange, method string) fault.Hit {
	return fault.Hit{Seq: 1, Call: fault.Call{On: "hop", Op: method, Text: e.Request.Target, Trace: e.Trace}, Answer: "200",
		Said: &fault.Said{Status: e.Response.Status, Media: e.Response.MediaType(), Size: len(e.Response.Body), Sum: fault.Sum(0, []byte(e.Response.Body))}}
}

// lost is a call at the tap that was reset.
func lost(trace, method string) fault.Hit {
	return fault.Hit{Seq: 2, Call: fault.Call{On: "hop", Op: method, Text: "/orders/1001", Trace: trace},
		Effect: fault.Effect{Verb: fault.Reset, At: fault.Request}, Done: fault.Carried, Answer: "reset"}
}

func hops() []row {
	own := func(s *check.Subject) {
		s.Exchanges[1].Hop, s.Exchanges[1].Hits = "gw", []fault.Hit{lost("t-faulty", "POST")}
	}
	twice := func(s *check.Subject) {
		s.Exchanges[1].Hits = append(s.Exchanges[1].Hits, lost("t-faulty", "POST"), lost("t-faulty", "POST"))
	}
	never := func(l exchange.Launch) edit {
		return func(s *check.Subject) { // the part behind did not start, and the gateway says so
			setting("setting/missing", l)(s)
			s.Row, s.Role = nil, contract.Unknown
			s.Exchanges[1].Response, s.Exchanges[1].Hop, s.Exchanges[1].Hits = answer(exchange.Faulty, 502, "<html>").Response, "gw", nil
		}
	}
	return []row{
		{"status", "pass-behind-ended", none, "502 by gw: what is behind it did not start, as owed", behind("GET", never(exchange.Launch{Readying: 502, Exit: &exchange.Exit{Code: 1, Part: "app"}})), ""},
		{"status", "pass-behind-not-ready", none, "502 by gw: what is behind it did not start, as owed", behind("GET", never(exchange.Launch{Readying: 502})), ""},
		{"status", "fail-behind-ready", note, "502, owed exit or not-ready or 503+RA or calm", behind("GET", never(exchange.Launch{Ready: true})), ""},
		{"relayed", "pass-as-it-was", none, "3 answers passed on as they were", behind("GET"), ""},
		{"relayed", "pass-nothing-from-behind", none, "2 answers passed on as they were", behind("POST", own), ""},
		{"relayed", "fail-rewritten", major, "app answered 503 application/problem+json, the caller got 502 application/problem+json from gw", behind("GET", func(s *check.Subject) {
			s.Exchanges[1].Response = answer(exchange.Faulty, 502, "<html>").Response
			s.Exchanges[1].Hop = "gw"
		}), ""},
		{"relayed", "fail-in-calm", major, "app answered 200 application/json, the caller got 404 application/problem+json from gw", behind("GET", func(s *check.Subject) {
			s.Exchanges[0].Response = answer(exchange.Calm, 404, problem("404")).Response
			s.Exchanges[0].Hop = "gw"
		}), ""},
		{"relayed", "pass-too-late", none, "2 answers passed on as they were", behind("GET", func(s *check.Subject) {
			s.Exchanges[1].Response, s.Exchanges[1].Hop = answer(exchange.Faulty, 504, problem("504")).Response, "gw"
			s.Exchanges[1].Hits[0].Effect = fault.Effect{Verb: fault.Pass, At: fault.Reply, Delay: fault.Span{X: 3}}
		}), ""},
		{"relayed", "skipped-no-gateway", none, "there is no gateway before the system, or no tap between them", of(), ""},
		{"resent", "pass-once", none, "sent on once", behind("POST", own), ""},
		{"resent", "fail-twice", critical, "gw sent POST /orders/1001 on 3 times", behind("POST", own, twice), ""},
		{"resent", "skipped-idempotent", none, "the request may be sent again: it is idempotent, or carries a key", behind("GET"), ""},
		{"resent", "skipped-keyed", none, "the request may be sent again: it is idempotent, or carries a key", behind("POST", own, twice, func(s *check.Subject) { s.Keyed = true }), ""},
		{"resent", "skipped-no-gateway", none, "there is no gateway before the system, or no tap between them", of(), ""},
	}
}

package standard_test

import (
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/fault"
)

// certificates are subjects of an upstream that showed a bad certificate on connection 7; the faulty exchange has these calls after it.
func certificates() []row {
	bad := fault.Effect{Verb: fault.Answer, At: fault.Handshake, Say: fault.Saying{Name: "certificate-expired"}}
	shown := func(e fault.Effect, after ...fault.Call) check.Subject {
		return of(cause("upstream/tls"), set(func(s *check.Subject) {
			s.On, s.Injection = []string{"payments"}, fault.Injection{Rules: []fault.Rule{{Scope: fault.Scope{On: "payments"}, Effect: e}}}
			hits := []fault.Hit{{Seq: 3, Call: fault.Call{On: "payments", Op: "handshake", Conn: 7}, Effect: e, Done: fault.Carried}}
			for i, c := range after {
				hits = append(hits, fault.Hit{Seq: int64(4 + i), Call: c, Answer: "200"})
			}
			s.Exchanges[1].Hits = hits
		}))
	}
	charge := func(conn int64) fault.Call {
		return fault.Call{On: "payments", Op: "POST", Text: "/charges", Conn: conn}
	}
	return []row{
		{"certificate", "fail-accepted", critical, "POST /charges was sent to payments, although the handshake showed certificate-expired", shown(bad, charge(7)), ""},
		{"certificate", "pass-refused", none, "nothing was sent over a connection that had shown a bad certificate", shown(bad), ""},
		{"certificate", "pass-another-connection", none, "nothing was sent over a connection that had shown a bad certificate", shown(bad, fault.Call{On: "payments", Op: "connect", Conn: 8}, charge(8)), ""},
		{"certificate", "skipped-slow", none, "no certificate was shown that must be refused", shown(fault.Effect{Verb: fault.Pass, At: fault.Handshake, Delay: fault.Span{X: 3}}, charge(7)), ""},
	}
}

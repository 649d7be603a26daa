package check

import (
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// Certificate asks that the system sends nothing over a connection whose certificate it must not accept.
type Certificate struct{}

// Kind describes the check.
func (Certificate) Kind() Kind {
	return Kind{
		Rank: 25, Beside: true,
		Doc:      "A certificate that has expired, names another host or is signed by a stranger is refused, and nothing is sent. A client that does not verify talks to anybody on the way (RFC 9110, 4.3.4; RFC 5280, 6.1).",
		Example:  "payments shows a certificate of another host, and POST /charges goes out to it all the same",
		Expected: "the connection is refused, and nothing is sent over it",
		Look:     "where the client is told not to verify: rejectUnauthorized: false, verify=False, InsecureSkipVerify, CERT_NONE",
		Findings: []Finding{
			{Class: "accepted", Headline: "certificates of {place} are not verified", Place: "{dependency}", One: "the client of {dependency} accepts any certificate"},
		},
	}
}

// Judge judges.
func (Certificate) Judge(s Subject, _ Evidence) Verdict {
	shown := map[int64]fault.Hit{}
	for _, e := range s.Exchanges {
		if e.Phase != exchange.Faulty && e.Phase != exchange.Settling {
			continue
		}
		for _, h := range e.Hits {
			if h.Call.Op == string(fault.Handshake) && h.Struck() && h.Effect.Verb == fault.Answer {
				shown[h.Call.Conn] = h
			}
		}
		for _, h := range e.Hits {
			if bad, ok := shown[h.Call.Conn]; ok && h.Call.On == bad.Call.On && h.Call.Op != fault.LinkOp && !fault.Point(h.Call.Op).Early() {
				return fail(contract.Critical, Standard, "RFC 9110 4.3.4: a client must verify that the certificate is one for the origin",
					"%s %s was sent to %s, although the handshake showed %s", h.Call.Op, h.Call.Text, bad.Call.On, bad.Effect.Say.Name).with("dependency", bad.Call.On)
			}
		}
	}
	if len(shown) == 0 {
		return skip("no certificate was shown that must be refused")
	}
	return pass("nothing was sent over a connection that had shown a bad certificate")
}

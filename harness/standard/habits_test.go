package standard_test

import (
	"strconv"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// redirected lets payments send the request n times somewhere else, and always to the same place.
func redirected(n int) edit {
	away := fault.Effect{Verb: fault.Answer, At: fault.Request, Say: fault.Saying{Status: "302"}}
	return func(s *check.Subject) {
		s.Cause, s.On, s.Learnt.Reaches = "upstream/redirect", []string{"payments"}, []string{"payments"}
		s.Injection = fault.Injection{Rules: []fault.Rule{{Scope: fault.Scope{On: "payments"}, Effect: away}}}
		s.Exchanges[1].Hits = nil
		for i := range n + 1 {
			h := struck(int64(10+i), "payments", "GET", "/rates", away)
			status, _ := strconv.Atoi(away.Say.Status)
			h.Said = &fault.Said{Status: status}
			s.Exchanges[1].Hits = append(s.Exchanges[1].Hits, h)
		}
	}
}

// library says that the only error answers of calm were those for what no route knows, in a form that an HTTP library may have chosen.
func library(media string) edit {
	return func(s *check.Subject) {
		s.Learnt.ErrorType, s.Learnt.ErrorMembers, s.Learnt.Unrouted = media, nil, true
	}
}

// impatient lets payments be slow, within what it is promised, and the system hang up after a time.
func impatient(after time.Duration) edit {
	return func(s *check.Subject) {
		s.Cause, s.On, s.Learnt.Reaches = "upstream/slow-within-limit", []string{"payments"}, []string{"payments"}
		s.Injection = fault.Injection{Rules: []fault.Rule{{Scope: fault.Scope{On: "payments"}, Effect: late}}}
		h := struck(10, "payments", "POST", "/charges", late)
		h.Answer, h.Took = "client left", after
		s.Exchanges[1].Hits = []fault.Hit{h}
	}
}

// trailer gives the answers of calm and healed one value of a trailer field, and those under the fault another.
func trailer(name, well, faulty string) edit {
	return func(s *check.Subject) {
		for i, e := range s.Exchanges {
			r := *e.Response
			r.Trailer = exchange.Header{{Name: name, Value: well}}
			if e.Phase == exchange.Faulty {
				r.Trailer[0].Value = faulty
			}
			s.Exchanges[i].Response = &r
		}
	}
}

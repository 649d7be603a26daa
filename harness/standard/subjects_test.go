package standard_test

import (
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/leak"
)

const (
	token  = "qaz2wsx3edc4" // a canary in the words of the database
	secret = "rfv5tgb6yhn7" // a canary that is a password
	order  = `{"id":1001,"total":9007199254740993}`
	sorry  = `{"type":"about:blank","title":"Service Unavailable","status":503,"trace_id":"t-faulty"}`
)

// an edit makes one subject out of another.
type edit func(*check.Subject)

// of makes the subject of a case in which db was refused and everything was as owed: GET /orders/1001 gave 200 in calm,
// 503 under the fault, and 200 when it was lifted.
func of(edits ...edit) check.Subject {
	s := check.Subject{
		ID: "database/refused@db:get-order", Cause: "store/unavailable", On: []string{"db"}, Role: contract.Essential, Profile: contract.Floor,
		Injection: fault.Injection{Links: []fault.Link{{On: "db", State: fault.Refused, Existing: fault.Drain}}},
		Declared: check.Declared{Errors: "problem+json", Deadline: time.Second, Limit: 10 * time.Second, HealWithin: 5 * time.Second,
			Trace: check.Trace{Header: "X-Request-Id", Body: "/trace_id", Logs: true}},
		Learnt:   check.Learnt{ErrorType: "application/problem+json", ErrorMembers: []string{"title", "trace_id"}, Samples: 2, Reaches: []string{"db"}},
		Canaries: []leak.Canary{{Token: token, Kind: "internal", Where: "db message table"}, {Token: secret, Kind: "secret", Where: "db password"}},
		Expect:   check.Expect{Status: []int{200}},
		Exchanges: []exchange.Exchange{
			answer(exchange.Calm, 200, order), answer(exchange.Faulty, 503, sorry), answer(exchange.Healed, 200, order),
		},
		Logs: []exchange.Line{{Stream: "stdout", Text: `{"level":"error","trace":"t-faulty","error":"dial db: connection refused"}`}},
	}
	s.Exchanges[0].Hits = []fault.Hit{passed(1, "db", "query", "SELECT 1 FROM orders")}
	s.Exchanges[2].Hits = []fault.Hit{passed(9, "db", "query", "SELECT 1 FROM orders")}
	for _, e := range edits {
		e(&s)
	}
	if s.Row == nil {
		table, err := contract.Built()
		if err != nil {
			panic(err)
		}
		if row, ok := table.Owed(contract.Key{Cause: s.Cause, Role: s.Role, Write: s.Write, Keyed: s.Keyed, Protocol: s.Exchanges[0].Request.Protocol}); ok {
			row.Floor = ""
			s.Row = &row
		}
	}
	return s
}

// answer makes an exchange of the case's own request.
func answer(p exchange.Phase, status int, body string) exchange.Exchange {
	e := exchange.Exchange{Phase: p, Trace: "t-" + string(p), At: time.Second, Took: 20 * time.Millisecond,
		Request:  exchange.Request{Name: "get-order", Method: "GET", Target: "/orders/1001"},
		Response: &exchange.Response{Status: status, Body: body, Size: len(body), Header: exchange.Header{{Name: "Content-Type", Value: "application/json"}}}}
	if status >= 400 {
		e.Response.Header = exchange.Header{{Name: "Content-Type", Value: "application/problem+json"}, {Name: "X-Request-Id", Value: e.Trace}}
	}
	if status == 503 || status == 429 {
		e.Response.Header = e.Response.Header.With("Retry-After", "2")
	}
	return e
}

// far makes the faulty answer one whose body is longer than what is kept.
func far(change func(*exchange.Response)) edit {
	return func(s *check.Subject) {
		r := *s.Exchanges[1].Response
		r.Body, r.Size, r.Sum = `{"title":"Service Unavailable","seen":[`, 5_000_000, 7
		change(&r)
		s.Exchanges[1].Response = &r
	}
}

// problem is the body of an error answer.
func problem(status string) string {
	return `{"type":"about:blank","title":"An error","status":` + status + `,"trace_id":"t-faulty"}`
}

// passed is a call that the backend answered.
func passed(seq int64, on, op, text string) fault.Hit {
	return fault.Hit{Seq: seq, Call: fault.Call{On: on, Op: op, Text: text, N: int(seq)}, Answer: "SELECT 1", Took: time.Millisecond}
}

// struck is a call whose effect was carried out.
func struck(seq int64, on, op, text string, e fault.Effect) fault.Hit {
	return fault.Hit{Seq: seq, Call: fault.Call{On: on, Op: op, Text: text, N: int(seq)}, Effect: e, Rule: 1, Done: fault.Carried, Answer: e.Say.Status, Took: time.Millisecond}
}

// gave sets the answer under the fault.
func gave(status int, body string) edit {
	return func(s *check.Subject) { s.Exchanges[1].Response = answer(exchange.Faulty, status, body).Response }
}

// refused sets the failure under the fault.
func failed(f exchange.Failure, detail string, took time.Duration) edit {
	return func(s *check.Subject) {
		s.Exchanges[1].Response, s.Exchanges[1].Failure, s.Exchanges[1].Detail, s.Exchanges[1].Took = nil, f, detail, took
	}
}

// header sets a field of the answer under the fault; an empty value takes it away.
func header(name, value string) edit {
	return func(s *check.Subject) {
		r := s.Exchanges[1].Response
		var kept exchange.Header
		for _, f := range r.Header {
			if f.Name != name {
				kept = append(kept, f)
			}
		}
		if value != "" {
			kept = append(kept, exchange.Field{Name: name, Value: value})
		}
		r.Header = kept
	}
}

// hits sets the calls under the fault.
func hits(all ...fault.Hit) edit {
	return func(s *check.Subject) { s.Exchanges[1].Hits = all }
}

// said gives the calls under the fault the status that their dependency answered.
func said(status int) edit {
	return func(s *check.Subject) {
		for i := range s.Exchanges[1].Hits {
			s.Exchanges[1].Hits[i].Said = &fault.Said{Status: status, Media: "application/json"}
		}
	}
}

// cause sets what the trouble is called.
func cause(id string) edit { return func(s *check.Subject) { s.Cause = id } }

func role(r contract.Role) edit       { return func(s *check.Subject) { s.Role = r } }
func profile(p contract.Profile) edit { return func(s *check.Subject) { s.Profile = p } }

// rule puts a rule in place of the link, and lets it strike these calls.
func rule(id string, e fault.Effect, calls ...fault.Hit) edit {
	return func(s *check.Subject) {
		s.Cause = id
		s.Injection = fault.Injection{Rules: []fault.Rule{{Scope: fault.Scope{On: "db"}, Effect: e}}}
		s.Exchanges[1].Hits = calls
	}
}

var (
	broken    = fault.Effect{Verb: fault.Answer, At: fault.Request, Say: fault.Saying{Name: "undefined-table", Status: "42P01", Fields: map[string]string{"message": `relation "` + token + `" does not exist`}}}
	ended     = fault.Effect{Verb: fault.Answer, At: fault.Request, Say: fault.Saying{Name: "admin-shutdown", Status: "57P01", Then: fault.Close, Fields: broken.Say.Fields}}
	late      = fault.Effect{Verb: fault.Pass, At: fault.Request, Delay: fault.For(300 * time.Millisecond)}
	swallowed = fault.Effect{Verb: fault.Lose, At: fault.Reply}
	deadlock  = fault.Effect{Verb: fault.Answer, At: fault.Request, Say: fault.Saying{Name: "deadlock", Status: "40P01"}}
)

// cutBody ends a reply in its middle.
var cutBody = fault.Effect{Verb: fault.Cut, At: fault.Body, Half: true}

const selects = "SELECT 1 FROM orders"

// upstream lets payments answer by itself.
func upstream(id, status string, fields map[string]string, own bool) edit {
	return func(s *check.Subject) {
		e := fault.Effect{Verb: fault.Answer, At: fault.Request, Say: fault.Saying{Status: status, Fields: fields}}
		s.Cause, s.On, s.Learnt.Reaches = id, []string{"payments"}, []string{"payments"}
		s.Injection = fault.Injection{Rules: []fault.Rule{{Scope: fault.Scope{On: "payments"}, Effect: e}}}
		s.Exchanges[0].Hits = []fault.Hit{passed(1, "payments", "POST", "/charges")}
		s.Exchanges[1].Hits = []fault.Hit{struck(5, "payments", "POST", "/charges", e)}
		s.Exchanges[2].Hits = []fault.Hit{passed(9, "payments", "POST", "/charges")}
		if own {
			s.Declared.Own = []string{"payments"}
		}
	}
}

// changed makes the request itself wrong.
func changed(id string) edit {
	return func(s *check.Subject) {
		s.Cause, s.On, s.Injection, s.Changed = id, nil, fault.Injection{}, []string{`raw-body {"cut":`}
		s.Role, s.Write = contract.Unknown, true
	}
}

// setting starts the system with a secret missing.
func setting(id string, l exchange.Launch) edit {
	return func(s *check.Subject) {
		l.Phase = exchange.Faulty
		s.Cause, s.Role, s.On, s.Launches = id, contract.Unknown, []string{"jwt-key"}, []exchange.Launch{l}
		s.Injection = fault.Injection{Edits: []fault.Edit{{Setting: "jwt-key", Op: "missing"}}}
		if !l.Ready && l.Readying == 0 {
			s.Exchanges = []exchange.Exchange{s.Exchanges[0], s.Exchanges[2]}
		}
	}
}

// stopped is a setting fault after which the system ended.
func stopped(code int, last ...string) exchange.Launch {
	return exchange.Launch{Took: 300 * time.Millisecond, Exit: &exchange.Exit{Code: code}, Last: last}
}

// beside adds an exchange that was made beside the request of the case.
func beside(p exchange.Phase, as, name string, status int, took time.Duration) edit {
	return func(s *check.Subject) {
		e := answer(p, status, `{"state":"`+name+`"}`)
		e.Role, e.Request, e.Took = as, exchange.Request{Name: name, Method: "GET", Target: "/" + name}, took
		s.Exchanges = append(s.Exchanges, e)
	}
}

// write makes the request a POST.
func write(s *check.Subject) {
	s.Write = true
	for i := range s.Exchanges {
		s.Exchanges[i].Request.Method = "POST"
	}
	s.Exchanges[0].Hits = []fault.Hit{passed(1, "db", "exec", "INSERT INTO orders"), passed(2, "db", "commit", "COMMIT")}
}

// counted says how often the request took effect in calm and under the fault.
func counted(calm, faulty int) edit {
	return func(s *check.Subject) {
		s.Effects = []check.Effect{{Phase: exchange.Calm, What: "db: select count(*)", Count: calm}, {Phase: exchange.Faulty, What: "db: select count(*)", Count: faulty}}
	}
}

// copies repeats the exchange under the fault; the calls of all stand with the first.
func copies(n int) edit {
	return func(s *check.Subject) {
		for i := 1; i < n; i++ {
			e := s.Exchanges[1]
			e.Request.Copy, e.Hits = i, nil
			s.Exchanges = append(s.Exchanges, e)
		}
	}
}

// set is any other edit.
func set(f func(*check.Subject)) edit { return f }

// log sets the lines of the case.
func log(lines ...string) edit {
	return func(s *check.Subject) {
		s.Logs = nil
		for i, l := range lines {
			s.Logs = append(s.Logs, exchange.Line{N: i, Stream: "stdout", Text: l})
		}
	}
}

// follow declares which dependencies readiness follows.
func follow(on ...string) edit {
	return func(s *check.Subject) { s.Declared.Readiness, s.Declared.Follows = true, on }
}

// many makes n calls of one text.
func many(n int, e fault.Effect) []fault.Hit {
	var all []fault.Hit
	for i := range n {
		all = append(all, struck(int64(10+i), "payments", "POST", "/charges", e))
	}
	return all
}

// cutOff lets payments close six connections that were open, and then a new one, each after the request came.
func cutOff(method string) edit {
	closes := fault.Effect{Verb: fault.Close, At: fault.Reply}
	return func(s *check.Subject) {
		s.Cause, s.On, s.Learnt.Reaches = "upstream/reset", []string{"payments"}, []string{"payments"}
		s.Injection = fault.Injection{Rules: []fault.Rule{{Scope: fault.Scope{On: "payments"}, Effect: closes}}}
		s.Exchanges[1].Hits = nil
		for conn := range int64(6) {
			h := struck(10+conn, "payments", method, "/rates", closes)
			h.Call.Conn = 1 + conn
			s.Exchanges[1].Hits = append(s.Exchanges[1].Hits, h)
		}
		fresh := struck(21, "payments", method, "/rates", closes)
		fresh.Call.Conn = 7
		s.Exchanges[1].Hits = append(s.Exchanges[1].Hits, fault.Hit{Seq: 20, Call: fault.Call{On: "payments", Op: "connect", Conn: 7}}, fresh)
	}
}

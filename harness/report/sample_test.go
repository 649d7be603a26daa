package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/leak"
)

// sample makes cases as the engine would: subjects with calm, faulty and healed exchanges, judged by the real checks.
type sample struct {
	seed string // goes into every id, port, time and canary that a run makes up
	hour int
}

// made is one case to make.
type made struct {
	scenario, on, request, variant, cause string

	given    string // YAML of the fault
	hang     bool
	late     time.Duration
	status   int
	body     string
	media    string
	log      string
	optional bool
	unstruck bool
	calm     bool // the answer is the calm one
}

func standing() []check.Named {
	return []check.Named{
		{Name: "struck", Check: check.Struck{}}, {Name: "calm", Check: check.Calm{}}, {Name: "answered", Check: check.Answered{}},
		{Name: "status", Check: check.Status{}}, {Name: "success", Check: check.Success{}}, {Name: "blame", Check: check.Blame{}},
		{Name: "leak", Check: check.Leak{}}, {Name: "within", Check: check.Within{}}, {Name: "healed", Check: check.Healed{}},
		{Name: "shape", Check: check.Shape{}}, {Name: "complete", Check: check.Complete{}},
		{Name: "retry-after", Check: check.RetryAfter{}}, {Name: "alive", Check: check.Alive{}},
	}
}

func (m sample) id(parts ...any) string { return leak.Mint(m.seed, fmt.Sprint(parts...)) }

// port is one that the system or a fake got by chance.
func (m sample) port() int { return 20000 + len(m.seed)*37 + m.hour }

func (m sample) result(c made) Result {
	id := c.scenario + "@" + c.on + ":" + c.request
	if c.variant != "" {
		id += ":" + c.variant
	}
	s := m.subject(id, c)
	r := Result{
		ID: id, Scenario: c.scenario, Why: "a fault of " + c.on + " must not become the caller's trouble", Request: c.request,
		On: s.On, Given: s.Given, Cause: c.cause, Subject: &s, Verdicts: check.Judge(s, standing()),
		Took: s.Judged(exchange.Faulty)[0].Took + 120*time.Millisecond, Lab: 1 + len(c.request)%2,
	}
	r.Outcome = check.Overall(r.Verdicts)
	return r
}

func (m sample) subject(id string, c made) check.Subject {
	canary := leak.Canary{Token: m.id(id, "canary"), Kind: leak.KindInternal, Where: c.on + " error message"}
	token := canary.Token
	expand := strings.NewReplacer("$canary", token, "$trace", m.id(id, "trace"), "$port", fmt.Sprint(m.port()), "$time", fmt.Sprintf("2026-11-20T%02d:10:11.%03dZ", m.hour, m.port()%1000))
	call := fault.Call{On: c.on, Op: "query", Text: `select "id" from "orders" where "id" = $1`, N: 2, Conn: int64(m.port() % 7), Trace: m.id(id, "trace")}
	effect := fault.Effect{Verb: fault.Answer, At: fault.Request, Say: fault.Saying{Name: "deadlock", Status: "40P01", Fields: map[string]string{"message": "deadlock detected " + token}}}
	hit := fault.Hit{Seq: 2, Call: call, Effect: effect, Rule: 1, Done: fault.Carried, Answer: "40P01", At: time.Second, Took: 2 * time.Millisecond}
	if c.hang || c.late > 0 {
		hit.Effect, hit.Answer = fault.Effect{Verb: fault.Hang, At: fault.Request}, ""
		hit.Took = c.late
	}
	request := exchange.Request{Name: c.request, Method: "GET", Target: "/" + c.request + "?q=1", Header: exchange.Header{{Name: "Authorization", Value: "[redacted]"}}}
	ok := &exchange.Response{Status: 200, Proto: "HTTP/1.1", Header: exchange.Header{{Name: "Content-Type", Value: "application/json"}}, Body: `{"id":1001}`, Size: 11}
	faulty := exchange.Exchange{Phase: exchange.Faulty, Request: request, Trace: m.id(id, "trace"), At: 3 * time.Second, Took: 14 * time.Millisecond, Hits: []fault.Hit{hit}}
	switch {
	case c.hang:
		faulty.Failure, faulty.Took = exchange.NoAnswer, 10*time.Second
	case c.calm:
		faulty.Response = ok
	default:
		faulty.Took += c.late
		body := expand.Replace(c.body)
		faulty.Response = &exchange.Response{Status: c.status, Header: exchange.Header{{Name: "Content-Type", Value: orWord(c.media, "application/problem+json")}}, Body: body, Size: len(body)}
	}
	calm := exchange.Exchange{Phase: exchange.Calm, Request: request, Response: ok, Trace: m.id(id, "calm"), At: time.Second, Took: 8 * time.Millisecond, Hits: []fault.Hit{{Seq: 1, Call: call, Answer: "SELECT 1", At: time.Second, Took: time.Millisecond}}}
	healed := calm
	healed.Phase, healed.At, healed.Trace = exchange.Healed, 15*time.Second, m.id(id, "healed")
	s := check.Subject{
		ID: id, Cause: c.cause, On: []string{c.on}, Role: contract.Essential, Profile: contract.Standard,
		Row:      &contract.Row{Causes: []string{c.cause}, Prefer: []string{"503+RA"}, Accept: []string{"504"}, Source: "RFC 9110 15.6.4", Temp: true},
		Declared: check.Declared{Errors: "problem+json", Deadline: 2 * time.Second, Limit: 10 * time.Second, HealWithin: 5 * time.Second},
		Learnt:   check.Learnt{Reaches: []string{c.on}},
		Canaries: []leak.Canary{canary}, Exchanges: []exchange.Exchange{calm, faulty, healed},
		Injection: fault.Injection{Rules: []fault.Rule{{Scope: fault.Scope{On: c.on}, Effect: hit.Effect}}},
	}
	if c.given != "" {
		var spec fault.Spec
		if err := decode.YAML("scenarios/"+c.scenario+".yaml", []byte(c.given), &spec); err != nil {
			panic(err)
		}
		// A saved node has lost its places.
		src, _ := spec.Params.MarshalJSON()
		params := new(decode.Node)
		if err := params.UnmarshalJSON(src); err != nil {
			panic(err)
		}
		spec.Params = params
		s.Given = []fault.Spec{spec}
	}
	if c.optional {
		s.Role = contract.Unknown
	}
	if c.unstruck {
		s.Exchanges[1].Hits = nil
	}
	if c.log != "" {
		s.Logs = []exchange.Line{{N: 3, Stream: "stdout", Text: `{"level":"INFO","msg":"other"}`}, {N: 4, Stream: "stdout", Text: expand.Replace(c.log)}}
	}
	return s
}

func (m sample) run(lab string, cases ...made) Run {
	r := Run{Failwell: "0.3", Lab: lab, Seed: m.seed, Profile: contract.Standard, Gate: contract.Major, Labs: 2,
		Started: time.Date(2026, 11, 20, m.hour, 10, 0, 0, time.UTC), Replay: "failwell run --seed " + m.seed,
		Summary: Summary{DurationMS: 61_500, Launches: 2, CPUMS: 4200}}
	for _, c := range cases {
		r.Results = append(r.Results, m.result(c))
	}
	r.Finish()
	return r
}

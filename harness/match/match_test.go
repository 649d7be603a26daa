package match_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/match"
	"github.com/failwell/failwell/harness/report"
)

var _ types.GomegaMatcher = (*match.Matcher)(nil)

// subject is a case in which the database was slow, changed by change.
func subject(change ...func(*check.Subject)) check.Subject {
	slow := fault.Effect{Verb: fault.Pass, At: fault.Request, Delay: fault.For(6 * time.Second)}
	call := fault.Call{On: "db", Op: "query", Text: "select name from orders", N: 1}
	ask := exchange.Request{Name: "get-order", Method: "GET", Target: "/orders/1"}
	good := &exchange.Response{Status: 200, Header: exchange.Header{{Name: "Content-Type", Value: "application/json"}}, Body: `{"id":"1"}`, Size: 10}
	bad := &exchange.Response{Status: 503, Header: exchange.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "Retry-After", Value: "2"}},
		Body: `{"error":"try later"}`, Size: 21}
	passed := []fault.Hit{{Seq: 1, Call: call, Answer: "SELECT 1", Took: time.Millisecond}}
	struck := []fault.Hit{{Seq: 2, Call: call, Effect: slow, Rule: 1, Done: fault.Carried, Answer: "left", Took: 800 * time.Millisecond}}
	s := check.Subject{
		ID: "try:get-order:delay 6s db", Cause: "store/slow", On: []string{"db"}, Role: contract.Essential, Profile: contract.Floor,
		Injection: fault.Injection{Rules: []fault.Rule{{Scope: fault.Scope{On: "db"}, Effect: slow}}},
		Row:       &contract.Row{Prefer: []string{"503+RA"}, Accept: []string{"504"}, Never: []string{"4XX"}, Temp: true, Source: "RFC 9110 15.6.4"},
		Declared:  check.Declared{Deadline: time.Second, Limit: 10 * time.Second, HealWithin: 5 * time.Second},
		Learnt:    check.Learnt{Reaches: []string{"db"}},
		Exchanges: []exchange.Exchange{
			{Phase: exchange.Calm, Request: ask, Response: good, At: 1, Took: time.Millisecond, Hits: passed},
			{Phase: exchange.Faulty, Request: ask, Response: bad, At: 2, Took: 800 * time.Millisecond, Hits: struck},
			{Phase: exchange.Healed, Request: ask, Response: good, At: 3, Took: time.Millisecond, Hits: passed},
		},
	}
	for _, c := range change {
		c(&s)
	}
	return s
}

// answered changes the answer under the fault.
func answered(status int, body string) func(*check.Subject) {
	return func(s *check.Subject) {
		r := *s.Exchanges[1].Response
		r.Status, r.Body, r.Size = status, body, len(body)
		s.Exchanges[1].Response = &r
	}
}

func late(s *check.Subject) { s.Exchanges[1].Took = 3 * time.Second }

func missed(s *check.Subject) { s.Exchanges[1].Hits = nil }

func forEver(s *check.Subject) { s.Exchanges[2].Response = s.Exchanges[1].Response }

func strict(s *check.Subject) { s.Profile = contract.Strict }

const trace = `{"error":"goroutine 1 [running]:\nmain.main()\n\t/srv/app/main.go:42 +0x1d"}`

// What each matcher says of a case: it matches, it does not, or that cannot be told.
func TestMatchers(t *testing.T) {
	fails, open := "fails", "cannot be told"
	for what, c := range map[string]struct {
		actual  any
		matcher *match.Matcher
		want    string
	}{
		"a clean case":                   {subject(), match.FailWell(), ""},
		"a leak":                         {subject(answered(503, trace)), match.FailWell(), fails},
		"a wrong blame":                  {subject(answered(404, `{}`)), match.FailWell(), fails},
		"below the gate":                 {subject(late), match.FailWell(), ""},
		"at the gate":                    {subject(late, strict), match.FailWell(), fails},
		"no strike":                      {subject(missed), match.FailWell(), open},
		"a case that never healed":       {subject(forEver), match.FailWell(), fails},
		"one check only":                 {subject(late), match.FailWell(check.Named{Name: "within", Check: check.Within{}}), ""},
		"a broken check":                 {subject(), match.FailWell(check.Named{Name: "none"}), open},
		"an empty subject":               {check.Subject{}, match.FailWell(), open},
		"another type":                   {42, match.FailWell(), "want a check.Subject"},
		"a result":                       {report.Result{ID: "a", Outcome: check.Pass, Verdicts: []check.Verdict{{Outcome: check.Pass}}}, match.FailWell(), ""},
		"a failed result":                {failed(), match.FailWell(), fails},
		"a skipped result":               {report.Result{ID: "a", Outcome: check.Skipped, Reason: "no engine"}, match.FailWell(), open},
		"a broken result":                {report.Result{ID: "a", Outcome: check.Broken}, match.FailWell(), open},
		"a result without an outcome":    {report.Result{ID: "a"}, match.FailWell(), open},
		"the status":                     {subject(), match.HaveStatus(503), ""},
		"a status of several":            {subject(), match.HaveStatus(502, 503), ""},
		"a class":                        {subject(), match.HaveStatus("5XX"), ""},
		"another status":                 {subject(), match.HaveStatus(502), fails},
		"a status without a strike":      {subject(missed), match.HaveStatus(503), open},
		"an answer's status":             {subject().Exchanges[1], match.HaveStatus(503), ""},
		"another status of an answer":    {subject().Exchanges[0], match.HaveStatus(503), fails},
		"a whole case of an answer":      {subject().Exchanges[1], match.FailWell(), open},
		"nothing leaked":                 {subject(), match.BeLeakFree(), ""},
		"something leaked":               {subject(answered(503, trace)), match.BeLeakFree(), fails},
		"an answer that leaks":           {subject(answered(503, trace)).Exchanges[1], match.BeLeakFree(), fails},
		"healed":                         {subject(), match.Recover(), ""},
		"not healed":                     {subject(forEver), match.Recover(), fails},
		"in time":                        {subject(), match.RespondWithin(time.Second), ""},
		"late":                           {subject(late), match.RespondWithin(time.Second), fails},
		"struck":                         {subject(), match.HaveStruck(), ""},
		"not struck":                     {subject(missed), match.HaveStruck(), open},
		"an answer alone, struck or not": {subject().Exchanges[1], match.HaveStruck(), "want a whole case"},
	} {
		t.Run(what, func(t *testing.T) {
			ok, err := c.matcher.Match(c.actual)
			got := ""
			switch {
			case err != nil:
				got = err.Error()
			case !ok:
				got = fails
			}
			if c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func failed() report.Result {
	s := subject(answered(503, trace))
	return report.Result{ID: "a", Outcome: check.Fail, Subject: &s, Verdicts: []check.Verdict{{Check: "leak", Outcome: check.Fail, Impact: contract.Critical}}}
}

// A failure says what was asked, what came, which calls struck, what was owed and by which standard, and where to look.
func TestAFailureSaysItAll(t *testing.T) {
	var said string
	g := gomega.NewGomega(func(message string, _ ...int) { said += message })
	try := func() (check.Subject, error) { return subject(answered(404, `{}`)), nil }
	if g.Expect(try()).To(match.FailWell()) {
		t.Fatal("a 404 for our own outage failed well")
	}
	for _, want := range []string{
		"expected it to fail well", "MAJOR  blame  try:get-order:delay 6s db", "/orders/1", "query select name from orders", "404 application/json {} in 800ms",
		"404 blames the caller", "503 + Retry-After or 504", "RFC 9110 15.5", "whether the status of a dependency is passed on",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is missing in\n%s", want, said)
		}
	}
	for _, alien := range []string{"failwell run", "failwell up", "failwell curl"} {
		if strings.Contains(said, alien) {
			t.Errorf("%q names a lab file that there is not:\n%s", alien, said)
		}
	}
}

// What cannot be told satisfies neither To nor NotTo, and failwell's own failures are told by Expect.
func TestWhatCannotBeToldFailsEitherWay(t *testing.T) {
	said := 0
	g := gomega.NewGomega(func(string, ...int) { said++ })
	g.Expect(subject(missed)).To(match.FailWell())
	g.Expect(subject(missed)).NotTo(match.FailWell())
	g.Expect(check.Subject{}, errors.New("no docker")).To(match.FailWell())
	g.Expect(subject()).NotTo(match.FailWell())
	if said != 4 {
		t.Errorf("%d of 4 expectations failed", said)
	}
	g.Expect(subject(answered(404, `{}`))).NotTo(match.FailWell())
	if said != 4 {
		t.Error("a case that fails badly is expected not to fail well")
	}
}

package scenario_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/scenario"
)

// asked is a request and what it calls: "db query SELECT 1".
func asked(name, method, body string, status int, calls ...string) scenario.Asked {
	a := scenario.Asked{Request: scenario.Request{Name: name, Method: method}, Calm: true, Status: status,
		Sent: exchange.Request{Name: name, Method: method, Target: "/" + name, Body: body}}
	for _, c := range calls {
		part := strings.SplitN(c, " ", 3)
		a.Calls = append(a.Calls, fault.Call{On: part[0], Op: part[1], Text: part[2]})
	}
	return a
}

// lab is what calm showed of a small lab.
func lab(t testing.TB) scenario.Facts {
	k := known(t)
	create := asked("create-order", "POST", `{"sku":"A-1"}`, 201, "db insert INSERT INTO orders", "payments POST /charges")
	create.Labels = []string{"protected"}
	create.Sent.Header = exchange.Header{{Name: "Authorization", Value: "Bearer x"}, {Name: "Idempotency-Key", Value: "k"}}
	report := asked("report", "GET", "", 200, "db query SELECT 7 FROM orders")
	report.Uses = map[string]contract.Role{"db": contract.Optional}
	broken := asked("broken", "GET", "", 500, "db query SELECT 1")
	broken.Calm = false
	return scenario.Facts{
		Requests: []scenario.Asked{asked("get-order", "GET", "", 200, "db query SELECT 1 FROM orders"), report, create, asked("no-order", "GET", "", 404, "db query SELECT 1 FROM orders"), asked("version", "GET", "", 200), broken},
		Dependencies: []scenario.Dependency{
			{Name: "db", Class: "store", Role: contract.Essential, Kind: k.Dependencies["db"]},
			{Name: "payments", Class: "upstream", Kind: k.Dependencies["payments"], Stateful: true},
		},
		Settings: []scenario.Setting{
			{Name: "env.DATABASE_URL", From: "env", Dependency: "db"}, {Name: "env.JWT_KEY", From: "env", Secret: "jwt-key"}, {Name: "env.MODE", From: "env"},
			{Name: "env.PORT", From: "env", Own: true}, {Name: "jwt-key", From: "secret", File: true, Role: contract.Essential}, {Name: "api-key", From: "secret", Role: contract.Optional},
		},
	}
}

// ids expands scenarios and lists the cases; a skipped one with why.
func ids(t *testing.T, plan scenario.Plan, f scenario.Facts, sources ...string) []string {
	t.Helper()
	var all []scenario.Scenario
	for _, src := range sources {
		s := read(t, src)
		s.ID, _, _ = strings.Cut(strings.TrimPrefix(src, "why: "), "\n")
		all = append(all, s)
	}
	cases, err := known(t).Expand(all, f, plan)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range cases {
		id := c.ID
		if c.Skip != "" {
			id += " - " + c.Skip
		}
		out = append(out, id)
	}
	return out
}

func TestExpand(t *testing.T) {
	const given = "\ncause: store/slow\ngiven: [{hang: {on: $dep}}]"
	for _, c := range []struct {
		src  string
		plan scenario.Plan
		want []string
	}{
		// for times vary
		{"why: a\ncause: store/slow\nfor: {dependency: {}, request: {reaches: $dep}}\nvary: {at: [request, reply], then: [resume, close]}\ngiven: [{hang: {on: $dep, at: $at, release: $then}}]", scenario.Representative, []string{
			"a@db:get-order:request,resume", "a@db:get-order:request,close", "a@db:get-order:reply,resume", "a@db:get-order:reply,close",
			"a@db:create-order:request,resume", "a@db:create-order:request,close", "a@db:create-order:reply,resume", "a@db:create-order:reply,close",
			"a@payments:create-order:request,resume", "a@payments:create-order:request,close", "a@payments:create-order:reply,resume", "a@payments:create-order:reply,close",
		}},
		// one request of each signature, all of them under the full plan and for core scenarios
		{"why: a\nfor: {dependency: {class: store}, request: {reaches: $dep}}" + given, scenario.Representative, []string{"a@db:get-order", "a@db:create-order"}},
		{"why: a\nfor: {dependency: {class: store}, request: {reaches: $dep}}" + given, scenario.Full, []string{"a@db:get-order", "a@db:report", "a@db:create-order", "a@db:no-order"}},
		{"why: a\nlabels: core\nfor: {dependency: {class: store}, request: {reaches: $dep}}" + given, scenario.Representative, []string{"a@db:get-order", "a@db:report", "a@db:create-order", "a@db:no-order"}},
		// the first of each dependency under the smoke plan, all for those that are labelled so, and what is skipped only where there is no other
		{"why: a\nfor: {dependency: {}, request: {reaches: $dep}}\nvary: {at: [request, reply]}\ngiven: [{hang: {on: $dep, at: $at}}]", scenario.Smoke, []string{"a@db:get-order:request", "a@payments:create-order:request"}},
		{"why: a\nlabels: smoke\nfor: {dependency: {class: store}, request: {reaches: $dep}}" + given, scenario.Smoke, []string{"a@db:get-order", "a@db:report", "a@db:create-order", "a@db:no-order"}},
		{"why: a\nwhen: {request: get-order}\nvary: {by: [1s, 2s]}\ngiven: [{slow: {on: db, by: $by}}]", scenario.Smoke, []string{"a:get-order:1s", "a:get-order:2s"}},
		// what represents a signature is one of those that the scenario is about
		{"why: a\nfor: {dependency: {class: store}, request: {name: report}}" + given, scenario.Representative, []string{"a@db:report"}},
		// selects
		{"why: a\nfor: {dependency: {kind: http}, request: {reaches: $dep}}" + given, scenario.Full, []string{"a@payments:create-order"}},
		{"why: a\nfor: {dependency: {kind: [HTTP, postgres], name: db}, request: {method: post}}" + given, scenario.Full, []string{"a@db:create-order"}},
		{"why: a\nfor: {dependency: {role: unknown}, request: {}}" + given, scenario.Full, []string{"a@payments:create-order"}},
		{"why: a\nfor: {dependency: {class: store}, request: {role: optional}}" + given, scenario.Full, []string{"a@db:report"}},
		{"why: a\nfor: {dependency: {class: store}, request: {label: protected}}" + given, scenario.Full, []string{"a@db:create-order"}},
		{"why: a\nfor: {dependency: {class: store}, request: {has: [key, body]}}" + given, scenario.Full, []string{"a@db:create-order"}},
		{"why: a\nfor: {dependency: {class: cache}, request: {}}" + given, scenario.Full, nil},
		// without a request of its own, the likeliest
		{"why: a\nfor: {dependency: {class: upstream}}" + given, scenario.Full, []string{"a@payments:create-order"}},
		{"why: a\nfor: {dependency: {class: store}}\nwhen: {request: report}" + given, scenario.Full, []string{"a@db:report"}},
		{"why: a\nfor: {dependency: {class: store}}\nwhen: {request: version}" + given, scenario.Full, nil},
		// settings and secrets; the system's own port is left alone
		{"why: a\nfor: {setting: {}}\ngiven: [{setting: {name: $setting, is: missing}}]", scenario.Full, []string{"a@env.DATABASE_URL:get-order", "a@env.JWT_KEY:create-order", "a@env.MODE:create-order"}},
		{"why: a\nfor: {setting: {uses: dependency}}\ngiven: [{setting: {name: $setting, is: missing}}]", scenario.Full, []string{"a@env.DATABASE_URL:get-order"}},
		{"why: a\nfor: {setting: {uses: [secret, literal], from: env}}\ngiven: [{setting: {name: $setting, is: missing}}]", scenario.Full, []string{"a@env.JWT_KEY:create-order", "a@env.MODE:create-order"}},
		{"why: a\nfor: {setting: {from: file}}\ngiven: [{setting: {name: $setting, is: missing}}]", scenario.Full, nil},
		{"why: a\nfor: {secret: {}}\ngiven: [{setting: {name: $secret, is: missing}}]", scenario.Full, []string{"a@jwt-key:create-order", "a@api-key:create-order"}},
		{"why: a\nfor: {secret: {has: file}}\ngiven: [{setting: {name: $secret, is: missing}}]", scenario.Full, []string{"a@jwt-key:create-order"}},
		{"why: a\nfor: {secret: {role: optional}}\ngiven: [{setting: {name: $secret, is: missing}}]", scenario.Full, []string{"a@api-key:create-order"}},
		// bad input of what is good in calm, and has something to change
		{"why: a\ncause: input/malformed\nfor: {request: {}}\nwhen: {change: [{drop: /sku}]}", scenario.Full, []string{"a:create-order"}},
		{"why: a\ncause: input/not-found\nfor: {request: {has: safe}}\nwhen: {change: [{target: /x}]}", scenario.Representative, []string{"a:get-order", "a:report", "a:version"}},
		// what calm never called cannot be struck
		{"why: a\ncause: store/slow\nfor: {dependency: {class: store}, request: {reaches: $dep}}\ngiven: [{hang: {on: $dep, op: exec}}]", scenario.Full, []string{"a@db:create-order"}},
		{"why: a\ncause: store/slow\nfor: {dependency: {class: store}, request: {reaches: $dep}}\ngiven: [{hang: {on: $dep, at: auth}}]", scenario.Representative, []string{"a@db:get-order", "a@db:create-order"}},
		{"why: a\ncause: store/slow\nfor: {request: {}}\ngiven: [{refused: {on: payments}}]", scenario.Full, []string{"a:create-order"}},
		// what a kind cannot do is skipped, and said
		{"why: a\ncause: store/slow\nfor: {dependency: {class: upstream}, request: {reaches: $dep}}\ngiven: [{hang: {on: $dep, op: gronk}}]", scenario.Full, []string{
			`a@payments:create-order - http has no op "gronk"`}},
		{"why: a\ncause: store/slow\nneeds: state\nfor: {dependency: {}, request: {name: create-order}}\ngiven: [{hang: {on: $dep}}]", scenario.Full, []string{
			"a@db:create-order - needs state, which the stub of db does not keep (--set dependencies.db.server=installed)", "a@payments:create-order"}},
		// one incident
		{"why: a\nwhen: {steps: [{request: get-order}, {inject: [{refused: {on: db}}]}, {request: create-order}, heal, {request: get-order}]}", scenario.Full, []string{"a:get-order"}},
		{"why: a\nwhen: {request: get-order}\ngiven: [{hang: {on: payments}}]", scenario.Representative, []string{"a:get-order"}},
		{"why: a\nwhen: {request: get-order}\nvary: {by: [1s, 2s]}\ngiven: [{slow: {on: db, by: $by}}]", scenario.Representative, []string{"a:get-order:1s", "a:get-order:2s"}},
	} {
		got := ids(t, c.plan, lab(t), c.src)
		for i := range got {
			if j := strings.Index(got[i], "; "); j > 0 && strings.Contains(got[i], "has no op") {
				got[i] = got[i][:j]
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s\ngot  %q\nwant %q", c.src, got, c.want)
		}
	}
}

// An id says what the case is about, so it does not change when requests or scenarios are added behind.
func TestIDsAreStable(t *testing.T) {
	const one = "why: one\ncause: store/slow\nfor: {dependency: {}, request: {reaches: $dep}}\nvary: {at: [request, reply]}\ngiven: [{hang: {on: $dep, at: $at}}]"
	const two = "why: two\nfor: {secret: {}}\ngiven: [{setting: {name: $secret, is: missing}}]"
	before := ids(t, scenario.Full, lab(t), one)
	more := lab(t)
	more.Requests = append(more.Requests, asked("more", "GET", "", 200, "db query SELECT 2"))
	after := ids(t, scenario.Full, more, two, one)
	for _, id := range before {
		if !slices.Contains(after, id) {
			t.Errorf("%s is gone", id)
		}
	}
	slices.Sort(after)
	if slices.Compare(after, slices.Compact(slices.Clone(after))) != 0 {
		t.Errorf("an id stands for two cases: %q", after)
	}
}

// A case holds everything with its variables replaced.
func TestCase(t *testing.T) {
	s := read(t, `why: $dep is slow
for: {dependency: {class: store}, request: {method: POST}}
vary: {by: [2s], text: [insert]}
given: [{slow: {on: $dep, by: $by, text: $text}}]
when: {copies: 2, at-once: true, change: [{set: {at: /sku, to: '$text $$'}}]}
then: [{within: $by}, leak]
waive: {status: known}
labels: [x]
`)
	cases, err := known(t).Expand([]scenario.Scenario{s}, lab(t), scenario.Full)
	if err != nil || len(cases) != 1 {
		t.Fatal(cases, err)
	}
	c := cases[0]
	if c.ID != "one@db:create-order:2s,insert" || c.Why != "db is slow" || c.Cause != "store/slow" || c.Request != "create-order" || c.Copies != 2 || c.Every != 0 || c.Specific ||
		c.Change[0].To != "insert $" || c.Thens[0] != "within" || len(c.Then) != 2 || c.Waive["status"] != "known" || c.Labels[0] != "x" ||
		c.Faults.Rules[0].Text != "insert" || c.Given[0].Params.Get("by").Text() != "2s" {
		t.Errorf("%+v", c)
	}
	if s.When.Change[0].To != "$text $$" {
		t.Errorf("the scenario itself was changed: %+v", s.When.Change)
	}
}

func TestExpandMistakes(t *testing.T) {
	for src, want := range map[string]string{
		"why: x\nwhen: {request: get-ordr}\ngiven: [{hang: {on: db}}]":                                                   `failwell/one.yaml:1:1: unknown request "get-ordr"; did you mean "get-order"?`,
		"why: x\nwhen: {request: get-order}\ncause: store/slow\ngiven: [{hang: {on: bd}}]":                               `failwell/one.yaml:1:1: unknown dependency "bd"; did you mean "db"?`,
		"why: x\nwhen: {request: get-order}\ncause: store/slow\ngiven: [{refused: {on: bd}}]":                            `failwell/one.yaml:1:1: unknown dependency "bd"; did you mean "db"?`,
		"why: x\nwhen: {request: get-order}\ngiven: [{lose: {on: db, op: connect}}]":                                     "failwell/one.yaml:1:1: postgres cannot lose at reply",
		"why: x\nwhen: {request: get-order}\ngiven: [{pass: {on: db}}]":                                                  "failwell/one.yaml:1:1: say `cause:`, it cannot be told from the faults (such as store/slow)",
		"why: x\nwhen: {request: get-order}\nvary: {by: [soon]}\ngiven: [{slow: {on: db, by: $by}}]":                     `failwell/one.yaml:4:29: want a duration such as 250ms, 2s or 3x-deadline, not "soon"`,
		"why: x\nwhen: {steps: [{request: get-order}, {inject: [{hang: {on: bd}}]}]}\ncause: store/slow":                 `failwell/one.yaml:1:1: unknown dependency "bd"; did you mean "db"?`,
		"why: x\nwhen: {steps: [{request: get-order}, {inject: [{hang: {on: db, op: gronk}}]}]}":                         `failwell/one.yaml:1:1: postgres has no op "gronk"`,
		"why: x\nwhen: {steps: [{request: get-oder}, {inject: [{hang: {on: db}}]}]}":                                     `failwell/one.yaml:1:1: unknown request "get-oder"; did you mean "get-order"?`,
		"why: x\ncause: input/framing\nfor: {request: {}}\nvary: {how: [two-lenths]}\nwhen: {change: [{framing: $how}]}": `failwell/one.yaml:5:18: framing is two-lengths, length-and-chunked, bad-chunk, unknown-coding, not "two-lenths"; did you mean "two-lengths"?`,
	} {
		cases, err := known(t).Expand([]scenario.Scenario{read(t, src)}, lab(t), scenario.Full)
		if err == nil || !strings.HasPrefix(err.Error(), want) || len(cases) != 0 {
			t.Errorf("%s\ngot  %v, %d cases\nwant %s", src, err, len(cases), want)
		}
	}
}

func TestFacts(t *testing.T) {
	f := lab(t)
	report, ok := f.Ask("report")
	if !ok || f.Role(report, "db") != contract.Optional || f.Role(report, "payments") != contract.Unknown || f.Role(report, "nobody") != contract.Unknown {
		t.Errorf("%+v", report)
	}
	order, _ := f.Ask("get-order")
	if f.Role(order, "db") != contract.Essential || order.Signature("db") != "query select 0 from orders" || order.Signature("db") != report.Signature("db") || order.Signature("payments") != "" {
		t.Errorf("%q %q", order.Signature("db"), report.Signature("db"))
	}
	if _, ok := f.Ask("nothing"); ok {
		t.Error("nothing was asked")
	}
}

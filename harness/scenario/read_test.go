package scenario_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/fakes/kinds"
	"github.com/failwell/failwell/harness/catalog"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/scenario"
)

// known is a small lab: a database, an upstream, two requests.
func known(t testing.TB) scenario.Known {
	t.Helper()
	table, err := contract.Built()
	if err != nil {
		t.Fatal(err)
	}
	cat := catalog.Catalog{
		Faults: map[string]catalog.FaultKind{
			"cut": catalog.Fault[fault.Cuts](), "hang": catalog.Fault[fault.Hangs](), "pass": catalog.Fault[fault.Passes](), "refused": catalog.Fault[fault.Refuse](),
			"reply": catalog.Fault[fault.Replies](), "script": catalog.Fault[fault.Script](), "setting": catalog.Fault[fault.Setting](), "slow": catalog.Fault[fault.Slow](),
			"act": catalog.Fault[fault.Acts](), "garble": catalog.Fault[fault.Garbles](), "lose": catalog.Fault[fault.Loses](),
		},
		Checks: map[string]catalog.CheckKind{"status": catalog.Check[check.Status](), "within": catalog.Check[check.Within](), "leak": catalog.Check[check.Leak](), "attempts": catalog.Check[check.Attempts]()},
		Fakes:  kinds.All(),
	}
	return scenario.Known{Catalog: cat, Table: table, Requests: []string{"get-order", "create-order"},
		Dependencies: map[string]fakes.Kind{"db": cat.Fakes["postgres"].Kind, "payments": cat.Fakes["http"].Kind}}
}

func read(t testing.TB, src string) scenario.Scenario {
	t.Helper()
	s, err := scenario.Read("failwell/one.yaml", "one", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRead(t *testing.T) {
	s := read(t, `why: a reason
cause: store/slow
labels: core
needs: [state]
for: {dependency: {class: store}, request: {reaches: $dep}}
vary: {point: [request, reply], by: [5s]}
given:
  - {slow: {on: $dep, at: $point, by: $by}}
  - {script: {steps: [{for: 1s, given: [{refused: {on: $dep}}]}]}}
when: {copies: 3, at-once: true, change: {drop: /sku}}
then: [{within: 2s}, leak]
waive: {status: known}
`)
	if s.ID != "one" || !s.Generic() || len(s.Vary) != 2 || s.Vary[0].Name != "point" || s.Vary[1].Values[0] != "5s" || len(s.Given) != 2 || s.Given[0].Kind != "slow" ||
		s.Given[0].Pos.String() != "failwell/one.yaml:8:6" || s.When.Copies != 3 || !s.When.AtOnce || s.When.Change[0].Verb != "drop" || s.When.Change[0].At != "/sku" ||
		s.Then[0].Name != "within" || s.Then[1].Name != "leak" || s.Then[1].Params != nil || s.Waive["status"] != "known" || s.Labels[0] != "core" || s.Needs[0] != "state" {
		t.Errorf("%+v", s)
	}
	if err := known(t).Check(s); err != nil {
		t.Error(err)
	}
}

// Mistakes are told at their place; several at once.
func TestReadMistakes(t *testing.T) {
	for src, want := range map[string]string{
		"{}":                                              `failwell/one.yaml:1:1: field "why" is missing`,
		"why: ''":                                         "failwell/one.yaml:1:1: why is empty: say what the scenario protects",
		"why: x\ngiv: []":                                 `failwell/one.yaml:2:1: unknown field "giv"; did you mean "given"?`,
		"why: x\ngiven: [{a: 1, b: 2}]":                   "failwell/one.yaml:2:9: want one fault as `{NAME: {...}}`",
		"why: x\nthen: [[a]]":                             "failwell/one.yaml:2:8: want one check as `{NAME: ...}`",
		"why: x\nvary: [a]":                               "failwell/one.yaml:2:7: want a map from names to lists of values",
		"why: x\nvary: {a: []}":                           "failwell/one.yaml:2:11: a has no values, so no case would be made",
		"why: x\nvary: {a: [1, 1]}":                       `failwell/one.yaml:2:11: a has the value "1" twice`,
		"why: x\nvary: {dep: [1]}":                        "failwell/one.yaml:2:8: $dep has its value from `for`; call this one otherwise",
		"why: x\nvary: {A: [1]}":                          `failwell/one.yaml:2:8: "A" is no name: want small letters, digits and -`,
		"why: x\nwhen: {change: [{zap: 1}]}":              `failwell/one.yaml:2:18: unknown change "zap"; known: drop, framing, header, method, pace, raw-body, set, target, type`,
		"why: x\nwhen: {change: [{set: 1, drop: /x}]}":    "failwell/one.yaml:2:17: want one change as `{VERB: ...}`",
		"why: x\nwhen: {change: [{framing: two-lenths}]}": `failwell/one.yaml:2:18: framing is two-lengths, length-and-chunked, bad-chunk, unknown-coding, not "two-lenths"; did you mean "two-lengths"?`,
		"why: x\nwhen: {change: [{pace: fast}]}":          `failwell/one.yaml:2:18: pace is a number of bytes per 100ms, not "fast"`,
		"why: x\nwhen: {change: [{method: ''}]}":          "failwell/one.yaml:2:18: method needs a value",
		"why: x\nwhen: {change: [{header: Accept}]}":      "failwell/one.yaml:2:18: header needs `at`: the name of the field; without `to` it is left out",
		"why: x\nwhen: {change: [{set: {of: 1}}]}":        `failwell/one.yaml:2:24: unknown field "of"; known: at, to`,
		"why: x\nwhen: {request: a, rate: NaN/s}":         `failwell/one.yaml:2:26: want a rate such as 20/s, not "NaN/s"`,
		"why: x\nwhen: {request: a, rate: 20}":            `failwell/one.yaml:2:26: want a rate such as 20/s, not "20"`,
		"why: x\nwhen: {steps: [hael]}":                   "failwell/one.yaml:2:16: a step is heal, `{inject: [...]}` or `{request: NAME}`, not \"hael\"",
		"why: x\nwhen: {steps: [{copies: 2}]}":            "failwell/one.yaml:2:16: a step is heal, `{inject: [...]}` or `{request: NAME}`",
		"why: [":                                          "failwell/one.yaml:1:6:",
	} {
		_, err := scenario.Read("failwell/one.yaml", "one", []byte(src))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n%v\nwant %s", src, err, want)
		}
	}
}

func TestReadAll(t *testing.T) {
	root := fstest.MapFS{
		"a/b.yaml": {Data: []byte("why: x")}, "a.yaml": {Data: []byte("why: y")}, "note.txt": {Data: []byte("no")},
		"bad.yaml": {Data: []byte("whi: x")}, "worse.yaml": {Data: []byte("[")},
	}
	all, err := scenario.ReadAll(root, "failwell")
	if len(all) != 2 || all[0].ID != "a/b" || all[1].ID != "a" || all[0].Why != "x" {
		t.Errorf("%+v", all)
	}
	if err == nil || !strings.Contains(err.Error(), "failwell/bad.yaml:1:1: ") || !strings.Contains(err.Error(), "failwell/worse.yaml:1:") {
		t.Errorf("%v", err)
	}
}

func TestCheck(t *testing.T) {
	const specific = "why: x\nwhen: {request: get-order}\n"
	const generic = "why: x\ncause: store/slow\nfor: {dependency: {class: store}}\n"
	for src, want := range map[string]string{
		specific + "given: [{refused: {on: db}}]":                                 "",
		specific + "given: [{act: {do: pause}}]\ncause: process/paused":           "",
		specific + "given: [{refused: {on: bd}}]":                                 `failwell/one.yaml:3:24: unknown dependency "bd"; did you mean "db"?`,
		specific + "given: [{script: {steps: [{given: [{refused: {on: bd}}]}]}}]": `failwell/one.yaml:3:10: unknown dependency "bd"; did you mean "db"?`,
		specific + "given: [{refuse: {on: db}}]":                                  `failwell/one.yaml:3:10: unknown fault "refuse"; did you mean "refused"?`,
		specific + "given: [{refused: {}}]":                                       `failwell/one.yaml:3:19: field "on" is missing`,
		specific + "given: [{slow: {on: db, by: 1s, op: gronk}}]":                 `failwell/one.yaml:3:10: postgres has no op "gronk"; known: auth, begin, call, commit, connect, copy, delete, exec, insert, merge, prepare, query, rollback, session, update, utility`,
		specific + "given: [{reply: {on: payments, name: deadlock}}]":             `failwell/one.yaml:3:10: http has no reply "deadlock"`,
		specific + "given: [{refused: {on: db}}]\nthen: [{statu: 503}]":           `failwell/one.yaml:4:9: unknown check "statu"; did you mean "status"?`,
		specific + "given: [{refused: {on: db}}]\nthen: [{within: soon}]":         `failwell/one.yaml:4:17: want a duration such as 250ms or 2s, not "soon"`,
		specific + "given: [{refused: {on: db}}]\nwaive: {leek: x}":               `failwell/one.yaml:1:1: waive: unknown check "leek"; did you mean "leak"?`,
		specific + "given: [{refused: {on: db}}]\nwaive: {leak: ''}":              "failwell/one.yaml:1:1: waive: say why leak is not judged",
		specific + "given: [{refused: {on: $dep}}]":                               "failwell/one.yaml:3:24: unknown name $dep; known: request",
		specific + "given: [{pass: {on: db}}]":                                    "failwell/one.yaml:1:1: say `cause:`, it cannot be told from the faults (such as store/slow)",
		specific + "given: [{refused: {on: db}}]\ncause: store/slwo":              `failwell/one.yaml:1:1: unknown cause "store/slwo"; did you mean "store/slow"?`,
		specific + "given: [{refused: {on: db}}]\nneeds: [staet]":                 `failwell/one.yaml:1:1: unknown need "staet"; known: state`,
		"why: x\nwhen: {steps: [{request: get-order}, {inject: [{refused: {on: db}}]}, {request: create-order, copies: 2}, heal, {request: get-order}]}": "",
		"why: x\nwhen: {steps: [{request: get-ordr}, {inject: [{refused: {on: bd}}]}]}": `failwell/one.yaml:1:1: unknown request "get-ordr"; did you mean "get-order"?
failwell/one.yaml:2:62: unknown dependency "bd"; did you mean "db"?`,
		"why: x\ngiven: [{refused: {on: db}}]":                                           "failwell/one.yaml:1:1: `when: {request: NAME}` is missing; known: create-order, get-order",
		"why: x\nwhen: {request: get-oder}\ngiven: [{refused: {on: db}}]":                `failwell/one.yaml:1:1: unknown request "get-oder"; did you mean "get-order"?`,
		generic + "given: [{slow: {on: $dep, by: 1s}}]":                                  "",
		generic + "vary: {point: [request, reply]}\ngiven: [{slow: {on: $dep, by: 1s}}]": "failwell/one.yaml:4:8: nothing here asks for $point",
		generic + "given: [{slow: {on: $dpe, by: 1s}}]":                                  "failwell/one.yaml:4:21: unknown name $dpe; did you mean \"dep\"?",
		generic + "given: [{slow: {on: dp, by: 1s}}]":                                    `failwell/one.yaml:4:21: unknown dependency "dp"; did you mean "db"?`,
		generic + "given: [{slow: {on: $dep, by: 1s}}]\nthen: [{within: $limit}]":        "failwell/one.yaml:5:17: unknown name $limit; known: dep, request",
		"why: x\ncause: store/slow\nfor: {dependency: {class: stroe, kind: postgrs, role: essental}, request: {method: fetch, has: bodi, reaches: cahe}, setting: {from: evn, uses: scret}}": `failwell/one.yaml:3:19: unknown class "stroe"; did you mean "store"?
failwell/one.yaml:3:19: unknown kind "postgrs"; did you mean "postgres"?
failwell/one.yaml:3:19: unknown role "essental"; did you mean "essential"?
failwell/one.yaml:3:75: unknown method "fetch"; known: delete, get, head, options, patch, post, put
failwell/one.yaml:3:75: unknown dependency "cahe"; known: db, payments
failwell/one.yaml:3:75: unknown has "bodi"; did you mean "body"?
failwell/one.yaml:3:127: unknown from "evn"; did you mean "env"?
failwell/one.yaml:3:127: unknown uses "scret"; did you mean "secret"?`,
	} {
		err := known(t).Check(read(t, src))
		if want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%s\ngot  %v\nwant %s", src, err, want)
		}
	}
}

// The cause is derived from what is done to which class of dependency.
func TestCause(t *testing.T) {
	k := known(t)
	on := fault.Scope{On: "db"}
	for _, c := range []struct {
		fault fault.Fault
		want  string
	}{
		{fault.Refuse{On: "db"}, "store/unavailable"},
		{fault.Refuse{On: "payments"}, "upstream/refused"},
		{fault.Silence{On: "payments"}, "upstream/timeout"},
		{fault.Slow{Scope: on, By: fault.Span{X: 3}}, "store/slow"},
		{fault.Cuts{Scope: on}, "store/cut"},
		{fault.Loses{Scope: on}, "store/commit-unknown"},
		{fault.Replies{Scope: on, Saying: fault.Saying{Name: "deadlock"}}, "store/conflict"},
		{fault.Replies{Scope: on, Saying: fault.Saying{Status: "12345"}}, ""},
		{fault.Refuse{On: "nobody"}, ""},
		{fault.Passes{Scope: on}, ""},
		{fault.Setting{Name: "env.PORT", Is: "empty"}, "setting/missing"},
		{fault.Setting{Name: "file.app.yml#/port", Is: "malformed"}, "setting/malformed"},
		{fault.Setting{Name: "jwt-key", Is: "missing"}, "secret/missing"},
		{fault.Setting{Name: "jwt.key", Is: "unreadable"}, "secret/unreadable"},
	} {
		in, err := c.fault.Injection()
		if err != nil {
			t.Fatal(err)
		}
		got, err := k.Cause(in)
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%+v: %q %v, want %q", c.fault, got, err, c.want)
		}
	}
}

package catalog_test

import (
	"slices"
	"testing"

	"github.com/failwell/failwell/harness/catalog"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/fault"
)

func some() catalog.Catalog {
	return catalog.Catalog{
		Faults: map[string]catalog.FaultKind{"refused": catalog.Fault[fault.Refuse](), "slow": catalog.Fault[fault.Slow](), "script": catalog.Fault[fault.Script]()},
		Checks: map[string]catalog.CheckKind{"within": catalog.Check[check.Within](), "leak": catalog.Check[check.Leak]()},
	}
}

func specs(t *testing.T, src string) []fault.Spec {
	t.Helper()
	n, err := decode.Parse("f.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	var all []fault.Spec
	if err := n.Into(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestCompile(t *testing.T) {
	in, err := some().Compile(specs(t, "[{refused: {on: db}}, {slow: {on: db, by: 1s}}, {script: {steps: [{for: 1s, given: [{slow: {on: db, by: 2s}}]}]}}]"))
	if err != nil || len(in.Links) != 1 || len(in.Rules) != 2 || in.Rules[1].Effect.Delay != fault.For(2e9) {
		t.Errorf("%+v %v", in, err)
	}
	// Every mistake is told at its place: unknown names, fields that cannot be read, fields that make no sense, nested ones.
	_, err = some().Compile(specs(t, "[{refusd: {on: db}}, {slow: {on: db, by: soon}}, {slow: {on: db, by: 0s}}, {script: {steps: [{given: [{slo: {}}]}]}}, slow]"))
	const want = `f.yaml:1:3: unknown fault "refusd"; did you mean "refused"?
f.yaml:1:42: want a duration such as 250ms, 2s or 3x-deadline, not "soon"
f.yaml:1:51: slow needs ` + "`by`: how long, such as 500ms or 3x-deadline" + `
f.yaml:1:104: unknown fault "slo"; did you mean "slow"?
f.yaml:1:119: slow needs ` + "`by`: how long, such as 500ms or 3x-deadline"
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant\n%s", err, want)
	}
}

func TestCheck(t *testing.T) {
	n, err := decode.Parse("f.yaml", []byte("2s"))
	if err != nil {
		t.Fatal(err)
	}
	if k, err := some().Check("within", n, decode.Pos{}); err != nil || k != (check.Within{At: 2e9}) {
		t.Errorf("%+v %v", k, err)
	}
	if k, err := some().Check("within", nil, decode.Pos{}); err != nil || k != (check.Within{}) {
		t.Errorf("%+v %v", k, err)
	}
	if _, err := some().Check("withn", nil, decode.Pos{File: "f.yaml", Line: 3}); err == nil || err.Error() != `f.yaml:3: unknown check "withn"; did you mean "within"?` {
		t.Errorf("%v", err)
	}
	standing, err := some().StandingChecks()
	if err != nil || len(standing) != 2 || standing[0].Name != "leak" {
		t.Errorf("%+v %v", standing, err)
	}
}

func TestNames(t *testing.T) {
	c := some()
	if !slices.Equal(c.FaultNames(), []string{"refused", "script", "slow"}) || !slices.Equal(c.CheckNames(), []string{"leak", "within"}) || c.FakeNames() != nil || c.SystemNames() != nil {
		t.Errorf("%v %v %v %v", c.FaultNames(), c.CheckNames(), c.FakeNames(), c.SystemNames())
	}
}

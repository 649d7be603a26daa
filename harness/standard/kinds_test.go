package standard_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/standard"
)

// Every check describes itself, and each has a rank of its own.
func TestChecksDescribeThemselves(t *testing.T) {
	kinds, err := standard.Catalog().CheckKinds()
	if err != nil {
		t.Fatal(err)
	}
	ranks := map[int]string{}
	for name, k := range kinds {
		if k.Doc == "" || k.Example == "" || !strings.HasSuffix(k.Doc, ".") {
			t.Errorf("%s: doc %q, example %q", name, k.Doc, k.Example)
		}
		if other, taken := ranks[k.Rank]; taken || k.Rank == 0 {
			t.Errorf("%s and %s have the rank %d", name, other, k.Rank)
		}
		ranks[k.Rank] = name
		classes := map[string]bool{}
		for _, f := range k.Findings {
			if f.Class == "" || f.Headline == "" || classes[f.Class] {
				t.Errorf("%s: a finding without class or headline, or twice: %+v", name, f)
			}
			classes[f.Class] = true
		}
		if len(k.Findings) > 0 && k.Expected == "" {
			t.Errorf("%s does not say what is expected", name)
		}
		for line := range strings.Lines(k.Example) {
			if then, ok := strings.CutPrefix(line, "then: "); ok {
				asked(t, name, then)
			}
		}
	}
}

// asked holds an example of how a scenario asks for a check against the catalog.
func asked(t *testing.T, name, then string) {
	t.Helper()
	s, err := scenario.Read("example.yaml", "example", []byte("why: to see\nthen: "+then))
	if err != nil || len(s.Then) != 1 || s.Then[0].Name != name {
		t.Fatalf("%s: %s: %v %+v", name, then, err, s.Then)
	}
	if _, err := standard.Catalog().Check(s.Then[0].Name, s.Then[0].Params, decode.Pos{}); err != nil {
		t.Errorf("%s: %s: %v", name, then, err)
	}
}

// Whatever a check has found in a saved subject is one of the findings that it describes, and each of those was found in one.
func TestEveryFindingIsDescribed(t *testing.T) {
	kinds, err := standard.Catalog().CheckKinds()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, file := range files(t) {
		s := load(t, file)
		v := verdict(s.Subject, checkOf(t, s.Check, s.Params))
		if v.Outcome != check.Fail {
			if v.Finding != nil || v.Class != "" || v.Facts != nil {
				t.Errorf("%s: %s describes a finding: %+v", file, v.Outcome, v)
			}
			continue
		}
		if !slices.ContainsFunc(kinds[s.Check].Findings, func(f check.Finding) bool { return f.Class == v.Class }) {
			t.Errorf("%s: %s does not describe %q", file, s.Check, v.Class)
		}
		found[s.Check+" "+v.Class] = true
		told(t, file, s.Subject, v)
	}
	for name, k := range kinds {
		for _, f := range k.Findings {
			if !found[name+" "+f.Class] {
				t.Errorf("no saved subject of %s shows %q", name, f.Class)
			}
		}
	}
}

// told groups one finding: no fact that its words speak of may be missing.
func told(t *testing.T, file string, s check.Subject, v check.Verdict) {
	t.Helper()
	r := report.Run{Results: []report.Result{
		{ID: "a", Scenario: "database/a", Request: "a", On: s.On, Outcome: check.Fail, Verdicts: []check.Verdict{v}, Subject: &s},
		{ID: "b", Scenario: "database/b", Request: "b", On: s.On, Outcome: check.Fail, Verdicts: []check.Verdict{v}, Subject: &s},
	}}
	r.Finish()
	if len(r.Groups) != 1 {
		t.Fatalf("%s: two cases of one finding are %d groups", file, len(r.Groups))
	}
	g := r.Groups[0]
	for what, text := range map[string]string{"headline": g.Headline, "because": g.Because, "owed": g.Expected, "reason": g.Reason} {
		if strings.ContainsAny(strings.ReplaceAll(text, g.Reason, ""), "{}[]") && what == "headline" || strings.Contains(text, "  ") || strings.HasSuffix(text, " ") || strings.HasSuffix(text, ":") {
			t.Errorf("%s: %s %q lacks a fact", filepath.Base(filepath.Dir(file)), what, text)
		}
	}
	if g.Headline == "" || g.Expected == "" {
		t.Errorf("%s: headline %q, owed %q", file, g.Headline, g.Expected)
	}
	if strings.HasSuffix(g.Key, "/all/"+g.Key[strings.LastIndexByte(g.Key, '/')+1:]) && v.Finding.Place != "" && v.Facts["failure"] == "" {
		t.Errorf("%s: the key %s lacks its place", file, g.Key)
	}
}

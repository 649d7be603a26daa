package standard_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/standard"
)

var update = flag.Bool("update", false, "write harness/check/testdata anew")

// saved is the form of a file in harness/check/testdata: a subject, and what a check owes to say about it.
type saved struct {
	Check   string          `json:"check"`
	Params  string          `json:"params,omitempty"` // YAML
	Outcome check.Outcome   `json:"outcome"`
	Impact  contract.Impact `json:"impact,omitempty"`
	Reason  string          `json:"reason"`
	Subject check.Subject   `json:"subject"`
}

const testdata = "../check/testdata"

func (r row) saved() saved {
	outcome, _, _ := strings.Cut(r.name, "-")
	return saved{Check: r.check, Params: r.params, Outcome: check.Outcome(outcome), Impact: r.impact, Reason: r.reason, Subject: r.subject}
}

// checkOf decodes a check as a file names it.
func checkOf(t *testing.T, name, params string) check.Named {
	t.Helper()
	var n *decode.Node
	if params != "" {
		var err error
		if n, err = decode.Parse("params.yaml", []byte(params)); err != nil {
			t.Fatal(err)
		}
	}
	k, err := standard.Catalog().Check(name, n, decode.Pos{})
	if err != nil {
		t.Fatal(err)
	}
	return check.Named{Name: name, Check: k}
}

// The files and the literals they are made of are equal.
func TestFiles(t *testing.T) {
	have := map[string]bool{}
	for _, r := range rows() {
		file := filepath.Join(testdata, r.check, r.name+".json")
		if have[file] {
			t.Errorf("%s twice", file)
		}
		have[file] = true
		want, err := json.MarshalIndent(r.saved(), "", " ")
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, '\n')
		if *update {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != string(want) {
			t.Errorf("%s differs from its literal (%v); run go test ./harness/standard -update", file, err)
		}
	}
	for _, file := range files(t) {
		if !have[file] {
			t.Errorf("%s is made by no literal: remove it, or add a row", file)
		}
	}
}

func files(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(testdata, "*", "*.json"))
	if err != nil || len(all) == 0 {
		t.Fatalf("no saved subjects: %v", err)
	}
	return all
}

func load(t *testing.T, file string) saved {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var s saved
	if err := json.Unmarshal(src, &s); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return s
}

// Every saved subject gets the verdict that is saved with it.
func TestSavedSubjects(t *testing.T) {
	for _, file := range files(t) {
		t.Run(filepath.Base(filepath.Dir(file))+"/"+filepath.Base(file), func(t *testing.T) {
			s := load(t, file)
			v := verdict(s.Subject, checkOf(t, s.Check, s.Params))
			if v.Outcome != s.Outcome || v.Impact != s.Impact || v.Reason != s.Reason {
				t.Errorf("\ngot  %s %s %q\nwant %s %s %q", v.Outcome, v.Impact, v.Reason, s.Outcome, s.Impact, s.Reason)
			}
			if v.Outcome == check.Fail && (v.Basis == "" || v.Cite == "" || v.Certainty == "") {
				t.Errorf("a failure says by which rule: %+v", v)
			}
			if v.Outcome != check.Fail && v.Impact != "" {
				t.Errorf("only failures have an impact: %+v", v)
			}
		})
	}
}

// verdict is what a check says of a subject, or of what was asked beside it when that is what it judges.
func verdict(s check.Subject, c check.Named) check.Verdict {
	if of := c.Check.Kind().Of; len(of) > 0 && !slices.Contains(of, check.Own) {
		for _, side := range s.Sides() {
			if v := check.Judge(side, []check.Named{c}); len(v) > 0 {
				return v[0]
			}
		}
	}
	return check.Judge(s, []check.Named{c})[0]
}

// A check that has never passed, or never failed, is not known to judge anything.
func TestEveryCheckIsProven(t *testing.T) {
	seen := map[string]map[check.Outcome]bool{}
	for _, file := range files(t) {
		s := load(t, file)
		if seen[s.Check] == nil {
			seen[s.Check] = map[check.Outcome]bool{}
		}
		seen[s.Check][s.Outcome] = true
	}
	for _, name := range standard.Catalog().CheckNames() {
		want := []check.Outcome{check.Pass, check.Fail}
		if name == "calm" || name == "struck" {
			want[1] = check.Inconclusive // controls of the experiment: they never blame the system
		}
		for _, o := range want {
			if !seen[name][o] {
				t.Errorf("check %s has no saved subject with outcome %s", name, o)
			}
		}
	}
}

// Every check of the catalog judges every case, but for those that are asked for; the control first, the notes last.
func TestStanding(t *testing.T) {
	all, err := standard.Catalog().StandingChecks()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, k := range all {
		names = append(names, k.Name)
	}
	if names[0] != "calm" || names[1] != "struck" || names[len(names)-1] != "retry-after" {
		t.Errorf("the order is %v", names)
	}
	asked := []string{"body", "header"}
	want := slices.DeleteFunc(standard.Catalog().CheckNames(), func(name string) bool { return slices.Contains(asked, name) })
	if slices.Sort(names); !slices.Equal(names, want) {
		t.Errorf("standing are %v", names)
	}
}

// The verdicts over the whole subject: what was never struck is never passed, and a system that fails well passes.
func TestOverall(t *testing.T) {
	all, err := standard.Catalog().StandingChecks()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		s    check.Subject
		want check.Outcome
	}{
		{"as owed", of(), check.Pass},
		{"never struck", of(rule("store/schema", broken)), check.Inconclusive},
		{"never struck, and a 2xx", of(rule("store/schema", broken), gave(200, order)), check.Inconclusive},
		{"calm does not succeed", of(set(func(s *check.Subject) { s.Exchanges[0].Response.Status = 500 })), check.Inconclusive},
		{"nothing asked", of(set(func(s *check.Subject) { s.Exchanges = s.Exchanges[:1] })), check.Inconclusive},
		{"recovered", of(rule("store/conflict", deadlock, struck(3, "db", "query", selects, deadlock), passed(4, "db", "query", selects)), gave(200, order)), check.Pass},
		{"optional and bypassed", of(role(contract.Optional), gave(200, order)), check.Pass},
		{"ended at start as owed", of(setting("secret/missing", stopped(1, "jwt-key is missing"))), check.Pass},
		{"no row", of(cause("store/nothing")), check.Broken},
		{"zero subject", check.Subject{}, check.Inconclusive},
	} {
		if got := check.Overall(check.Judge(c.s, all)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
			for _, v := range check.Judge(c.s, all) {
				t.Logf("  %-12s %-12s %s", v.Check, v.Outcome, v.Reason)
			}
		}
	}
}

// A verdict survives JSON: run -> file -> judge gives the same, for every check and every saved subject.
func TestJudgedAgain(t *testing.T) {
	all, err := standard.Catalog().StandingChecks()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows() {
		sameAgain(t, r.check+"/"+r.name, r.subject, all)
	}
}

// fataler is testing.T and rapid.T.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func sameAgain(t fataler, name string, s check.Subject, all []check.Named) {
	t.Helper()
	doc, err := json.Marshal(s)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var again check.Subject
	if err := json.Unmarshal(doc, &again); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	first, second := check.Judge(s, all), check.Judge(again, all)
	for i := range first {
		if !reflect.DeepEqual(first[i], second[i]) {
			t.Fatalf("%s: before %+v\nafter %+v\n%s", name, first[i], second[i], doc)
		}
		if first[i].Outcome == check.Broken && !strings.Contains(first[i].Reason, "no row") {
			t.Fatalf("%s: %+v\n%s", name, first[i], doc)
		}
	}
}

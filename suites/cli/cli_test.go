// Package cli holds what the program promises to who calls it: exit codes, messages, seeds, and that nothing is left.
package cli

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/suites/program"
)

// lab writes a copy of the sample's lab with one change, and scenarios of its own.
func lab(t *testing.T, old, changed string, scenarios map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	from := filepath.Join(program.Root(t), "testdata", "orders")
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "failwell.yaml")
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(src), old, changed, 1)
	if old != "" && text == string(src) {
		t.Fatalf("the sample's lab has no %q", old)
	}
	if len(scenarios) > 0 {
		text += "scenarios: [own/*.yaml]\n"
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, s := range scenarios {
		if err := os.MkdirAll(filepath.Join(dir, "own"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "own", name+".yaml"), []byte(s), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTextThatMatchesNoCallIsInconclusive(t *testing.T) {
	p := program.Build(t)
	dir := lab(t, "", "", map[string]string{"typo": `
why: the text is misspelt
cause: upstream/timeout
given: [{slow: {on: payments, op: POST, text: /chargez, by: 10s}}]
when: {request: create-order}
`})
	r, run := p.Judge(t, nil, dir, "--only", "own/typo*", "--labs", "1")
	if r.Code != 3 || len(run.Results) != 1 || run.Results[0].Outcome != check.Inconclusive {
		t.Errorf("exit %d, want 3\n%s", r.Code, r.Out)
	}
	if !strings.Contains(r.Out, "no matching call") {
		t.Errorf("it does not say why:\n%s", r.Out)
	}
}

// Mistakes end with exit code 2 and say where, what, and what instead; nothing is started for them.
func TestMistakes(t *testing.T) {
	p := program.Build(t)
	specific := func(given string) map[string]string {
		return map[string]string{"own": "why: a mistake\ncause: store/slow\ngiven: [" + given + "]\nwhen: {request: get-order}\n"}
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	for name, c := range map[string]struct {
		dir  string
		want []string
	}{
		"missing lab":        {filepath.Join(t.TempDir(), "nowhere"), []string{"nowhere"}},
		"yaml typo":          {lab(t, "  ready: {get: /readyz", "  ready: {gett: /readyz", nil), []string{"failwell.yaml:13:11: ", `unknown field "gett"`, `did you mean "get"?`}},
		"unknown fault":      {lab(t, "", "", specific("{slo: {on: db, by: 1s}}")), []string{"own.yaml:3:10: ", `unknown fault "slo"`, `did you mean "slow"?`}},
		"unknown dependency": {lab(t, "", "", specific("{slow: {on: bd, by: 1s}}")), []string{"own.yaml:3:", `unknown dependency "bd"`, `"db"`}},
		"unknown point":      {lab(t, "", "", specific("{slow: {on: db, op: query, at: handshake, by: 1s}}")), []string{"own.yaml:3:", "postgres cannot pass at handshake"}},
		"verb that lacks":    {lab(t, "", "", specific("{cut: {on: db, op: commit}}")), []string{"own.yaml:3:", "postgres cannot cut at body"}},
		"name too early":     {lab(t, "PORT: $system.port", "PORT: $system.port\n    TOKEN: $login.token", nil), []string{"failwell.yaml:7:12: ", "$login.token"}},
		"dies at start":      {lab(t, "DEADLINE: 1s", "DEADLINE: never", nil), []string{"failwell.yaml:4:3: the system ended with code 1", "DEADLINE"}},
		"port in use":        {lab(t, "PORT: $system.port", "PORT: "+port, nil), []string{"failwell.yaml:4:3: the system ended with code 1", "address already in use"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := p.Run(t, nil, "run", c.dir, "--labs", "2")
			if r.Code != 2 || r.Out != "" {
				t.Errorf("exit %d, want 2 and nothing on stdout\n%s", r.Code, r.Out)
			}
			for _, w := range c.want {
				if !strings.Contains(r.Err, w) {
					t.Errorf("it does not say %q:\n%s", w, r.Err)
				}
			}
			nothingLeft(t, p)
		})
	}
}

// nothingLeft asks that no process works below the program's directory, and no state is kept.
func nothingLeft(t *testing.T, p *program.Program) {
	t.Helper()
	out, err := exec.Command("ps", "-eo", "pid,args").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, p.Tmp) {
			t.Errorf("left behind: %s", line)
		}
	}
	runs, _ := filepath.Glob(filepath.Join(p.Tmp, "failwell-*", "run-*"))
	if len(runs) > 0 {
		t.Errorf("left behind: %v", runs)
	}
}

// The same seed gives the same cases, outcomes and strikes; one case alone gives what it gave among the others.
func TestSeedsDecide(t *testing.T) {
	p := program.Build(t)
	dir := lab(t, "", "", map[string]string{"chance": `
why: one in two calls fails
cause: upstream/error
for: {dependency: {kind: http}, request: {name: [create-order, rates]}}
given: [{reply: {on: $dep, name: error, chance: 0.5}}]
when: {copies: 6}
`})
	only := []string{"--only", "own/chance*", "--only", "database/deadlock@db:create-order*", "--only", "upstream/reset@payments:rates*"}
	_, first := p.Judge(t, nil, append([]string{dir, "--seed", "7"}, only...)...)
	_, again := p.Judge(t, nil, append([]string{dir, "--seed", "7", "--labs", "3"}, only...)...)
	a, b := strikes(first), strikes(again)
	if len(a) < 6 {
		t.Fatalf("only %d cases", len(a))
	}
	for id, s := range a {
		if b[id] != s {
			t.Errorf("%s: %s, and again %s", id, s, b[id])
		}
	}
	id := "own/chance@payments:rates"
	_, alone := p.Judge(t, nil, dir, "--seed", "7", "--only", id)
	if got := strikes(alone)[id]; got != a[id] {
		t.Errorf("%s among others: %s; alone: %s", id, a[id], got)
	}
	_, other := p.Judge(t, nil, dir, "--seed", "8", "--only", "own/chance*")
	if o := strikes(other); o[id] == a[id] && o["own/chance@payments:create-order"] == a["own/chance@payments:create-order"] {
		t.Log("another seed gave the same strikes; that can happen, but is rare")
	}
}

// strikes is the outcome of each case and which of its calls were struck.
func strikes(r report.Run) map[string]string {
	all := map[string]string{}
	for _, c := range r.Results {
		text := string(c.Outcome)
		var hits []fault.Hit
		for _, e := range c.Subject.Judged(exchange.Faulty) {
			hits = append(hits, e.Hits...)
		}
		slices.SortFunc(hits, func(a, b fault.Hit) int { return int(a.Seq - b.Seq) })
		for _, h := range hits {
			switch {
			case h.Call.On != c.On[0] || h.Call.Op == "connect":
			case h.Struck():
				text += " " + h.Call.Op
			default:
				text += " -"
			}
		}
		all[c.ID] = text
	}
	return all
}

// A run, saved and judged again, gives equal verdicts.
func TestJudgedAgain(t *testing.T) {
	p := program.Build(t)
	file := filepath.Join(t.TempDir(), "run.json")
	p.Run(t, []string{"ORDERS_BUGS=driver-text-in-detail"}, "run", "testdata/orders", "--only", "database/*@db:get-order*", "--report", "json="+file)
	again := filepath.Join(t.TempDir(), "again.json")
	r := p.Run(t, nil, "judge", file, "--format", "json")
	if err := os.WriteFile(again, []byte(r.Out), 0o644); err != nil {
		t.Fatal(err)
	}
	if r.Code != 1 {
		t.Errorf("exit %d, the run failed with 1", r.Code)
	}
	before, after := read(t, file), read(t, again)
	for i, c := range before.Results {
		for j, v := range c.Verdicts {
			if !reflect.DeepEqual(after.Results[i].Verdicts[j], v) {
				t.Errorf("%s %s: %v, judged again %v", c.ID, v.Check, v, after.Results[i].Verdicts[j])
			}
		}
	}
	if len(before.Results) < 20 {
		t.Errorf("only %d cases", len(before.Results))
	}
}

func read(t *testing.T, file string) report.Run {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	run, err := report.ReadJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// Steps, rates and scripts: what a scenario can play beyond one request under one fault.
func TestScenariosCanPlay(t *testing.T) {
	p := program.Build(t)
	dir := lab(t, "", "", map[string]string{
		"flap": `
why: a payment service that comes and goes must not leave a mark
cause: upstream/refused
given: [{refused: {on: payments}}]
when: {steps: [{request: rates}, heal, {request: rates}, {inject: [{reply: {on: payments, name: error}}]}, {request: rates}]}
`,
		"rush": `
why: a rush on a slow payment service is answered honestly
cause: upstream/timeout
given: [{slow: {on: payments, by: 3x-deadline}}]
when: {request: rates, rate: 20/s, during: 500ms}
`,
		"failover": `
why: a failover of the database passes without a mark
cause: store/unavailable
given: [{script: [{for: 200ms, given: [{reply: {on: db, name: admin-shutdown}}]}, {for: 300ms, given: [{reply: {on: db, name: starting-up}}]}]}]
when: {request: get-order, rate: 20/s, during: 450ms}
`,
	})
	r, run := p.Judge(t, nil, dir, "--only", "own/*", "--labs", "3")
	if r.Code != 0 || len(run.Results) != 3 {
		t.Errorf("exit %d, %d cases\n%s%s", r.Code, len(run.Results), r.Out, r.Err)
	}
	for _, c := range run.Results {
		n := len(c.Subject.Judged(exchange.Faulty))
		if want := map[string]int{"own/flap": 2, "own/rush": 10, "own/failover": 9}[c.Scenario]; n != want {
			t.Errorf("%s: %d answers under the fault, want %d", c.ID, n, want)
		}
	}
}

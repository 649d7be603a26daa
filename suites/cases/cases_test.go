package cases_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/suites/cases"
	"github.com/failwell/failwell/suites/program"
)

// got is what a run of a case gave.
type got struct {
	program.Result
	run     report.Run
	failing []string
}

// says are the words of the last column, each as something that a run holds or does not.
var says = map[string]func(got) bool{
	"0 passed":      func(g got) bool { return g.run.Summary.Pass == 0 && g.run.Summary.Cases > 0 },
	"unstable":      func(g got) bool { return strings.Contains(g.Out, "unstable") },
	"pay; payments": func(g got) bool { return strings.Contains(g.Out, "pay ") && strings.Contains(g.Out, "payments") },
	"quotes":        func(g got) bool { return strings.Contains(g.Out, "quotes") },
	"a is not calm": func(g got) bool { return strings.Contains(g.Out, "plain is not calm") },
	"2 inconclusive, 1 passed": func(g got) bool {
		return g.run.Summary.Inconclusive == 2 && g.run.Summary.Pass == 1
	},
	"upstream/ cases exist and are judged": func(g got) bool {
		return slices.ContainsFunc(g.run.Results, func(r report.Result) bool {
			return strings.HasPrefix(r.Scenario, "upstream/") && (r.Outcome == check.Pass || r.Outcome == check.Fail)
		})
	},
	"no byte 0x1b": func(g got) bool { return !strings.Contains(g.Out+g.Err, "\x1b") },
	"the password occurs nowhere": func(g got) bool {
		doc, err := json.Marshal(g.run)
		return err == nil && !strings.Contains(string(doc)+g.Out+g.Err, "hunter2real")
	},
	"new on b, pay": func(g got) bool {
		return slices.ContainsFunc(g.run.Groups, func(b report.Group) bool { return b.State.Fails() && slices.Contains(b.Requests, "b") })
	},
}

// Rows of expected.tsv give what they must: every second, and with FAILWELL_ALL=1 each.
func TestCases(t *testing.T) {
	p := program.Build(t)
	side := make(chan struct{}, 2) // waiting overlaps, computing does not
	for _, row := range program.Some(cases.Rows(t), 2) {
		t.Run(strings.ReplaceAll(row.Name(), "/", "."), func(t *testing.T) {
			t.Parallel()
			side <- struct{}{}
			defer func() { <-side }()
			if row.Folder != "truth-t20" {
				cases.Needs(t, row.Folder)
			}
			cases.Around(t, row.Folder)
			g := judge(t, p, row)
			wrong := mistakes(t, row, g)
			verdict := "right"
			if len(wrong) > 0 {
				verdict = "WRONG: " + strings.Join(wrong, "; ")
			}
			t.Logf("case %s\n     expected exit %s, failing %v, not failing %v, saying %q\n     got      exit %d, %d cases: %d passed, %d failed, %d inconclusive, %d skipped: %s",
				row.Name(), strings.Join(row.Exit, " or "), row.Must, row.Not, row.Say,
				g.Code, g.run.Summary.Cases, g.run.Summary.Pass, g.run.Summary.Fail, g.run.Summary.Inconclusive, g.run.Summary.Skipped, verdict)
			if len(wrong) > 0 {
				t.Errorf("%s\n%s%s", strings.Join(wrong, "\n"), g.Out, g.Err)
			}
		})
	}
}

// judge runs a row in a copy of its folder. A system that does not start leaves no document.
func judge(t *testing.T, p *program.Program, row cases.Row) got {
	t.Helper()
	dir, file := cases.Copy(t, row.Folder), t.TempDir()+"/run.json"
	g := got{Result: p.Run(t, cases.Env(), append([]string{"run", dir, "--report", "json=" + file}, row.Args...)...)}
	if f, err := os.Open(file); err == nil {
		defer func() { _ = f.Close() }()
		if g.run, err = report.ReadJSON(f); err != nil {
			t.Fatal(err)
		}
	}
	g.failing = cases.Failing(g.run)
	judgedAgain(t, p, file, g.run)
	return g
}

// judgedAgain tells whether the saved document of a run, judged again without a system, gives the same verdicts.
func judgedAgain(t *testing.T, p *program.Program, file string, run report.Run) {
	t.Helper()
	if len(run.Results) == 0 {
		return
	}
	r := p.Run(t, nil, "judge", file, "--format", "json")
	again, err := report.ReadJSON(strings.NewReader(r.Out))
	if err != nil {
		t.Fatalf("judge again: %v\n%s", err, r.Err)
	}
	if len(again.Results) != len(run.Results) {
		t.Errorf("judged again there are %d results, not %d", len(again.Results), len(run.Results))
		return
	}
	for i, was := range run.Results {
		is := again.Results[i]
		if was.Outcome != is.Outcome {
			t.Errorf("%s is %s, and judged again %s", was.ID, was.Outcome, is.Outcome)
		}
		for _, v := range was.Verdicts {
			j := slices.IndexFunc(is.Verdicts, func(w check.Verdict) bool { return w.Check == v.Check })
			if j < 0 || v.Outcome != is.Verdicts[j].Outcome || v.Reason != is.Verdicts[j].Reason {
				t.Errorf("%s: %s %s %q, and judged again %+v", was.ID, v.Check, v.Outcome, v.Reason, is.Verdicts)
			}
		}
	}
}

// mistakes are the ways in which a run is not what its row says.
func mistakes(t *testing.T, row cases.Row, g got) []string {
	t.Helper()
	var wrong []string
	if len(row.Exit) > 0 && !slices.Contains(row.Exit, fmt.Sprint(g.Code)) {
		wrong = append(wrong, fmt.Sprintf("exit %d, want %s", g.Code, strings.Join(row.Exit, " or ")))
	}
	for _, glob := range row.Must {
		if len(cases.Matching(glob, g.failing)) == 0 {
			wrong = append(wrong, glob+" does not fail")
		}
	}
	for _, glob := range row.Not {
		if found := cases.Matching(glob, g.failing); len(found) > 0 {
			wrong = append(wrong, fmt.Sprintf("%s fails: %s", glob, strings.Join(found, ", ")))
		}
	}
	if row.Say == "" {
		return wrong
	}
	said, ok := says[row.Say]
	if !ok {
		t.Fatalf("nobody knows how to tell whether a run says %q", row.Say)
	}
	if !said(g) {
		wrong = append(wrong, fmt.Sprintf("it does not say %q", row.Say))
	}
	return wrong
}

// Package builtin runs every built-in scenario against the sample system, which fails well.
package builtin

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/failwell/failwell/fakes/servers"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/scenarios"
	"github.com/failwell/failwell/suites/program"
)

func TestOrdersFailsWell(t *testing.T) {
	p := program.Build(t)
	r, run := p.Judge(t, nil, "testdata/orders")
	holds(t, r, run)
	covers(t, run)
	// On a busy machine a case may be asked for again on a launch of its own.
	if want, got := launches(run), run.Summary.Launches; got < want || got > want+want/10 {
		t.Errorf("%d launches, want %d: one a lab, two a case with settings, one a case that starts it under a fault, changes a secret under it, or ends it", got, want)
	}
	if r.Took.Seconds() > 120 {
		t.Errorf("took %s, at most 120 s are promised", r.Took)
	}
}

func TestOrdersFailsWellOnRealPostgreSQL(t *testing.T) {
	if err := (servers.Postgres{}).Installed(); err != nil {
		missing(t, err)
	}
	p := program.Build(t)
	r, run := p.Judge(t, nil, "testdata/orders", "--set", "dependencies.db.server=installed", "--no-skips")
	holds(t, r, run)
	for _, c := range run.Results {
		if c.Outcome == check.Skipped && !strings.Contains(c.Reason, "--host docker") && !strings.Contains(c.Reason, "as in calm") && !strings.Contains(c.Reason, "nothing observable changed") {
			t.Errorf("%s is skipped on a real server: %s", c.ID, c.Reason)
		}
	}
}

// elsewhere are the scenarios for which the sample system has no statement, and where they are seen.
var elsewhere = map[string]string{
	"database/lock-nowait":      "fakes/postgres: no statement of the sample says NOWAIT",
	"database/still-referenced": "fakes/postgres: the sample deletes nothing",
	"database/table-gone":       "testdata/guilty/one-table-denied: no request of the sample uses two tables",
	"secrets/no-directory":      "testdata/innocents/key-directory: the sample has no directory of keys",
	"settings/unreadable":       "testdata/innocents/key-directory: the sample has no file of settings",
	"upstream/tls-certificate":  "testdata/guilty/accepts-any-certificate: the sample does not speak TLS to payments",
	"upstream/tls-hang":         "testdata/guilty/handshake-without-end",
	"upstream/tls-refused":      "testdata/guilty/handshake-without-end",
	"secrets/malformed":         "testdata/innocents/signing-key: the key of the sample has no form",
}

// missing skips a test for want of a program; in CI that is a failure.
func missing(t *testing.T, what error) {
	t.Helper()
	if os.Getenv("FAILWELL_CI") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}

func TestNotesFailsWell(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		missing(t, err)
	}
	p := program.Build(t)
	r, run := p.Judge(t, nil, "testdata/notes", "--no-skips")
	holds(t, r, run)
}

// One lab and eight labs give the same cases and outcomes.
func TestLabsDoNotMatter(t *testing.T) {
	p := program.Build(t)
	only := []string{"testdata/orders", "--only", "database/*@db:get-order*", "--only", "upstream/*@payments:rates*"}
	_, one := p.Judge(t, nil, append(only, "--labs", "1")...)
	_, many := p.Judge(t, nil, append(only, "--labs", "8")...)
	a, b := outcomes(one), outcomes(many)
	if len(a) < 50 || len(a) != len(b) {
		t.Fatalf("%d cases with one lab, %d with eight", len(a), len(b))
	}
	for id, o := range a {
		if b[id] != o {
			t.Errorf("%s: %s with one lab, %s with eight", id, o, b[id])
		}
	}
	if one.Summary.DurationMS*2 < many.Summary.DurationMS*5 {
		t.Errorf("%d ms with one lab, %d ms with eight: at most 0.4 of it is promised", one.Summary.DurationMS, many.Summary.DurationMS)
	}
}

// launches is how often the system has to be started for a run in which everything holds.
func launches(r report.Run) int {
	n := r.Labs
	for _, c := range r.Results {
		switch {
		case c.Subject == nil:
		case len(c.Subject.Injection.Edits) > 0 && !c.Subject.Injection.Edits[0].Live:
			n += 2
		case len(c.Subject.Injection.Edits) > 0, c.Subject.Injection.Starts(), c.Subject.Ended:
			n++
		}
	}
	return n
}

func outcomes(r report.Run) map[string]check.Outcome {
	all := map[string]check.Outcome{}
	for _, c := range r.Results {
		all[c.ID] = c.Outcome
	}
	return all
}

// holds asks that every case passed, or was skipped with a reason.
func holds(t *testing.T, r program.Result, run report.Run) {
	t.Helper()
	if r.Code != 0 {
		t.Errorf("exit %d\n%s%s", r.Code, r.Out, r.Err)
	}
	for _, c := range run.Results {
		if c.Outcome != check.Pass && (c.Outcome != check.Skipped || c.Reason == "") {
			t.Errorf("%s: %s %s", c.ID, c.Outcome, c.Reason)
		}
	}
}

// covers asks that every built-in scenario for the sample's kinds made a case, over enough causes.
func covers(t *testing.T, run report.Run) {
	t.Helper()
	made, causes := map[string]bool{}, map[string]bool{}
	for _, c := range run.Results {
		made[c.Scenario] = true
		if c.Outcome == check.Pass {
			causes[c.Cause] = true
		}
	}
	all, err := scenario.ReadAll(scenarios.Files, "scenarios")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if !made[s.ID] && elsewhere[s.ID] == "" && !strings.HasPrefix(s.ID, "gateway/") { // suites/gateway has those
			t.Errorf("%s made no case of the sample system", s.ID)
		}
	}
	if len(run.Results) < 70 || len(causes) < 22 {
		t.Errorf("%d cases over %d causes, at least 70 over 22 are promised", len(run.Results), len(causes))
	}
	if run.Profile != "strict" {
		t.Errorf("judged by %s", run.Profile)
	}
}

// Package effects counts what requests did, behind the system, while everything that can be done to a server or a process is
// done: an effect is counted, or is said not to be known, and a late one is not a double one.
package effects

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/fakes/servers"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/suites/program"
)

// installed skips the test where there is no PostgreSQL; in CI that is a failure.
func installed(t *testing.T) {
	t.Helper()
	err := servers.Postgres{}.Installed()
	if err == nil {
		return
	}
	if os.Getenv("FAILWELL_CI") != "" {
		t.Fatal(err)
	}
	t.Skip(err)
}

// The sample system before a real PostgreSQL is judged to the end, whatever is done to the server or to the process while its
// writes are counted.
func TestEveryAct(t *testing.T) {
	installed(t)
	p := program.Build(t)
	r, run := p.Judge(t, nil, "testdata/orders/effects.yaml", "--labs", "2", "--only", "process/*@db:*", "--only", "process/no-descriptors:*",
		"--only", "database/server-*", "--only", "database/hang*", "--only", "database/slow*")
	if r.Code != 0 {
		t.Errorf("exit %d\n%s%s", r.Code, r.Out, r.Err)
	}
	acts := map[string]int{}
	for _, c := range run.Results {
		if c.Outcome == check.Skipped || c.Request != "create-order" && c.Request != "cancel-order" {
			continue
		}
		for _, a := range c.Subject.Injection.Acts {
			acts[a.On+" "+a.Do]++
		}
		known(t, c)
	}
	for _, want := range []string{"db pause", "db kill", "system pause", "system kill", "system term", "system descriptors"} {
		if acts[want] < 2 {
			t.Errorf("%s with an effect declared: %d cases, want one for each of the two writes; acts: %v", want, acts[want], acts)
		}
	}
}

// known demands that the effect of each phase was counted.
func known(t *testing.T, c report.Result) {
	t.Helper()
	for _, phase := range []exchange.Phase{exchange.Calm, exchange.Faulty, exchange.Healed} {
		i := slices.IndexFunc(c.Subject.Effects, func(x check.Effect) bool { return x.Phase == phase })
		if i < 0 {
			t.Errorf("%s: the effect of the %s phase was not counted", c.ID, phase)
			continue
		}
		if x := c.Subject.Effects[i]; x.Unknown != "" || x.Count > 1 {
			t.Errorf("%s: %+v", c.ID, x)
		}
	}
}

// verdict is what the check said of a case.
func verdict(c report.Result) check.Verdict {
	for _, v := range c.Verdicts {
		if v.Check == "effect" {
			return v
		}
	}
	return check.Verdict{}
}

// said tells whether a verdict has all the words: in its reason, or in what it rests on.
func said(v check.Verdict, words ...string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(v.Reason+"\n"+v.Evidence, w) })
}

package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// causes makes a run of so many causes, each with long texts.
func causes(n int, long string) Run {
	r := Run{Lab: "shop", Replay: "failwell run shop", Profile: contract.Strict}
	for i := range n {
		id := fmt.Sprintf("database/fault-%d@db:get-%d", i, i)
		logs := []exchange.Line{{Text: "listening"}, {Text: fmt.Sprintf("QueryFailed%dError: %s", i, long)}, {Text: "    at node_modules/pg/lib/client.js:1:2"}, {Text: "    at /srv/app/src/orders.ts:19:3"}}
		r.Results = append(r.Results, Result{ID: id, Outcome: check.Fail, Request: fmt.Sprint("get-", i), On: []string{"db"}, Subject: &check.Subject{Logs: logs}})
		r.Groups = append(r.Groups, Group{Key: fmt.Sprint("k", i), Name: fmt.Sprintf("status-%d", i), Letter: letters(i), Headline: fmt.Sprintf("cause %d: %s", i, long), Impact: contract.Major,
			Cases: []string{id}, Example: id, Requests: []string{"get"}, When: []string{"db " + long}, Got: "500 " + long, Expected: "503", Evidence: long, Look: long})
	}
	return r
}

func agentOf(t *testing.T, r Run) (agentDoc, []byte) {
	t.Helper()
	var out bytes.Buffer
	if err := Agent(&out, r); err != nil {
		t.Fatal(err)
	}
	var doc agentDoc
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	return doc, out.Bytes()
}

func TestTheReportForAgentsIsShort(t *testing.T) {
	for name, long := range map[string]string{"none": "", "plain": strings.Repeat("word ", 400), "escapes": strings.Repeat("\u202e\x1b<é\\\"", 400)} {
		for _, n := range []int{0, 1, 3, 20, 100, 1000} {
			doc, out := agentOf(t, causes(n, long))
			if len(out) > AgentMost {
				t.Errorf("%s: %d groups take %d bytes, want at most %d", name, n, len(out), AgentMost)
			}
			if (len(doc.Groups) < n) != (doc.More != "") {
				t.Errorf("%s: %d of %d groups, and it says %q of the others", name, len(doc.Groups), n, doc.More)
			}
			if n <= 20 && len(doc.Groups) != n || n == 100 && name == "plain" && len(doc.Groups) < 60 {
				t.Errorf("%s: only %d of %d groups are named", name, len(doc.Groups), n)
			}
			if n > 0 && (doc.Groups[0].Rerun == "" || doc.Groups[0].Expected != "503") {
				t.Errorf("%s: the worst of %d groups is not told in full: %+v", name, n, doc.Groups[0])
			}
		}
	}
}

func TestTheReportForAgentsHasTheLinesThatMatter(t *testing.T) {
	doc, _ := agentOf(t, causes(1, "no connection"))
	if got, want := strings.Join(doc.Groups[0].Log, "|"), "QueryFailed0Error: no connection|at /srv/app/src/orders.ts:19:3"; got != want {
		t.Errorf("the log is %q, want %q", got, want)
	}
	if want := "failwell run shop --only @status-0"; doc.Groups[0].Rerun != want {
		t.Errorf("rerun is %q, want %q", doc.Groups[0].Rerun, want)
	}
}

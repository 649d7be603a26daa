// Package graphql runs the small GraphQL services of testdata: the innocents, which must be green, and the guilty, whose bug must be found.
package graphql

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/suites/program"
)

// Env is where the services find the modules of Node, also those that .ci/servers put into a folder of their own.
func Env(more ...string) []string {
	return append(more, "PYTHONDONTWRITEBYTECODE=1",
		"NODE_PATH="+strings.Join([]string{os.Getenv("NODE_PATH"), "/var/cache/failwell/node/usr/share/nodejs", "/usr/share/nodejs"}, ":"))
}

// Labs copies the services to where they may write, and lists the folders of one kind: innocents or guilty.
func Labs(t *testing.T, kind string) []string {
	t.Helper()
	top := t.TempDir()
	for _, folder := range []string{"innocents", "guilty"} { // the guilty take their servers from the innocents beside them
		if err := os.CopyFS(filepath.Join(top, folder), os.DirFS(filepath.Join(program.Root(t), "testdata", folder))); err != nil {
			t.Fatal(err)
		}
	}
	labs, err := filepath.Glob(filepath.Join(top, kind, "graphql-*"))
	if err != nil || len(labs) == 0 {
		t.Fatalf("no labs of %s: %v", kind, err)
	}
	return labs
}

// Needs skips a test for want of what the language of a service needs; in CI that is a failure.
func Needs(t *testing.T, lab string) {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(lab, "failwell.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for word, try := range map[string][]string{
		"[node, ":   {"node", "-e", "require('graphql'); require('pg')"},
		"python3, ": {"/usr/bin/python3", "-c", "import flask, graphene, psycopg2"},
		"installed": {"sh", "-c", "command -v initdb || ls /usr/lib/postgresql/*/bin/initdb"},
	} {
		if !strings.Contains(string(src), word) {
			continue
		}
		cmd := exec.Command(try[0], try[1:]...)
		cmd.Env = append(os.Environ(), Env()...)
		if out, err := cmd.CombinedOutput(); err == nil {
			continue
		} else if os.Getenv("FAILWELL_CI") != "" {
			t.Fatalf("%s: %v: %.300s", lab, err, out)
		} else {
			t.Skipf("%s: %v: %.300s", lab, err, out)
		}
	}
}

// Found lists check@case of everything that failed in a run.
func Found(run report.Run) []string {
	var all []string
	for _, r := range run.Results {
		for _, v := range r.Verdicts {
			if v.Outcome == check.Fail {
				all = append(all, v.Check+"@"+r.ID+": "+v.Reason)
			}
		}
	}
	return all
}

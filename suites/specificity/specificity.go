// Package specificity runs the small correct services of testdata/innocents, on which failwell has to stay silent, and those of
// testdata/guilty, whose one bug must be found.
package specificity

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/suites/program"
)

// elsewhere are the innocents that another suite runs: suites/graphql.
const elsewhere = "graphql-"

// cacheAddr is where optional-cache wants a Redis.
const cacheAddr = "127.0.0.1:22503"

// Known is a finding on a correct service: failwell is wrong there, and is to be mended.
type Known struct {
	Service string
	Case    string // glob of check@case
	Because string
}

// Services are the folders of one kind, innocents or guilty, by name: copies, since services may write beside themselves.
func Services(t testing.TB, kind string, always []string) map[string]string {
	t.Helper()
	from, top := filepath.Join(program.Root(t), "testdata", kind), t.TempDir()
	folders, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range folders {
		if strings.HasPrefix(f.Name(), elsewhere) || !program.Whole() && !slices.Contains(always, f.Name()) {
			continue
		}
		all[f.Name()] = filepath.Join(top, f.Name())
		if err := os.CopyFS(all[f.Name()], os.DirFS(filepath.Join(from, f.Name()))); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// A Language is told by the file that holds the service.
type Language struct {
	Name string
	try  []string // a command that shows that all is installed
}

var languages = map[string]Language{
	"app.py":   {"Python", []string{"/usr/bin/python3", "-c", "import flask, gunicorn, psycopg2"}},
	"app.js":   {"Node", []string{"node", "-e", "AbortSignal.timeout(1)"}},
	"app.rb":   {"Ruby", []string{"ruby", "-rwebrick", "-rpg", "-e", ""}},
	"app.php":  {"PHP", []string{"php", "-r", "exit(0);"}},
	"App.java": {"Java", []string{"javac", "-version"}},
	"main.go":  {"Go", []string{"go", "version"}},
}

// LanguageOf says in what a service is written.
func LanguageOf(t testing.TB, folder string) Language {
	t.Helper()
	for file, language := range languages {
		if _, err := os.Stat(filepath.Join(folder, file)); err == nil {
			return language
		}
	}
	t.Fatalf("%s: in what language is it written?", folder)
	return Language{}
}

// Lab is the text of the lab of a service.
func Lab(t testing.TB, folder string) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(folder, "failwell.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// Habit is what a service does that might look like a mistake: the remark at the top of its lab.
func Habit(lab string) string {
	first, _, _ := strings.Cut(lab, "\n")
	return strings.TrimPrefix(first, "# ")
}

// Beside starts what labs forward to, until the test ends. Needs skips those labs where it is not installed.
func Beside(t *testing.T) {
	t.Helper()
	server, err := exec.LookPath("redis-server")
	if err != nil {
		return
	}
	_, port, _ := strings.Cut(cacheAddr, ":")
	cmd := exec.Command(server, "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for began := time.Now(); time.Since(began) < 10*time.Second; time.Sleep(20 * time.Millisecond) {
		if c, err := net.DialTimeout("tcp", cacheAddr, time.Second); err == nil {
			_ = c.Close()
			return
		}
	}
	t.Fatalf("%v does not listen", cmd.Args)
}

// Needs skips a test for want of what a service is made of; in CI that is a failure.
func Needs(t *testing.T, language Language, lab string) {
	t.Helper()
	tries := [][]string{language.try}
	for word, try := range map[string][]string{
		"installed": {"sh", "-c", "command -v initdb || ls /usr/lib/postgresql/*/bin/initdb"},
		cacheAddr:   {"redis-server", "--version"},
	} {
		if strings.Contains(lab, word) {
			tries = append(tries, try)
		}
	}
	for _, try := range tries {
		if out, err := exec.Command(try[0], try[1:]...).CombinedOutput(); err == nil {
			continue
		} else if os.Getenv("FAILWELL_CI") != "" {
			t.Fatalf("%v: %v: %.300s", try, err, out)
		} else {
			t.Skipf("%v: %v: %.300s", try, err, out)
		}
	}
}

// Loud lists all that a run has against a service, as check@case: what failed, what could not be told, and what it never broke.
func Loud(run report.Run) []string {
	var all []string
	for _, r := range run.Results {
		said := len(all)
		for _, v := range r.Verdicts {
			if v.Outcome == check.Fail || v.Outcome == check.Inconclusive && r.Outcome == check.Inconclusive {
				all = append(all, fmt.Sprintf("%s@%s: %s: %s", v.Check, r.ID, v.Outcome, v.Reason))
			}
		}
		if said == len(all) && r.Outcome != check.Pass && r.Outcome != check.Skipped {
			all = append(all, fmt.Sprintf("case@%s: %s", r.ID, r.Outcome))
		}
	}
	for _, c := range run.Uncovered() {
		all = append(all, fmt.Sprintf("coverage@%s: %s", c.Name, c.Why))
	}
	return all
}

// Unknown are those that no known row speaks of.
func Unknown(loud []string, service string, rows []Known) []string {
	return slices.DeleteFunc(slices.Clone(loud), func(line string) bool {
		what, _, _ := strings.Cut(line, ": ")
		return slices.ContainsFunc(rows, func(k Known) bool { return k.Service == service && matches(k.Case, what) })
	})
}

// matches tells whether a text fits a glob, in which * stands for anything.
func matches(glob, text string) bool {
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(glob), `\*`, ".*") + "$").MatchString(text)
}

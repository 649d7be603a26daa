package shop_test

import (
	"encoding/xml"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// ginkgo runs the specs of the careless shop, which fail, and gives what a person sees.
func ginkgo(t *testing.T, env []string, flags ...string) string {
	t.Helper()
	args := append([]string{"run", "github.com/onsi/ginkgo/v2/ginkgo", "--no-color"}, flags...)
	c := exec.CommandContext(t.Context(), "go", append(args, "./careless")...)
	c.Env = append(append(os.Environ(), "CARELESS=1"), env...)
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		t.Fatalf("the careless shop failed well: %v\n%s", err, out)
	}
	return string(out)
}

// Far more specs fail than there are mistakes. After a parallel run one screen names the five causes, each with a line that
// runs its specs again; the reports that are asked for are written, and JUnit's own as well.
func TestTheSummaryNamesTheCauses(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	out := ginkgo(t, []string{"FAILWELL_REPORT=html=" + at("run.html") + ",json=" + at("run.json")}, "-p", "--junit-report="+at("junit.xml"))
	_, out, ok := strings.Cut(out, "why specs failed - ")
	screen, _, ended := strings.Cut(out, "<< Report Entries")
	if !ok || !ended {
		t.Fatalf("no summary in\n%s", out)
	}
	t.Log(screen)
	if n := strings.Count(screen, "\n"); n > 40 {
		t.Errorf("the summary has %d lines, more than one screen", n)
	}
	size := regexp.MustCompile(`(\d+) specs failed, by 5 causes\n`).FindStringSubmatch(screen)
	if size == nil {
		t.Fatal("it does not name five causes")
	}
	for _, headline := range []string{
		"success (200) although db fails", "connection ends without an answer when payments fails",
		"success (201) although payments fails", "leak: a database error, what db said", "400 (a client error) although payments fails",
	} {
		if !strings.Contains(screen, headline) {
			t.Errorf("%q is missing", headline)
		}
	}
	if failed, _ := strconv.Atoi(size[1]); failed < 87 || failed != junitFailures(t, at("junit.xml")) {
		t.Errorf("%d specs failed, want at least 87, and as many as JUnit says: %d", failed, junitFailures(t, at("junit.xml")))
	}
	for _, name := range []string{"run.html", "run.json"} {
		if text, err := os.ReadFile(at(name)); err != nil || !strings.Contains(string(text), "success (200) although db fails") {
			t.Errorf("%s: %v, or it does not name the causes", name, err)
		}
	}
	again(t, screen)
}

// again runs the specs of the last cause by the line that the summary gives.
func again(t *testing.T, screen string) {
	t.Helper()
	lines := regexp.MustCompile(`rerun +ginkgo --focus '(.*)'`).FindAllStringSubmatch(screen, -1)
	if len(lines) != 5 {
		t.Fatalf("%d lines say how to run specs again, want 5", len(lines))
	}
	focus := lines[4][1]
	out := ginkgo(t, nil, "--focus", focus)
	if want := "0 Passed | " + strconv.Itoa(strings.Count(focus, "|")+1) + " Failed"; !strings.Contains(out, want) || !strings.Contains(out, "by 1 cause\n") {
		t.Errorf("--focus '%s' does not give %q by one cause:\n%s", focus, want, out)
	}
}

// junitFailures counts the specs that failed by a JUnit report.
func junitFailures(t *testing.T, path string) int {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var suites struct {
		Failures int `xml:"failures,attr"`
	}
	if err := xml.Unmarshal(text, &suites); err != nil {
		t.Fatal(err)
	}
	return suites.Failures
}

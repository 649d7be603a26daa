package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
)

// struck is a case of a fault; a group letter is given by what fails at.
func struck(scenario, on, request, variant string, o check.Outcome) Result {
	id := scenario + "@" + on + ":" + request
	if variant != "" {
		id += ":" + variant
	}
	r := Result{ID: id, Scenario: scenario, Request: request, Outcome: o}
	if on != "" {
		r.On = []string{on}
	}
	if o == check.Fail {
		r.Verdicts = []check.Verdict{{Check: "attempts", Outcome: o, Impact: "major", Reason: "9 times"}}
	}
	return r
}

func drawn(t *testing.T, style Style, results ...Result) string {
	t.Helper()
	r := Run{Results: results}
	r.Finish()
	var out bytes.Buffer
	p := &paper{w: &out, style: style}
	p.matrix(r)
	return out.String()
}

func TestMatrixFoldsVariantsAndEqualColumns(t *testing.T) {
	got := drawn(t, Style{},
		struck("database/refused", "db", "get", "", check.Fail),
		struck("database/hang", "db", "get", "reply", check.Pass),
		struck("database/hang", "db", "get", "request", check.Fail),
		struck("database/hang", "db", "list", "reply", check.Pass),
		struck("database/unique", "db", "get", "", check.Pass),
		struck("database/unique", "db", "put", "", check.Fail),
		struck("database/starting", "db", "get", "", check.Pass),
		struck("settings/wrong", "env.X", "get", "", check.Pass),
		struck("input/method", "", "list", "", check.Inconclusive))
	want := `
      db hang, refused
      │  db unique
      │  │  input method
get   A  ●  ·
list  ●  ·  ?
put   ·  A  ·
● passed   ? inconclusive   · not tried with it   letters: the cause
passed everywhere: db 1 fault x 1 request, settings 1
`
	if got != want {
		t.Errorf("got%s\nwant%s", got, want)
	}
}

func TestMatrixIsOneLineWhenEverythingHeld(t *testing.T) {
	var all []Result
	for i := range 30 {
		all = append(all, struck(fmt.Sprint("database/f", i), "db", fmt.Sprint("r", i%6), "", check.Pass))
	}
	if got := drawn(t, Style{}, all...); got != "passed everywhere: db 30 faults x 6 requests\n" {
		t.Error(got)
	}
	if got := drawn(t, Style{All: true}, all...); strings.Count(got, "●") < 30 {
		t.Errorf("--all hides columns:\n%s", got)
	}
	if got := drawn(t, Style{}); got != "" {
		t.Error(got)
	}
}

func TestMatrixStaysSmall(t *testing.T) {
	var all []Result
	for request := range 30 {
		for fault := range 40 {
			o := check.Pass
			if (request+fault)%7 == 0 {
				o = check.Fail
			}
			all = append(all, struck(fmt.Sprint("database/a-fault-with-a-long-name-", fault), "db", fmt.Sprint("request-", request), "", o))
		}
	}
	for _, width := range []int{40, 60, 100, 200} {
		got := drawn(t, Style{Width: width}, all...)
		if lines := strings.Count(got, "\n"); lines > 40 && width >= 100 {
			t.Errorf("%d lines\n%s", lines, got)
		}
		if !strings.Contains(got, "16 more rows: --all") {
			t.Errorf("it does not say what it hides:\n%s", got)
		}
	}
	if got := drawn(t, Style{All: true}, all...); strings.Contains(got, "--all") || !strings.Contains(got, "request-29") {
		t.Errorf("--all hides rows:\n%s", got)
	}
}

func TestWhen(t *testing.T) {
	results := []Result{
		struck("database/refused", "db", "get", "", check.Fail),
		struck("database/hang", "db", "get", "reply", check.Pass),
		struck("database/hang", "db", "get", "request", check.Fail),
		struck("database/reset", "db", "get", "reply", check.Fail),
		struck("database/reset", "db", "get", "request", check.Fail),
		struck("database/unique", "db", "get", "", check.Pass),
		struck("database/unique", "db", "put", "", check.Pass), // another request
	}
	r := Run{Results: results}
	r.Finish()
	g := r.Groups[0]
	if want := []string{"db hang(request)", "db refused", "db reset"}; !slices.Equal(g.When, want) {
		t.Errorf("when %q, want %q", g.When, want)
	}
	if want := []string{"db hang(reply)", "db unique"}; !slices.Equal(g.NotWhen, want) {
		t.Errorf("not when %q, want %q", g.NotWhen, want)
	}
	for i := range results {
		results[i] = struck(fmt.Sprint("database/f", i), "db", "get", "", check.Fail)
	}
	r = Run{Results: results}
	if r.Finish(); !slices.Equal(r.Groups[0].When, []string{"db any of 7 faults"}) {
		t.Errorf("when %q", r.Groups[0].When)
	}
}

func TestTold(t *testing.T) {
	names := []string{"db closed", "db hang", "db refused", "payments error", "payments slow"}
	for most, want := range map[int]string{
		200: "db closed, hang, refused; payments error, slow",
		40:  "db closed and 2 more; payments error and 1 more",
		1:   "db closed and 2 more; payments error and 1 more",
	} {
		if got := told(names, most); got != want {
			t.Errorf("in %d: %q, want %q", most, got, want)
		}
	}
	if got := told(nil, 10); got != "" {
		t.Error(got)
	}
}

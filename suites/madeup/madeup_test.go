// Package madeup brings a fault, a fake, a check and a system under names that failwell has never heard of, from outside,
// and runs whole labs with them: one more of anything takes no change of the engine.
package madeup_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/sweep"
)

const generic = `
why: a jinxed widget is owned up to, and regretted
for: {dependency: {kind: widget}, request: {reaches: $dep}}
vary: {op: [frobnicate, gronk], silently: [false, true]}
given: [{jinx: {on: $dep, op: $op, silently: $silently}}]
then: [{polite: sorry}]
`

const specific = `
why: "INC-7: the sprocket jammed and nobody said so"
given: [{jinx: {on: sprocket, op: gronk}}]
when: {request: gronk, copies: 2}
then: [polite]
`

// config makes a lab with a system of a certain manner, all of it from the catalog.
func config(t *testing.T, manner string) harness.Config {
	t.Helper()
	cat := madeUp()
	system, err := cat.Systems["conjured"](read(t, fmt.Sprintf("{widget: sprocket, manner: %q}", manner)), "")
	if err != nil {
		t.Fatal(err)
	}
	sprocket, err := cat.Fakes["widget"].Make(fakes.Options{Name: "sprocket"})
	if err != nil {
		t.Fatal(err)
	}
	return harness.Config{
		Catalog: cat, System: system, Fakes: harness.Fakes{"sprocket": sprocket},
		Roles: map[string]contract.Role{"sprocket": contract.Essential},
		Requests: []scenario.Request{
			{Name: "frobnicate", Method: "GET", Target: "/frobnicate"},
			{Name: "gronk", Method: "GET", Target: "/gronk"},
		},
		IdleFor: 20 * time.Millisecond, HealWithin: 300 * time.Millisecond,
	}
}

// cases expands the scenarios over what calm showed.
func cases(t *testing.T) func(*lab.Lab, []lab.Seen) ([]scenario.Case, error) {
	var all []scenario.Scenario
	for id, text := range map[string]string{"widget/jinxed": generic, "incident/7": specific} {
		s, err := scenario.Read(id+".yaml", id, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b scenario.Scenario) int { return strings.Compare(a.ID, b.ID) })
	return func(l *lab.Lab, seen []lab.Seen) ([]scenario.Case, error) {
		for _, s := range all {
			if err := l.Known().Check(s); err != nil {
				return nil, err
			}
		}
		if err := harness.MostlyCalm(seen); err != nil {
			return nil, err
		}
		return l.Known().Expand(all, l.Facts(), scenario.Full)
	}
}

// sweep runs every case over labs with systems of a certain manner.
func swept(t *testing.T, labs int, manner string) []report.Result {
	t.Helper()
	out, err := sweep.Sweep{
		Labs:  labs,
		Make:  func(context.Context, int) (lab.Config, error) { return config(t, manner), nil },
		Cases: cases(t),
	}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if out.Labs < 1 || out.Labs > labs || len(out.Results) != 5 {
		t.Fatalf("%d results of %d labs", len(out.Results), out.Labs)
	}
	return out.Results
}

var ids = []string{
	"incident/7:gronk",
	"widget/jinxed@sprocket:frobnicate:frobnicate,false",
	"widget/jinxed@sprocket:frobnicate:frobnicate,true",
	"widget/jinxed@sprocket:gronk:gronk,false",
	"widget/jinxed@sprocket:gronk:gronk,true",
}

// A system that fails well passes, case by case: calm, faulty and healed, over two labs.
func TestAllMadeUp(t *testing.T) {
	results := swept(t, 2, "")
	for i, r := range results {
		if r.ID != ids[i] {
			t.Errorf("case %d is %s, want %s", i, r.ID, ids[i])
		}
		if r.Outcome != check.Pass {
			t.Errorf("%s: %s: %s", r.ID, r.Outcome, r.Reason)
		}
		for _, p := range []exchange.Phase{exchange.Calm, exchange.Faulty, exchange.Healed} {
			if len(r.Subject.Judged(p)) == 0 {
				t.Errorf("%s: nothing was asked in the phase %s", r.ID, p)
			}
		}
		if got, want := verdicts(r), "bitten mended polite sober true"; got != want {
			t.Errorf("%s was judged by %s, want %s", r.ID, got, want)
		}
		cause := map[bool]string{true: "upstream/timeout", false: "upstream/busy"}[strings.HasSuffix(r.ID, ",true")]
		if r.Cause != cause {
			t.Errorf("%s: the cause is %s, want %s", r.ID, r.Cause, cause)
		}
	}
}

func verdicts(r report.Result) string {
	var names []string
	for _, v := range r.Verdicts {
		names = append(names, v.Check)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// Each check fails where it should, and only there; a made-up failure is grouped and told like any other.
func TestMadeUpChecksFail(t *testing.T) {
	for manner, want := range map[string]string{"rude": "polite", "careless": "true", "stubborn": "mended"} {
		t.Run(manner, func(t *testing.T) {
			t.Parallel()
			r := report.Run{Results: swept(t, 1, manner)}
			for _, c := range r.Results {
				for _, v := range c.Verdicts {
					if (v.Outcome == check.Fail) != (v.Check == want) {
						t.Errorf("%s: %s is %s: %s", c.ID, v.Check, v.Outcome, v.Reason)
					}
				}
			}
			r.Finish()
			if len(r.Groups) == 0 || r.Groups[0].Check != want || r.Exit(false) != report.Failed {
				t.Errorf("groups %+v, exit %d", r.Groups, r.Exit(false))
			}
			if want == "polite" {
				toldEverywhere(t, r)
			}
		})
	}
}

// toldEverywhere looks for what a check from elsewhere says of itself in every form that a run has.
func toldEverywhere(t *testing.T, r report.Run) {
	t.Helper()
	if len(r.Groups) != 1 || !strings.HasPrefix(r.Groups[0].Key, "polite/503/") || r.Groups[0].Because != "all 5 lack the same word: sorry" {
		t.Errorf("the groups are %+v", r.Groups)
	}
	const headline = "rude: 503 without a word of sorry when sprocket fails"
	doc, expected, look := polite{}.Kind().Doc, polite{}.Kind().Expected, polite{}.Kind().Look
	for format, c := range map[string]struct {
		write func(io.Writer) error
		words []string
	}{
		"terminal": {func(w io.Writer) error { return report.Terminal(w, r, report.Style{Width: 200}) }, []string{headline, expected, look}},
		"html":     {func(w io.Writer) error { return report.HTML(w, r) }, []string{headline, expected, look}},
		"markdown": {func(w io.Writer) error { return report.Markdown(w, r) }, []string{headline, expected, look}},
		"junit":    {func(w io.Writer) error { return report.JUnit(w, r) }, []string{headline}},
		"sarif":    {func(w io.Writer) error { return report.SARIF(w, r) }, []string{headline, expected, look, doc, "A failure is regretted."}},
		"show":     {func(w io.Writer) error { return report.Show(w, r, r.Results[0], report.Style{Width: 200}) }, []string{headline, expected, look}},
		"explain":  {func(w io.Writer) error { return report.ExplainCheck(w, "polite", polite{}.Kind()) }, []string{doc, expected, look, "{polite: sorry}", "rude: STATUS without a word of WORD WHEN"}},
		"list":     {func(w io.Writer) error { return report.ListChecks(w, kindsOf(t)) }, []string{"polite  A failure is regretted.\n"}},
	} {
		var told strings.Builder
		if err := c.write(&told); err != nil {
			t.Errorf("%s: %v", format, err)
		}
		for _, word := range c.words {
			if !strings.Contains(told.String(), word) {
				t.Errorf("%s does not say %q:\n%s", format, word, told.String())
			}
		}
	}
}

func kindsOf(t *testing.T) map[string]check.Kind {
	t.Helper()
	kinds, err := madeUp().CheckKinds()
	if err != nil {
		t.Fatal(err)
	}
	return kinds
}

// Mistakes are told with the made-up names.
func TestMadeUpMistakes(t *testing.T) {
	l, err := harness.Start(t.Context(), config(t, ""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	for text, want := range map[string]string{
		`given: [{jinks: {on: sprocket}}]`:                `made-up.yaml:3:10: unknown fault "jinks"; known: jinx`,
		`given: [{jinx: {on: sproket}}]`:                  `made-up.yaml:3:21: unknown dependency "sproket"; did you mean "sprocket"?`,
		`given: [{jinx: {on: sprocket, op: frobnikate}}]`: `made-up.yaml:3:10: widget has no op "frobnikate"; did you mean "frobnicate"?`,
		`then: [{polight: sorry}]`:                        `made-up.yaml:3:9: unknown check "polight"; known: bitten, mended, polite, sober, true`,
	} {
		s, err := scenario.Read("made-up.yaml", "made-up", []byte("why: to see\nwhen: {request: gronk}\n"+text))
		if err == nil {
			err = l.Known().Check(s)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

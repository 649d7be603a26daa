package madeup_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/failwell/failwell/fakes"
	"github.com/failwell/failwell/harness/catalog"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// jinx lets a widget jam.
type jinx struct {
	fault.Scope
	Silently bool `json:"silently,omitempty"` // it hangs and does not say so
}

// Injection compiles the fault.
func (f jinx) Injection() (fault.Injection, error) {
	if f.On == "" {
		return fault.Injection{}, errors.New("`on` is missing: which widget is jinxed")
	}
	e := fault.Effect{Verb: fault.Answer, Say: fault.Saying{Name: "jammed"}}
	if f.Silently {
		e = fault.Effect{Verb: fault.Hang, At: fault.Request}
	}
	return fault.Injection{Rules: []fault.Rule{{Scope: f.Scope, Effect: e}}}, nil
}

// polite asks that a failure is regretted.
type polite struct {
	Word string `json:"word,omitempty" decode:"short"` // default: sorry
}

// Kind describes the check.
func (polite) Kind() check.Kind {
	return check.Kind{
		Rank: 5, Asked: true,
		Doc:      "A failure is regretted. Whoever cannot help can still be kind.",
		Example:  "the sprocket jams, and GET /gronk gives 503 with {\"error\":\"no\"}\nthen: [{polite: sorry}]",
		Expected: "a word of regret",
		Look:     "the upbringing of whoever wrote the error texts",
		Findings: []check.Finding{
			{Class: "curt", Headline: "rude: {status} without a word of {word} {when}", Place: "{status}", Same: []string{"word"}, One: "lack the same word: {word}"},
		},
	}
}

// Judge judges.
func (p polite) Judge(s check.Subject, _ check.Evidence) check.Verdict {
	word := p.Word
	if word == "" {
		word = "sorry"
	}
	judged := 0
	for _, e := range s.Judged(exchange.Faulty) {
		if e.Response == nil {
			continue
		}
		if judged++; !strings.Contains(e.Response.Body, word) {
			return check.Verdict{Outcome: check.Fail, Impact: contract.Major, Basis: check.Policy, Cite: "good manners", Reason: "not a word of " + word, Facts: map[string]string{"word": word}}
		}
	}
	if judged == 0 {
		return check.Verdict{Outcome: check.Inconclusive, Reason: "nothing was said"}
	}
	return check.Verdict{Outcome: check.Pass, Reason: "it was " + word}
}

// madeUp is a catalog in which nothing has its usual name.
func madeUp() catalog.Catalog {
	return catalog.Catalog{
		Faults: map[string]catalog.FaultKind{"jinx": catalog.Fault[jinx]()},
		Checks: map[string]catalog.CheckKind{
			"polite": catalog.Check[polite](),
			"sober":  catalog.Check[check.Calm](),
			"bitten": catalog.Check[check.Struck](),
			"true":   catalog.Check[check.Success](),
			"mended": catalog.Check[check.Healed](),
		},
		Fakes:   map[string]fakes.Entry{"widget": {Kind: widget{}.Describe(), Make: makeWidget}},
		Systems: map[string]catalog.SystemKind{"conjured": conjure},
	}
}

// read parses a text that stands in a file of the lab.
func read(t *testing.T, text string) *decode.Node {
	t.Helper()
	n, err := decode.Parse("made-up.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

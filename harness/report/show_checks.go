package report

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
)

// verdicts lists what every check said: what was found with its words, what held by name only.
func (p *paper) verdicts(c Result) {
	var held, skipped []string
	listed := slices.Clone(c.Verdicts)
	place := []check.Outcome{check.Broken, "", check.Fail, check.Inconclusive, check.Pass, check.Skipped}
	slices.SortStableFunc(listed, func(a, b check.Verdict) int {
		return slices.Index(place, a.Outcome) - slices.Index(place, b.Outcome)
	})
	for _, v := range listed {
		switch {
		case p.style.All:
			p.verdict(v)
		case v.Outcome == check.Pass:
			held = append(held, Plain(v.Check))
		case v.Outcome == check.Skipped:
			skipped = append(skipped, Plain(v.Check))
		case !reflect.DeepEqual(v, Headline(c)):
			p.verdict(v)
		}
	}
	p.entry("passed", strings.Join(held, ", "))
	p.entry("n/a", strings.Join(skipped, ", "))
	for _, name := range slices.Sorted(maps.Keys(c.Waive)) {
		p.entry("waived", name+": "+c.Waive[name])
	}
}

// verdict writes one verdict of those that are not the headline.
func (p *paper) verdict(v check.Verdict) {
	label := map[check.Outcome]string{check.Pass: "passed", check.Skipped: "n/a", check.Fail: "also", check.Inconclusive: "unclear"}[v.Outcome]
	text := v.Check + ": " + v.Reason
	if v.Outcome == check.Fail {
		text += " (" + orWord(string(v.Impact), "no impact") + ")"
	}
	p.entry(orWord(label, "broken"), text)
}

// asked says a request in a few words: what, with what body, and the header fields that are its own.
func asked(e exchange.Request) string {
	if e.Raw != "" {
		return short(e.Raw, 200)
	}
	words := []string{e.Method, short(e.Target, 120), short(e.Body, 120)}
	for _, f := range e.Header {
		if name := strings.ToLower(f.Name); name != "content-type" && name != "authorization" {
			words = append(words, "  "+f.Name+" "+short(f.Value, 60))
		}
	}
	return strings.Join(nonEmpty(words...), " ")
}

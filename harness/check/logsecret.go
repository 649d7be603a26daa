package check

import (
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/leak"
)

// LogSecret looks for secrets in the log.
type LogSecret struct{}

// Kind describes the check.
func (LogSecret) Kind() Kind {
	return Kind{
		Rank: 90, Beside: true,
		Doc:      "No secret stands in the log. Logs are kept for long, copied, and read by many who must not know it.",
		Example:  "the driver's error is logged as it is, with postgres://app:the-password@db in it",
		Expected: "no secret in the log",
		Look:     "where settings and errors are logged: mask what is secret",
		Findings: []Finding{
			{Class: "secret", Headline: "secret in the log: {what}", Name: "secret-in-log", Same: []string{"class"}, Mark: "a secret in the log: {what}"},
		},
	}
}

// Judge judges.
func (LogSecret) Judge(s Subject, _ Evidence) Verdict {
	var secrets []leak.Canary
	for _, c := range s.Canaries {
		if c.Kind == "secret" {
			secrets = append(secrets, c)
		}
	}
	lines := 0
	texts := []string{}
	for _, l := range s.Logs {
		texts = append(texts, l.Text)
	}
	for _, l := range s.Launches {
		texts = append(texts, l.Last...)
	}
	for _, t := range texts {
		lines++
		for _, f := range detector().ScanText(t, secrets) {
			if f.Certainty != "certain" {
				continue
			}
			what := f.Rule
			if f.Canary != nil {
				what = f.Canary.Where
			}
			return fail(contract.Critical, Standard, "ASVS 5.0 16.2.5, CWE-532", "a secret in the log: %s", what).because(f.Text).with("what", what)
		}
	}
	if lines == 0 {
		return skip("there were no log lines")
	}
	return pass("%d log lines looked through", lines)
}

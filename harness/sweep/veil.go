package sweep

import (
	"context"

	"github.com/failwell/failwell/harness/redact"
	"github.com/failwell/failwell/harness/report"
	"github.com/failwell/failwell/harness/scenario"
)

// Run runs a case and judges it. Its error is failwell's own failure; the result is then broken. No secret is in either.
func (l *Lab) Run(ctx context.Context, c scenario.Case) (report.Result, error) {
	r, err := l.run(ctx, c)
	r.Reason, r.Verdicts = l.Redactor().Text(r.Reason), redact.Of(l.Redactor(), r.Verdicts)
	return r, l.Veiled(err)
}

// veiled takes the secrets of all labs out of what they gave: also those that came up after a case had ended, or in another lab.
func veiled(out Results, labs []*Lab) Results {
	var all []*redact.Redactor
	for _, l := range labs {
		if l != nil {
			all = append(all, l.Redactor())
		}
	}
	out.Redactor = redact.Join(all...)
	out.Results, out.Seen = redact.Of(out.Redactor, out.Results), redact.Of(out.Redactor, out.Seen)
	out.Declared, out.Uncalm = redact.Of(out.Redactor, out.Declared), redact.Of(out.Redactor, out.Uncalm)
	out.Notes = redact.Of(out.Redactor, out.Notes)
	return out
}

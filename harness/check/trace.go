package check

import (
	"strings"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Traced asks that an error answer carries an id that leads to the log.
type Traced struct{}

// Judge judges.
func (Traced) Judge(s Subject) Verdict {
	d := s.Declared.Trace
	if d.Header == "" && d.Body == "" {
		return skip("no trace id is declared (`trace:`)")
	}
	judged := 0
	for _, e := range s.Judged(exchange.Faulty) {
		if e.Response == nil || e.Status() < 400 || s.byServer() {
			continue
		}
		judged++
		header, body := d.ids(e)
		const cite = "ASVS 4.0 7.4.1, W3C Trace Context"
		switch {
		case d.Header != "" && header == "":
			return fail(contract.Minor, Declare, cite, "%d without the trace id in %s", e.Status(), d.Header)
		case d.Body != "" && body == "" && e.Request.Method != "HEAD":
			return fail(contract.Minor, Declare, cite, "%d without the trace id at %s", e.Status(), d.Body).because(excerpt(bodyOf(e)))
		case header != "" && body != "" && header != body:
			return fail(contract.Minor, Declare, cite, "two trace ids in one answer: %s and %s", header, body)
		}
	}
	if judged == 0 {
		return skip("there was no error answer")
	}
	return pass("%d error answers carry an id", judged)
}

// ids gives the trace ids that an answer says, in the header and in the body.
func (d Trace) ids(e exchange.Exchange) (header, body string) {
	if e.Response == nil {
		return "", ""
	}
	if d.Header != "" {
		header = strings.TrimSpace(e.Response.Header.Get(d.Header))
	}
	if d.Body != "" {
		if v, ok := pointer(bodyOf(e), d.Body); ok {
			body = text(v)
		}
	}
	return header, body
}

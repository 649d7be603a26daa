package check

import (
	"net/http"
	"strconv"
	"time"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// RetryAfter asks that a 503 or 429 says when to come back: at most 3600 seconds, of which 0 is
// one, or a date (RFC 9110, 10.2.3).
type RetryAfter struct{}

// Kind describes the check.
func (RetryAfter) Kind() Kind {
	return Kind{
		Needs: NeedsStruck, Rank: 2 * Unranked,
		Doc:      "A 503 or 429 says when to come back. Retry-After is at most 3600 seconds, or a date (RFC 9110, 10.2.3), and, for the strict profile, not sooner than the upstream itself asked for. Without it every client guesses, and all come back at once.",
		Example:  "503 without Retry-After",
		Expected: "503 and 429 say when to come back: Retry-After, at most 3600 seconds, or a date",
		Look:     "where 503 and 429 are written",
		Findings: []Finding{
			{Class: "missing", Headline: "{reason}", Said: true, Place: "{media}", Same: []string{"class"}, Mark: "# without Retry-After"},
			{Class: "wrong", Headline: "{reason}", Said: true, Place: "{media}", Same: []string{"class"}, Mark: "Retry-After is {value}, owed 1 to 3600 seconds or a date"},
			{Class: "unread", Headline: "{reason}", Said: true, Place: "{media}", Same: []string{"class"}, Mark: "Retry-After is {value}, owed a number of seconds or a date"},
			{Class: "sooner", Headline: "{reason}", Said: true, Place: "{media}", Same: []string{"class"}, Mark: "Retry-After is #, sooner than the upstream asked for (#)"},
		},
	}
}

// Judge judges.
func (RetryAfter) Judge(s Subject, _ Evidence) Verdict {
	judged := 0
	const cite = "RFC 9110 10.2.3 and 15.6.4, RFC 6585 4"
	for _, e := range s.Judged(exchange.Faulty) {
		if e.Status() != http.StatusServiceUnavailable && e.Status() != http.StatusTooManyRequests {
			continue
		}
		judged++
		v := e.Response.Header.Get("Retry-After")
		if v == "" {
			return fail(contract.Note, Policy, cite, "%d without Retry-After", e.Status()).as("missing").about(e)
		}
		if _, err := http.ParseTime(v); err == nil {
			continue
		}
		ask := s.asked(e)
		n, err := strconv.ParseUint(v, 10, 32)
		switch {
		case err != nil:
			return fail(contract.Minor, Standard, cite, "Retry-After is %q, owed a number of seconds or a date", v).as("unread").with("value", strconv.Quote(v))
		case n > max(3600, uint64(ask.Seconds())):
			return fail(contract.Note, Policy, cite, "Retry-After is %q, owed at most 3600 seconds, or a date", v).as("wrong").with("value", strconv.Quote(v))
		case time.Duration(n)*time.Second < ask && s.Profile == contract.Strict:
			return fail(contract.Note, Policy, cite, "Retry-After is %s, sooner than the upstream asked for (%s)", v, ask).as("sooner")
		}
	}
	if judged == 0 {
		return skip("there was neither 503 nor 429")
	}
	return pass("%d answers say when to come back", judged)
}

// asked is how long the struck dependency itself asked to wait.
func (s Subject) asked(e exchange.Exchange) time.Duration {
	longest := time.Duration(0)
	for _, h := range e.Struck() {
		for name, v := range h.Effect.Say.Fields {
			if http.CanonicalHeaderKey(name) != "Retry-After" {
				continue
			}
			if n, err := strconv.Atoi(v); err == nil {
				longest = max(longest, time.Duration(n)*time.Second)
			}
		}
	}
	return longest
}

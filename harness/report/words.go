package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
)

// came says in a few words what came of an exchange.
func came(e exchange.Exchange) string {
	switch {
	case e.Failure == exchange.NoAnswer:
		return "no answer in " + round(e.Took)
	case e.Failure != "":
		return short(string(e.Failure)+" "+e.Detail, 200)
	case e.Response == nil:
		return ""
	}
	const shown, enough = 240, 4 * 240 // characters, and the bytes that they have at most
	body := bodyOf(e)
	words := []string{strconv.Itoa(e.Status()), e.Response.MediaType(), string(body[:min(len(body), enough)])}
	if e.Response.BodyErr != "" {
		words = append(words, "and broke off: "+e.Response.BodyErr)
	}
	return short(strings.Join(nonEmpty(words...), " "), shown)
}

// Got says on one line what came of an exchange, as every report does: status, media type and the beginning of the body, or what
// came instead of an answer.
func Got(e exchange.Exchange) string { return came(e) }

// round writes a duration with as many digits as a person reads.
func round(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return d.Round(10 * time.Millisecond).String()
	}
	return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
}

// given says a fault in the words of the file: its kind, what it is on, and its parameters.
func given(s fault.Spec) string {
	words := []string{s.Kind}
	for _, f := range s.Params.Fields() {
		switch {
		case f.Key.Text() == "on":
			words = append([]string{f.Value.Text() + ":"}, words...)
		case f.Value.Text() != "":
			words = append(words, f.Key.Text()+" "+f.Value.Text())
		default:
			text, _ := f.Value.MarshalJSON()
			words = append(words, f.Key.Text()+" "+string(text))
		}
	}
	return short(strings.Join(words, " "), 200)
}

// question is the verdict of a case that asks the team something.
func question(r Result) (check.Verdict, bool) {
	for _, v := range r.Verdicts {
		if v.Asks && v.Outcome == check.Inconclusive {
			return v, true
		}
	}
	return check.Verdict{}, false
}

package check

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
)

// Logged asks that a failure stands in the log, with the trace id of the answer and, where the fault had words of its own,
// with the cause. It is judged when the lab declares `trace: {logs: true}`.
type Logged struct{}

// Kind describes the check.
func (Logged) Kind() Kind {
	return Kind{
		Needs: NeedsStruck, Rank: 220,
		Doc:      "A failure leaves a line in the log that has its trace id and says the cause. Who is called at night has nothing else to go by. It is judged where the lab declares trace: {logs: true}.",
		Example:  "POST /orders gives 500 with trace id 4f1c, and no line of the log has it",
		Expected: "a line in the log that has the trace id and says the cause",
		Findings: []Finding{
			{Class: "nothing", Headline: "failures leave no line in the log", Place: "{media}", Same: []string{"class"}, Mark: "no log line for this #"},
			{Class: "elsewhere", Headline: "the id of the answer leads to no line in the log", Place: "{media}", Same: []string{"class"}, Mark: "the id of this # is in no log line"},
			{Class: "no-cause", Headline: "the log does not say why a request failed", Place: "{media}", Same: []string{"class"}, Mark: "the log line of this # does not say the cause"},
		},
	}
}

// Judge judges.
func (Logged) Judge(s Subject, _ Evidence) Verdict {
	if !s.Declared.Trace.Logs {
		return skip("logs are not declared (`trace: {logs: true}`)").wants(Want{Key: "trace: {logs: true}", What: "log lines of failures"}, s.erred(500))
	}
	judged := 0
	for _, e := range s.Judged(exchange.Faulty) {
		if e.Response == nil || e.Status() < 500 && !s.failsInside(e) {
			continue
		}
		header, body := s.Declared.Trace.ids(e)
		lines := linesWith(s.Logs, append(s.Declared.Trace.Of(e), e.Trace)...)
		if len(lines) == 0 && s.Ended {
			continue // whoever would have logged it may have been ended before
		}
		judged++
		const cite = "ASVS 5.0 16.3.4"
		switch {
		case header == "" && body == "" && len(lines) == 0:
			return unclear("the answer says no trace id, so its log lines cannot be told")
		case len(lines) == 0 && slices.ContainsFunc(s.Logs, func(l exchange.Line) bool { return l.Stream == Ours }):
			return unclear("there were more lines than failwell keeps, so one for this %d may have been among them", e.Status())
		case len(lines) == 0:
			return fail(contract.Minor, Declare, cite, "no log line for this %d", e.Status()).look("the error path that answers without logging").as("nothing").about(e)
		}
		if (header != "" || body != "") && len(linesWith(s.Logs, s.Declared.Trace.Of(e)...)) == 0 {
			if slices.ContainsFunc(s.Logs, func(l exchange.Line) bool { return l.Stream == Ours }) {
				return unclear("there were more lines than failwell keeps, so one with the id of this %d may have been among them", e.Status())
			}
			return fail(contract.Minor, Declare, cite, "the id of this %d is in no log line; its lines have another, the one that was sent", e.Status()).
				because(excerpt([]byte(lines[0].Text))).look("what a caller can quote must be what the log has: one id, in the answer and in each line").as("elsewhere").about(e)
		}
		if tokens, heard := s.said(e); heard && !mentions(lines, tokens) {
			return fail(contract.Minor, Declare, cite, "the log line of this %d does not say the cause", e.Status()).
				because(excerpt([]byte(lines[0].Text))).as("no-cause").about(e)
		}
	}
	if judged == 0 {
		return skip("there was no failure to log")
	}
	return pass("%d failures logged", judged)
}

// Ours is the stream of lines that failwell itself puts into a log, to say that others were dropped there.
const Ours = "failwell"

func linesWith(lines []exchange.Line, ids ...string) []exchange.Line {
	var with []exchange.Line
	for _, l := range lines {
		for _, id := range ids {
			if id != "" && strings.Contains(l.Text, id) {
				with = append(with, l)
				break
			}
		}
	}
	return with
}

// said lists the words that a struck database reply put before the driver, and that the request failed by: what came long before
// its answer was followed by something else, such as a second attempt that waited for a connection, and that is the cause then.
// An upstream's body need not be logged. Heard tells whether a driver passes at least one of them on: of a connection that ends with the
// reply, some tell only that it ended.
func (s Subject) said(e exchange.Exchange) (tokens []string, heard bool) {
	for _, h := range e.Struck() {
		if followed := e.At + e.Took - h.At - h.Took; h.At >= e.At && followed > lastCause+s.Lag {
			continue
		}
		if m := h.Effect.Say.Fields["message"]; m != "" {
			tokens = append(tokens, m, h.Effect.Say.Status)
			heard = heard || h.Effect.Say.Then == "" || h.Call.Op == "auth"
		}
	}
	return tokens, heard
}

// lastCause is how long before its answer the last thing came by which a request failed, at most.
const lastCause = 200 * time.Millisecond

func mentions(lines []exchange.Line, tokens []string) bool {
	for _, l := range lines {
		for _, t := range tokens {
			if t != "" && (strings.Contains(l.Text, t) || strings.Contains(wordsOf(l.Text), wordsOf(t))) {
				return true
			}
		}
	}
	return false
}

// escaped are the ways in which a log that is JSON, perhaps within JSON, writes what is not plain.
var escaped = regexp.MustCompile(`\\+(?:u[0-9a-fA-F]{4}|[nrt])`)

// wordsOf is the letters and digits of a text, with blanks between: what is left of it however it is quoted or escaped.
func wordsOf(text string) string {
	text = escaped.ReplaceAllStringFunc(text, func(e string) string {
		e = strings.TrimLeft(e, `\`)
		if code, err := strconv.ParseUint(e[1:], 16, 32); err == nil {
			return string(rune(code))
		}
		return " "
	})
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
)

// waterfall is what went on during an exchange, drawn from its sending on: the request, its calls, and its lines in the log.
type waterfall struct {
	High       int
	Says, More string
	Rows       []bar
}

// bar is a row: a label, and below it a bar, or a mark for a line of the log.
type bar struct {
	Label, Class string
	Text, Bar    int // where they stand
	X, Wide      string
}

// clock tells when the lines of a log were written. The zero value cannot.
type clock struct {
	lines  []exchange.Line
	offset time.Duration // from the start of the lab to that of the launch
	known  bool
}

// logClock sets the clock of the log, which runs from the launch, by the lines that name a request: none was written before it was sent.
// It is late by no more than what the quickest of the requests took to write its first line. Where the system was started in the case,
// nothing is told.
func logClock(s *check.Subject) clock {
	c := clock{lines: s.Logs}
	if len(s.Launches) > 0 {
		return c
	}
	for _, e := range s.Exchanges {
		for _, l := range s.Logs {
			if e.Reused || e.Trace == "" || l.At == 0 || !strings.Contains(l.Text, e.Trace) {
				continue
			}
			if offset := l.At - e.At; !c.known || offset < c.offset {
				c.offset, c.known = offset, true
			}
		}
	}
	return c
}

// waterfall draws an exchange; scale is the time that takes the whole width.
func (c clock) waterfall(e exchange.Exchange, scale time.Duration) *waterfall {
	const most, row = 12, 20
	out := &waterfall{}
	left := 0
	add := func(class, label string, at, took time.Duration) {
		if len(out.Rows) == most {
			left++
			return
		}
		const width, thin = 320, 1.5
		x := min(max(0, float64(at)/float64(scale)*width), width-thin)
		wide := min(max(thin, float64(took)/float64(scale)*width), width-x)
		y := len(out.Rows) * row
		out.Rows = append(out.Rows, bar{Label: short(label, 52), Class: class, Text: y + 10, Bar: y + 13, X: fmt.Sprintf("%.1f", x), Wide: fmt.Sprintf("%.1f", wide)})
	}
	add("request", "request "+round(e.Took), 0, e.Took)
	calls, strikes, lines := 0, 0, 0
	for _, h := range e.Hits {
		if h.Background {
			continue
		}
		class, took := "call", h.Took
		if took == 0 {
			took = max(0, e.At+e.Took-h.At)
		}
		said := strings.Join(nonEmpty(h.Call.On, string(h.Call.Op), orNothing(h.Call.Text != string(h.Call.Op), h.Call.Text)), " ")
		became := orWord(orNothing(h.Answer != "", h.Answer+" "+round(h.Took)), orNothing(h.Took > 0, round(h.Took)))
		if calls++; h.Struck() {
			class, became = "strike", strings.TrimSpace(string(h.Effect.Verb)+" "+became)
			strikes++
		}
		became = short(orWord(became, "open"), 24)
		add(class, short(said, 50-len([]rune(became)))+", "+became, h.At-e.At, took)
	}
	for _, l := range c.lines {
		if c.known && e.Trace != "" && strings.Contains(l.Text, e.Trace) {
			lines++
			add("line", "log "+l.Text, l.At-c.offset-e.At, 0)
		}
	}
	out.High = len(out.Rows)*row + 2
	out.Says = fmt.Sprintf("request of %s with %s, %d of them struck, and %s", round(e.Took), plural(calls, "call", "calls"), strikes, plural(lines, "line in the log", "lines in the log"))
	out.More = orNothing(left > 0, fmt.Sprintf("and %d more calls and lines", left))
	return out
}

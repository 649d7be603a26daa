package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/report"
)

// progress is the moving line on stderr; without a terminal it says only how it goes now and then.
type progress struct {
	to     io.Writer
	moves  bool
	failed int
	began  time.Time // when the first case had ended: labs start before
	first  int       // cases that had ended by then
	last   time.Time
	slow   report.Result // the longest case so far
}

func newProgress(to io.Writer) *progress { return &progress{to: to, moves: isTerminal(to)} }

func (p *progress) say(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	if p.moves {
		if columns := []rune(line); width(p.to) > 0 && len(columns) >= width(p.to) {
			line = string(columns[:width(p.to)-1]) // a longer line would not be taken back
		}
		_, _ = fmt.Fprintf(p.to, "\r\x1b[K%s", line)
		return
	}
	_, _ = fmt.Fprintln(p.to, line)
}

func (p *progress) tell(done, total int, r report.Result) {
	if r.Outcome == check.Fail || r.Outcome == check.Broken {
		p.failed++
	}
	if r.Took > p.slow.Took {
		p.slow = r
	}
	now := time.Now()
	if p.began.IsZero() {
		p.began, p.first = now, done
	}
	every := 10 * time.Second
	if p.moves {
		every = 100 * time.Millisecond
	}
	if now.Sub(p.last) < every && !(p.moves && done == total) {
		return
	}
	p.last = now
	p.say("%s", p.line(done, total, now.Sub(p.began)))
}

// line says how far the run is, how long the rest will take at the pace so far, and the longest case.
func (p *progress) line(done, total int, since time.Duration) string {
	text := fmt.Sprintf("%d of %s, %d failed", done, counted(total, "case"), p.failed)
	const few = 10 // tell no pace
	if n := done - p.first; n >= few && done < total {
		left := time.Duration(float64(since) / float64(n) * float64(total-done)).Round(time.Second)
		text += ", about " + left.String() + " left"
	}
	if p.slow.Took > time.Second {
		text += fmt.Sprintf("; slowest %s %s", p.slow.Took.Round(100*time.Millisecond), report.Plain(p.slow.ID))
	}
	return text
}

func (p *progress) clear() {
	if p.moves {
		_, _ = fmt.Fprint(p.to, "\r\x1b[K")
	}
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && !strings.EqualFold(os.Getenv("TERM"), "dumb")
}

// width is how many columns the terminal has, 0 when there is none.
func width(w any) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	n, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return n
}

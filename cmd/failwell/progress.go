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
	last   time.Time
}

func newProgress(to io.Writer) *progress { return &progress{to: to, moves: isTerminal(to)} }

func (p *progress) say(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	if p.moves {
		_, _ = fmt.Fprintf(p.to, "\r\x1b[K%s", line)
		return
	}
	_, _ = fmt.Fprintln(p.to, line)
}

func (p *progress) tell(done, total int, r report.Result) {
	if r.Outcome == check.Fail || r.Outcome == check.Broken {
		p.failed++
	}
	if p.moves && (time.Since(p.last) > 100*time.Millisecond || done == total) {
		p.last = time.Now()
		p.say("%d of %d cases, %d failed   %s", done, total, p.failed, report.Plain(r.ID))
	}
	if !p.moves && time.Since(p.last) > 10*time.Second {
		p.last = time.Now()
		p.say("%d of %d cases, %d failed", done, total, p.failed)
	}
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

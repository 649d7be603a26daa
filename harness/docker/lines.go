package docker

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/failwell/failwell/harness/exchange"
)

// Bounds of what is kept.
const (
	maxLine  = 64 << 10 // bytes of a line
	maxLines = 64 << 20 // bytes of all lines; beyond, the older half goes
)

// lines are the log of one instance. Positions stay when old lines are dropped.
type lines struct {
	mu    sync.Mutex
	since time.Time
	kept  []exchange.Line
	next  int
	size  int
}

func newLines() *lines { return &lines{since: time.Now()} }

func (l *lines) add(stream, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, exchange.Line{N: l.next, Stream: stream, Text: text, At: time.Since(l.since)})
	l.next++
	if l.size += len(text); l.size <= maxLines {
		return
	}
	n := 0
	for ; l.size > maxLines/2; n++ {
		l.size -= len(l.kept[n].Text)
	}
	l.kept = append([]exchange.Line(nil), l.kept[n:]...)
}

// from gives the lines from a position on. Where lines were dropped, a line of failwell's own says so in their place.
func (l *lines) from(since int) []exchange.Line {
	l.mu.Lock()
	defer l.mu.Unlock()
	since = max(since, 0)
	first := l.next - len(l.kept)
	if since >= first {
		return append([]exchange.Line(nil), l.kept[min(since-first, len(l.kept)):]...)
	}
	note := exchange.Line{N: first - 1, Stream: "failwell", Text: fmt.Sprintf("failwell: %d lines were dropped here", first-since)}
	return append([]exchange.Line{note}, l.kept...)
}

// last gives the text of the last n lines.
func (l *lines) last(n int) string {
	all := l.from(0)
	var out []string
	for _, line := range all[max(0, len(all)-n):] {
		out = append(out, line.Text)
	}
	return strings.Join(out, "\n")
}

// stream is a writer that adds what is written to the lines, one by one. It is used by one goroutine.
type stream struct {
	to   *lines
	name string
	part []byte
	more int // bytes of this line that were too many
}

func (s *stream) Write(p []byte) (int, error) {
	n := len(p)
	for {
		end := bytes.IndexByte(p, '\n')
		if end < 0 {
			s.append(p)
			return n, nil
		}
		s.append(p[:end])
		s.emit()
		p = p[end+1:]
	}
}

func (s *stream) append(p []byte) {
	room := min(len(p), maxLine-len(s.part))
	s.part = append(s.part, p[:room]...)
	s.more += len(p) - room
}

func (s *stream) emit() {
	text := strings.ToValidUTF8(strings.TrimSuffix(string(s.part), "\r"), "\uFFFD")
	if s.more > 0 {
		text += fmt.Sprintf(" [failwell: %d more bytes]", s.more)
	}
	s.to.add(s.name, text)
	s.part, s.more = s.part[:0], 0
}

// end adds the last line even though no line break followed.
func (s *stream) end() {
	if len(s.part) > 0 {
		s.emit()
	}
}

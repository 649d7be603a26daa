package system

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/failwell/failwell/harness/exchange"
)

// The streams of a process.
const (
	stdout = "stdout"
	stderr = "stderr"
)

// Bounds of what is kept.
const (
	maxLine  = 64 << 10 // bytes of a line
	maxLines = 64 << 20 // bytes of all lines; beyond, the older half goes
)

// Lines are the log of one instance. Positions stay when old lines are dropped.
type Lines struct {
	mu    sync.Mutex
	since time.Time
	kept  []exchange.Line
	next  int
	size  int
	limit int
}

// NewLines begins a log: the times of its lines count from now.
func NewLines() *Lines { return &Lines{since: time.Now(), limit: maxLines} }

func (l *Lines) add(line exchange.Line) {
	l.mu.Lock()
	defer l.mu.Unlock()
	line.N = l.next
	l.next++
	l.kept = append(l.kept, line)
	l.size += len(line.Text)
	if l.size <= l.limit {
		return
	}
	n := 0
	for ; l.size > l.limit/2; n++ {
		l.size -= len(l.kept[n].Text)
	}
	l.kept = append([]exchange.Line(nil), l.kept[n:]...)
}

// From gives the lines from a position on. Where lines were dropped, a line of failwell's own says so in their place.
func (l *Lines) From(since int) []exchange.Line {
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

// Last gives the text of the last n lines.
func (l *Lines) Last(n int) string {
	all := l.From(0)
	var out []string
	for _, line := range all[max(0, len(all)-n):] {
		out = append(out, line.Text)
	}
	return strings.Join(out, "\n")
}

// Stream is a writer that adds what is written to the lines, one by one.
func (l *Lines) Stream(name string) *Stream { return &Stream{to: l, name: name} }

// Stream is one of the sources of a log: it cuts what is written into lines.
type Stream struct {
	mu   sync.Mutex
	to   *Lines
	name string
	part []byte
	more int // bytes of this line that were too many
}

// Write takes the next bytes of the source.
func (s *Stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
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

func (s *Stream) append(p []byte) {
	room := min(len(p), maxLine-len(s.part))
	s.part = append(s.part, p[:room]...)
	s.more += len(p) - room
}

func (s *Stream) emit() {
	text := strings.ToValidUTF8(strings.TrimSuffix(string(s.part), "\r"), "\uFFFD")
	if s.more > 0 {
		text += fmt.Sprintf(" [failwell: %d more bytes]", s.more)
	}
	s.to.add(exchange.Line{Stream: s.name, Text: text, At: time.Since(s.to.since)})
	s.part, s.more = s.part[:0], 0
}

// End adds the last line even though no line break followed.
func (s *Stream) End() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.part) > 0 {
		s.emit()
	}
}

package report

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
)

// trouble is what a log says about a failed case: the class of the error, or its masked words, and the first frame that
// is the service's own. Line numbers are not in it, so that it outlives edits of the file.
type trouble struct {
	what  string
	frame string

	said string // what and frame as they stand in the log, for people
	at   string // the frame alone, as it stands there
}

func (t trouble) known() bool { return t.what != "" || t.frame != "" }

// shown is the trouble as it stands in the log.
func (t trouble) shown() string { return strings.TrimSpace(t.said + " " + t.at) }

func (t trouble) String() string { return strings.TrimSpace(t.what + " " + t.frame) }

// logged finds the trouble of the faulty phase: in the lines with a trace id of that phase, else in all lines of the case.
func logged(s *check.Subject) trouble {
	if s == nil {
		return trouble{}
	}
	lines := linesOf(s)
	words := said(s)
	for i, l := range lines {
		if t := jsonTrouble(l.Text, words); t.known() {
			return t
		}
		if t := textTrouble(lines[i:], words); t.known() {
			return t
		}
	}
	return trouble{}
}

func linesOf(s *check.Subject) []exchange.Line {
	var with []exchange.Line
	for _, l := range s.Logs {
		for _, e := range s.Judged(exchange.Faulty) {
			if e.Trace != "" && strings.Contains(l.Text, e.Trace) {
				with = append(with, l)
				break
			}
		}
	}
	if len(with) == 0 {
		return s.Logs
	}
	return with
}

// jsonTrouble reads one structured line: its error member, whatever the logger calls that.
func jsonTrouble(line string, words []string) trouble {
	var record map[string]any
	if !strings.HasPrefix(strings.TrimSpace(line), "{") || json.Unmarshal([]byte(line), &record) != nil {
		return trouble{}
	}
	for _, name := range []string{"stack", "stack_trace", "stacktrace", "exception", "error", "err", "cause"} {
		text := ""
		switch v := record[name].(type) {
		case string:
			text = v
		case map[string]any:
			for _, part := range []string{"type", "name", "class", "stack", "stacktrace", "message", "msg"} {
				if t, ok := v[part].(string); ok {
					text += t + "\n"
				}
			}
		}
		if strings.TrimSpace(text) == "" {
			continue
		}
		var lines []exchange.Line
		for l := range strings.Lines(text) {
			lines = append(lines, exchange.Line{Text: l})
		}
		if t := textTrouble(lines, words); t.known() {
			return t
		}
		return trouble{what: mask(text, words), said: strings.TrimSpace(text)}
	}
	return trouble{}
}

var (
	className = regexp.MustCompile(`(?:^|[\s:(])((?:[A-Za-z_$][\w$]*[.:]{1,2})*[A-Z][\w$]*(?:Error|Exception|Panic|Fault))\b`)
	goPanic   = regexp.MustCompile(`^(?:panic|fatal error): `)
	frameLine = regexp.MustCompile(`^\s*(?:at\s+(?:async\s+)?(.+)|File "([^"]+)", line \d+.*|from (\S+:\d+).*|(/\S+\.go):\d+.*|#\d+\s+(\S+)\(\d+\).*)$`)
	foreign   = regexp.MustCompile(`node_modules|node:|<anonymous>|/usr/local/go/|/usr/lib/|/pkg/mod/|site-packages|dist-packages|/vendor/|\b(?:java|javax|jdk|sun|kotlin|org\.spring\w+|org\.apache|org\.postgresql|com\.zaxxer|io\.netty|System|Microsoft|Npgsql)\.|/gems/|runtime/`)
)

// textTrouble reads an exception that begins in the first line, and the frames in the lines below it.
func textTrouble(lines []exchange.Line, words []string) trouble {
	var t trouble
	first := strings.TrimRight(lines[0].Text, "\r\n")
	switch m := className.FindStringSubmatch(first); {
	case m != nil:
		t.what, t.said = m[1], m[1]
	case goPanic.MatchString(first):
		t.what, t.said = mask(first, words), first
	default:
		return trouble{}
	}
	for _, l := range lines[1:min(len(lines), 80)] {
		m := frameLine.FindStringSubmatch(strings.TrimRight(l.Text, "\r\n"))
		if m == nil || foreign.MatchString(m[0]) {
			continue
		}
		t.at = "in " + strings.Join(m[1:], "")
		t.frame = mask(t.at, words)
		break
	}
	return t
}

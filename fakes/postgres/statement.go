package postgres

import (
	"strings"
)

// The operations; connect is the rig's.
const (
	opAuth     = "auth"
	opBegin    = "begin"
	opCommit   = "commit"
	opRollback = "rollback"
	opQuery    = "query"
	opExec     = "exec"
	opCopy     = "copy"
	opPrepare  = "prepare"
)

// A statement is the text of one Query or Parse message and what is known of it.
type statement struct {
	text    string
	op      string
	trace   string
	columns []column // of its rows, once the server has described them
}

func newStatement(text string) *statement {
	return &statement{text: text, op: opOf(text), trace: traceOf(text)}
}

// opOf names the operation of a statement by its first words; of several statements in one message the first counts.
func opOf(sql string) string {
	word, after := firstWord(sql)
	switch word {
	case "begin", "start":
		return opBegin
	case "commit", "end":
		return opCommit
	case "abort":
		return opRollback
	case "rollback":
		if next, rest := firstWord(after); next == "to" || (next == "work" || next == "transaction") && isTo(rest) {
			return opExec // ROLLBACK TO SAVEPOINT leaves the transaction open
		}
		return opRollback
	case "copy":
		return opCopy
	case "select", "with", "values", "show", "table", "explain", "fetch", "":
		return opQuery
	}
	return opExec
}

// isHousekeeping tells whether a statement is a driver's own: a ping (pgx sends "-- ping", others ";" or nothing), or what sets its
// session up and brings it back to what it was (PostgreSQL manual: DISCARD, RESET, DEALLOCATE, UNLISTEN, CLOSE, and SET outside
// of a transaction).
func isHousekeeping(sql string, inTx bool) bool {
	switch word, _ := firstWord(sql); word {
	case "", "discard", "reset", "deallocate", "unlisten", "close":
		return true
	case "set":
		return !inTx
	}
	return false
}

func isTo(sql string) bool {
	word, _ := firstWord(sql)
	return word == "to"
}

// firstWord returns the first word of a text in lower case, past white space, comments, parentheses and semicolons.
func firstWord(sql string) (word, after string) {
	sql = skipBlank(sql)
	n := 0
	for n < len(sql) && (sql[n] == '_' || sql[n]|0x20 >= 'a' && sql[n]|0x20 <= 'z') {
		n++
	}
	return strings.ToLower(sql[:n]), sql[n:]
}

func skipBlank(sql string) string {
	for {
		sql = strings.TrimLeft(sql, " \t\r\n\f\v(;")
		switch {
		case strings.HasPrefix(sql, "--"):
			_, sql, _ = strings.Cut(sql, "\n")
		case strings.HasPrefix(sql, "/*"):
			sql = skipComment(sql)
		default:
			return sql
		}
	}
}

// skipComment returns what follows a block comment. PostgreSQL's nest.
func skipComment(sql string) string {
	depth := 0
	for i := 0; i+1 < len(sql); i++ {
		switch sql[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			depth--
			i++
			if depth == 0 {
				return sql[i+1:]
			}
		}
	}
	return ""
}

// traceOf finds the trace id in a comment as sqlcommenter writes it: /*traceparent='00-TRACE-SPAN-01'*/.
func traceOf(sql string) string {
	_, after, ok := strings.Cut(sql, "traceparent='")
	if !ok || len(after) < 36 || after[2] != '-' || after[35] != '-' {
		return ""
	}
	return after[3:35]
}

const (
	knownTexts = 512     // statements of one connection that are remembered by text
	knownText  = 8 << 10 // up to this length
)

// texts remembers statements by text, so that an exchange that repeats one allocates nothing.
type texts map[string]*statement

func (t texts) of(text []byte) *statement {
	if s, ok := t[string(text)]; ok {
		return s
	}
	s := newStatement(string(text))
	if len(text) <= knownText {
		if len(t) >= knownTexts {
			clear(t)
		}
		t[s.text] = s
	}
	return s
}

// word cuts a zero-terminated text off a body.
func word(body []byte) (text, after []byte) {
	for i, b := range body {
		if b == 0 {
			return body[:i], body[i+1:]
		}
	}
	return body, nil
}

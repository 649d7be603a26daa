package postgres

import (
	"slices"
	"strings"
)

// The operations; connect is the rig's.
const (
	opAuth     = "auth"
	opBegin    = "begin"
	opCommit   = "commit"
	opRollback = "rollback"
	opQuery    = "query"
	opInsert   = "insert"
	opUpdate   = "update"
	opDelete   = "delete"
	opMerge    = "merge"
	opCall     = "call"    // CALL, DO, EXECUTE: whatever the body does
	opUtility  = "utility" // what changes the schema or the upkeep of the data, and NOTIFY
	opCopy     = "copy"
	opPrepare  = "prepare"
	opSession  = "session" // about the session, not the data: a driver's or a pool's own, for the most part
)

// opExec is the group of the ops that change something.
const opExec = "exec"

func execOps() []string {
	return []string{opInsert, opUpdate, opDelete, opMerge, opCall, opUtility}
}

// A statement is the text of one Query or Parse message and what is known of it.
type statement struct {
	text    string
	op      string
	trace   string
	columns []column // of its rows, once the server has described them
}

func newStatement(text string) *statement {
	return &statement{text: text, op: opOfMessage(text), trace: traceOf(text)}
}

// opOfMessage names the operation of a message. Of several statements in it the first that changes something counts, else the first that is
// not about the session; a message that begins a transaction does nothing else here, so that its state is the server's.
func opOfMessage(sql string) string {
	op := opOf(sql)
	if op != opQuery && op != opSession || !strings.Contains(sql, ";") {
		return op
	}
	for _, one := range splitStatements(sql) {
		switch next := opOf(one); {
		case next == opCopy, slices.Contains(execOps(), next):
			return next
		case op == opSession:
			op = next
		}
	}
	return op
}

// opOf names the operation of a statement by its first words.
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
			return opSession // ROLLBACK TO SAVEPOINT leaves the transaction open
		}
		return opRollback
	case "prepare":
		if next, _ := firstWord(after); next == "transaction" {
			return opCommit // the first half of one in two phases
		}
		return opSession
	case "select", "values", "table", "explain", "fetch":
		return opQuery
	case "with":
		return opOfWith(after)
	case opInsert, opUpdate, opDelete, opMerge, opCopy:
		return word
	case "call", "do", "execute":
		return opCall
	case "", "set", "reset", "show", "discard", "deallocate", "savepoint", "release", "listen", "unlisten", "declare", "close", "move", "lock", "load":
		return opSession
	}
	return opUtility
}

// opOfWith names the operation of what follows WITH: that of the statement itself if it changes data, else that of the first part that does.
func opOfWith(sql string) string {
	depth, inner := 0, ""
	begins := false // whether a statement can begin here: behind a parenthesis
	for rest := sql; rest != ""; {
		word, after := wordAt(rest)
		switch {
		case word == "":
			n := tokenEnd(rest)
			switch {
			case rest[0] == '(':
				depth++
			case rest[0] == ')':
				depth--
			}
			begins = rest[0] == '(' || rest[0] == ')' || begins && (isBlank(rest[0]) || n > 1 && rest[0] != '\'' && rest[0] != '"')
			after = rest[n:]
		case !begins:
		case word != opInsert && word != opUpdate && word != opDelete && word != opMerge:
			begins = false
		case depth == 0:
			return word
		default:
			begins = false
			if inner == "" {
				inner = word
			}
		}
		rest = after
	}
	if inner != "" {
		return inner
	}
	return opQuery
}

func isBlank(c byte) bool { return strings.IndexByte(" \t\r\n\f\v", c) >= 0 }

// hasPlan tells whether preparing a statement of the operation has the server look at tables.
func hasPlan(op string) bool {
	switch op {
	case opQuery, opInsert, opUpdate, opDelete, opMerge:
		return true
	}
	return false
}

// isHousekeeping tells whether a statement is a driver's own: a ping (pgx sends "-- ping", others ";" or nothing), or what sets its
// session up and brings it back to what it was (PostgreSQL manual: SHOW, DISCARD, RESET, DEALLOCATE, UNLISTEN, CLOSE, and SET
// outside of a transaction).
func isHousekeeping(sql string, inTx bool) bool {
	switch word, _ := firstWord(sql); word {
	case "", "discard", "reset", "deallocate", "unlisten", "close", "show":
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
	return wordAt(skipBlank(sql))
}

// wordAt returns the word with which a text begins, in lower case; none when it begins otherwise.
func wordAt(sql string) (word, after string) {
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

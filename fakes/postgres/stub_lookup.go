package postgres

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/jackc/pgx/v5/pgtype"
)

// A lookup is one column of a SELECT without FROM that asks about the session: what a driver, a pool or a framework wants to know of the
// server before it does anything.
type lookup struct {
	column   column
	function string
	args     []string // as they are written: literals and parameters
	literal  *string  // in place of a function
}

// lookups are the functions about the session, and what they return.
var lookups = map[string]uint32{
	"version": pgtype.TextOID, "current_schema": pgtype.NameOID, "current_database": pgtype.NameOID, "current_catalog": pgtype.NameOID,
	"current_user": pgtype.NameOID, "session_user": pgtype.NameOID, "user": pgtype.NameOID, "current_role": pgtype.NameOID,
	"now": pgtype.TimestamptzOID, "current_timestamp": pgtype.TimestamptzOID, "transaction_timestamp": pgtype.TimestamptzOID,
	"statement_timestamp": pgtype.TimestamptzOID, "clock_timestamp": pgtype.TimestamptzOID, "current_date": pgtype.DateOID,
	"pg_backend_pid": pgtype.Int4OID, "pg_is_in_recovery": pgtype.BoolOID, "current_setting": pgtype.TextOID, "set_config": pgtype.TextOID,
	"current_schemas": pgtype.NameArrayOID, "pg_client_encoding": pgtype.NameOID,
}

var (
	lookupItem = regexp.MustCompile(`(?is)^(?:pg_catalog\.)?([a-z_]+)\s*(?:\((.*)\))?(?:\s*::\s*[a-z_ ]+)?(?:\s+as\s+("[^"]+"|\w+)|\s+("[^"]+"|\w+))?$`)
	castItem   = regexp.MustCompile(`(?is)^cast\s*\(\s*('(?:[^']|'')*')\s+as\s+(\w+)[^)]*(?:\(\d+\))?\s*\)(?:\s+as\s+("[^"]+"|\w+))?$`)
	plainItem  = regexp.MustCompile(`(?is)^(-?\d+|'(?:[^']|'')*')(?:\s+(?:as\s+)?("[^"]+"|\w+))?$`)
)

// sessionLookups reads a SELECT that asks about nothing but the session.
func sessionLookups(sql string) []lookup {
	word, list := firstWord(trimStatement(sql))
	if word != "select" {
		return nil
	}
	var all []lookup
	for _, item := range splitList(list) {
		l, ok := readLookup(strings.TrimSpace(item))
		if !ok {
			return nil
		}
		all = append(all, l)
	}
	return all
}

func readLookup(item string) (l lookup, ok bool) {
	named := func(name, alias string) string {
		if alias != "" {
			return strings.Trim(alias, `"`)
		}
		return name
	}
	if m := plainItem.FindStringSubmatch(item); m != nil {
		l.column = column{name: named("?column?", m[2]), oid: pgtype.Int4OID}
		if m[1][0] == '\'' {
			l.column.oid = pgtype.TextOID
		}
		l.literal = unquote(m[1])
		return l, true
	}
	if m := castItem.FindStringSubmatch(item); m != nil {
		l.column, l.literal = column{name: named(strings.ToLower(m[2]), m[3]), oid: pgtype.TextOID}, unquote(m[1])
		return l, true
	}
	m := lookupItem.FindStringSubmatch(item)
	if m == nil {
		return l, false
	}
	l.function = strings.ToLower(m[1])
	oid, known := lookups[l.function]
	l.column = column{name: named(l.function, m[3]+m[4]), oid: oid}
	for _, arg := range splitList(m[2]) {
		if arg = strings.TrimSpace(arg); arg != "" {
			l.args = append(l.args, arg)
		}
	}
	return l, known
}

// splitList cuts a list at the commas that stand in no parentheses.
func splitList(list string) []string {
	var items []string
	depth, start := 0, 0
	for i := 0; i < len(list); i += tokenEnd(list[i:]) {
		switch list[i] {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case ',':
			if depth == 0 {
				items = append(items, list[start:i])
				start = i + 1
			}
		}
	}
	return append(items, list[start:])
}

// lookUp answers lookups.
func (s *stubSession) lookUp(all []lookup, params []*string) (result, *pgproto3.ErrorResponse) {
	r := result{tag: "SELECT 1"}
	var row [][]byte
	for _, l := range all {
		value := l.literal
		if l.function != "" {
			var f *pgproto3.ErrorResponse
			if value, f = s.lookedUp(l, params); f != nil {
				return r, f
			}
		}
		r.columns = append(r.columns, l.column)
		if value == nil {
			row = append(row, nil)
			continue
		}
		row = append(row, []byte(*value))
	}
	r.rows = [][][]byte{row}
	return r, nil
}

func (s *stubSession) lookedUp(l lookup, params []*string) (*string, *pgproto3.ErrorResponse) {
	var args []string
	for _, written := range l.args {
		value := unquote(strings.SplitN(written, "::", 2)[0])
		if m := anyParam.FindStringSubmatch(written); m != nil {
			var n int
			if _, err := fmt.Sscan(m[1], &n); err == nil && n <= len(params) && n > 0 {
				value = params[n-1]
			}
		}
		if value == nil {
			return nil, nil // functions of NULL are NULL
		}
		args = append(args, *value)
	}
	text, now := "", time.Now().UTC()
	var f *pgproto3.ErrorResponse
	switch l.function {
	case "version":
		text = "PostgreSQL " + stubVersion
	case "current_schema":
		text = "public"
	case "current_schemas":
		text = "{pg_catalog,public}"
	case "current_database", "current_catalog":
		text = s.database
	case "current_user", "session_user", "user", "current_role":
		text = s.user
	case "current_date":
		text = now.Format(time.DateOnly)
	case "pg_backend_pid":
		text = fmt.Sprint(s.id)
	case "pg_is_in_recovery":
		text = "f"
	case "pg_client_encoding":
		text = s.settings["client_encoding"]
	case "current_setting":
		if len(args) == 0 {
			return nil, failure("42883", "function current_setting() does not exist")
		}
		text, f = s.show(args[0])
		if f != nil && len(args) > 1 {
			return nil, nil // missing_ok
		}
	case "set_config":
		if len(args) != 3 {
			return nil, failure("42883", "function set_config() does not exist")
		}
		text, f = args[1], s.change(args[0], args[1], false)
	default:
		text = now.Format("2006-01-02 15:04:05.999999-07")
	}
	return &text, f
}

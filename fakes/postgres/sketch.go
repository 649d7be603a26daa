package postgres

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/failwell/failwell/harness/fault"
)

// Sketch is the beginning of a line of a stub for a statement: its columns by the names in the statement, of types that are likely, and one
// row to be filled in.
func Sketch(c fault.Call) string {
	sql := strings.Join(strings.Fields(trimStatement(c.Text)), " ")
	quoted, err := json.Marshal(sql)
	if err != nil {
		return ""
	}
	text := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(quoted))
	names := columnNames(sql)
	if len(names) == 0 {
		return "  - sql: " + text
	}
	columns, row := make([]string, len(names)), make([]string, len(names))
	for i, name := range names {
		oid, value := likelyType(name)
		columns[i], row[i] = fmt.Sprintf("{%s: %s}", name, oid), value
	}
	return fmt.Sprintf("  - sql: %s\n    columns: [%s]\n    rows: [[%s]]", text, strings.Join(columns, ", "), strings.Join(row, ", "))
}

var returning = regexp.MustCompile(`(?is)\breturning\s+(.+)$`)

// columnNames are the names of the columns that a statement returns, as far as its text says them.
func columnNames(sql string) []string {
	word, list := firstWord(sql)
	switch m := returning.FindStringSubmatch(sql); {
	case m != nil:
		list = m[1]
	case word == "select":
		list = upToFrom(list)
	default:
		return nil
	}
	var names []string
	for _, item := range splitList(list) {
		m := itemAlias.FindStringSubmatch(strings.TrimSpace(item))
		if m == nil {
			m = callItem.FindStringSubmatch(strings.TrimSpace(item))
		}
		name := "column"
		if m != nil {
			name = strings.ToLower(strings.Trim(m[1], `"`))
		}
		names = append(names, name)
	}
	return names
}

var callItem = regexp.MustCompile(`(?is)^(?:\w+\.)?(\w+)\s*\(.*\)$`)

var (
	numbers = regexp.MustCompile(`^(id|.*_id|count|sum|quantity|amount|total|price|version|position)$`)
	times   = regexp.MustCompile(`(^|_)(at|time|date|created|updated|deleted)$`)
)

// likelyType guesses the type of a column by its name, and gives a value of it.
func likelyType(name string) (typeName, value string) {
	switch {
	case numbers.MatchString(name):
		return "int8", "1"
	case times.MatchString(name):
		return "timestamptz", `"2026-01-31T09:00:00Z"`
	}
	return "text", "x"
}

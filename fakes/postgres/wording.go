package postgres

import (
	"maps"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/failwell/failwell/harness/fault"
)

var drawn = regexp.MustCompile(`\$(?:command|doing|parameter|table|column|value|function)\b`)

// worded fills in what the words of a server take from the statement that they answer:
//
//	$command               its command: INSERT
//	$doing                 what it does to a row that is locked: updating tuple
//	$parameter             its first parameter, if it has one
//	$table $column $value $function   where the first of these stands in its text, counted from 1; $value: if it has no parameters,
//	                       $table: if the server looks it up while it plans
//
// A field is left out when there is no such thing in the statement.
func worded(e fault.Effect, op string, stmt *statement) fault.Effect {
	text := ""
	if stmt != nil {
		text = stmt.text
	}
	fields := maps.Clone(e.Say.Fields)
	locks := locking(op, text)
	for name, field := range e.Say.Fields {
		complete := true
		filled := drawn.ReplaceAllStringFunc(field, func(word string) string {
			value := drawnFrom(word, op, text)
			complete = complete && value != ""
			return value
		})
		if complete && !(name == "position" && locks != "" && e.Say.Fields["where"] != "") {
			fields[name] = filled
		} else {
			delete(fields, name)
		}
	}
	e.Say.Fields = fields
	return e
}

func drawnFrom(word, op, text string) string {
	switch word {
	case "$command":
		return strings.ToUpper(op)
	case "$doing":
		return locking(op, text)
	case "$parameter":
		if strings.Contains(text, "$1") {
			return "unnamed portal parameter $1"
		}
	case "$value":
		if !strings.Contains(text, "$1") {
			return placeOf(valueIn, text)
		}
	case "$table":
		if hasPlan(op) || op == opPrepare {
			return placeOf(tableIn, text)
		}
	case "$column":
		return placeOf(columnIn, text)
	case "$function":
		return placeOf(functionIn, text)
	}
	return ""
}

var (
	lockingClause = regexp.MustCompile(`(?i)\bfor\s+(no\s+key\s+update|update|key\s+share|share)\b`)
	tableIn       = regexp.MustCompile(`(?i)\b(?:from|into|update|join|copy|table)\s+(?:only\s+)?["a-z_]`)
	columnIn      = regexp.MustCompile(`(?i)\b(?:select\s+(?:distinct\s+)?|set\s+|into\s+[^\s(]+\s*\(\s*|,\s*)["a-z_]`)
	valueIn       = regexp.MustCompile(`'`)
	functionIn    = regexp.MustCompile(`(?i)\b(?:where|and|or|select|=|,)\s+[a-z_][a-z_0-9.]*\(`)
)

// locking says what a statement does to a row that another transaction has locked; empty when it waits for a table, if at all.
func locking(op, text string) string {
	switch op {
	case opInsert:
		return "inserting index tuple"
	case opUpdate:
		return "updating tuple"
	case opDelete:
		return "deleting tuple"
	case opQuery:
		if lockingClause.MatchString(text) {
			return "locking tuple"
		}
	}
	return ""
}

// placeOf is where in a text the thing stands that a pattern leads to: at its last character, or for a call at its last word.
func placeOf(leads *regexp.Regexp, text string) string {
	at := leads.FindStringIndex(text)
	if at == nil {
		return ""
	}
	i := at[1] - 1
	if text[i] == '(' {
		i = strings.LastIndexAny(text[:i], " \t\r\n") + 1
	}
	return strconv.Itoa(utf8.RuneCountInString(text[:i]) + 1)
}

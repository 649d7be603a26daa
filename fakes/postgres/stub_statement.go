package postgres

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/failwell/failwell/harness/decode"
)

// A Statement is one that a Stub knows, and its answer.
type Statement struct {
	SQL     string   `json:"sql" decode:"must"`
	Args    []string `json:"args,omitempty"`    // text forms of the parameters that must match; none: any
	Params  []string `json:"params,omitempty"`  // types of the parameters; none: guessed from casts and column names
	Columns []Column `json:"columns,omitempty"` // none: the statement returns no rows
	Rows    [][]Cell `json:"rows,omitempty"`
	Tag     string   `json:"tag,omitempty"` // none: as a server would make it, for one row changed

	Pos decode.Pos `json:"-" decode:"pos"`
}

// A Column is a name and a type, written {name: type}.
type Column struct{ Name, Type string }

// ReadNode reads {name: type}.
func (c *Column) ReadNode(n *decode.Node) error {
	fields := n.Fields()
	if len(fields) != 1 {
		return decode.Problem{Pos: n.Pos(), What: "want a column such as {id: int8}"}
	}
	c.Name, c.Type = fields[0].Key.Text(), fields[0].Value.Text()
	return nil
}

// A Cell is a value in its text form, NULL, or the value of the parameter $Param.
type Cell struct {
	Text  string
	Null  bool
	Param int
}

// ReadNode reads a scalar as it is written, null, $1, and a map or list as JSON.
func (c *Cell) ReadNode(n *decode.Node) error {
	switch n.Kind() {
	case decode.Null:
		c.Null = true
	case decode.Scalar:
		c.Text = n.Text()
		if number, ok := strings.CutPrefix(c.Text, "$"); ok {
			c.Param, _ = strconv.Atoi(number)
		}
	default:
		raw, err := json.Marshal(n)
		c.Text = string(raw)
		return err
	}
	return nil
}

// Row makes the cells of one row; nil is NULL, and "$1" the value of a parameter.
func Row(values ...any) []Cell {
	row := make([]Cell, len(values))
	for i, v := range values {
		if v == nil {
			row[i].Null = true
			continue
		}
		row[i].Text = fmt.Sprint(v)
		if number, ok := strings.CutPrefix(row[i].Text, "$"); ok {
			row[i].Param, _ = strconv.Atoi(number)
		}
	}
	return row
}

// trimStatement takes comments, and what is blank or a semicolon at its ends, off a statement.
func trimStatement(sql string) string {
	var out strings.Builder
	for rest := sql; rest != ""; {
		n := tokenEnd(rest)
		if !strings.HasPrefix(rest, "--") && !strings.HasPrefix(rest, "/*") {
			out.WriteString(rest[:n])
		} else {
			out.WriteByte(' ')
		}
		rest = rest[n:]
	}
	return strings.TrimRight(strings.TrimSpace(out.String()), "; \t\r\n")
}

// splitStatements cuts the text of a Query message into its statements; empty ones are left out.
func splitStatements(sql string) []string {
	var all []string
	start := 0
	add := func(text string) {
		if trimStatement(text) != "" {
			all = append(all, text)
		}
	}
	for i := 0; i < len(sql); {
		if sql[i] == ';' {
			add(sql[start:i])
			start = i + 1
		}
		i += tokenEnd(sql[i:])
	}
	add(sql[start:])
	return all
}

// tokenEnd returns the length of the quoted text or comment that sql begins with, else 1.
func tokenEnd(sql string) int {
	closed := func(by string, from int) int {
		if i := strings.Index(sql[from:], by); i >= 0 {
			return from + i + len(by)
		}
		return len(sql)
	}
	switch {
	case sql[0] == '\'':
		return closed("'", 1)
	case sql[0] == '"':
		return closed(`"`, 1)
	case strings.HasPrefix(sql, "--"):
		return closed("\n", 2)
	case strings.HasPrefix(sql, "/*"):
		return len(sql) - len(skipComment(sql))
	case strings.HasPrefix(sql, "$$"):
		return closed("$$", 2)
	}
	return 1
}

// glob tells whether the whole text matches a pattern in which * stands for anything.
func glob(pattern, text string) bool {
	pieces := strings.Split(pattern, "*")
	if len(pieces) == 1 {
		return pattern == text
	}
	if !strings.HasPrefix(text, pieces[0]) {
		return false
	}
	text = text[len(pieces[0]):]
	for _, piece := range pieces[1 : len(pieces)-1] {
		i := strings.Index(text, piece)
		if i < 0 {
			return false
		}
		text = text[i+len(piece):]
	}
	return strings.HasSuffix(text, pieces[len(pieces)-1])
}

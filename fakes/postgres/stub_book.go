package postgres

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/failwell/failwell/harness/decode"
)

// A book holds the statements of a Stub, ready to be looked up.
type book struct {
	texts    map[string][]*entry // by folded text, in the order of the file
	order    []*entry
	columns  map[string]uint32 // types of the columns by name, for guessing parameters
	types    *pgtype.Map       // only for reading the book
	literals map[*entry]*regexp.Regexp
}

// An entry is a statement whose types are known.
type entry struct {
	Statement
	text    string
	columns []column
	params  []uint32
}

// newBook reads the statements; its error is a decode.Problems of all that is wrong with them.
func newBook(statements []Statement) (*book, error) {
	b := &book{texts: map[string][]*entry{}, columns: map[string]uint32{}, types: pgtype.NewMap(), literals: map[*entry]*regexp.Regexp{}}
	var wrong decode.Problems
	for _, s := range statements {
		e := &entry{Statement: s, text: fold(s.SQL)}
		for _, c := range s.Columns {
			oid, ok := typeOf(b.types, c.Type)
			if !ok {
				wrong.Add(s.Pos, "%s", wrongType(c.Type))
			}
			e.columns = append(e.columns, column{name: c.Name, oid: oid})
			if _, ok := b.columns[strings.ToLower(c.Name)]; !ok {
				b.columns[strings.ToLower(c.Name)] = oid
			}
		}
		b.order = append(b.order, e)
		b.texts[e.text] = append(b.texts[e.text], e)
	}
	for _, e := range b.order {
		b.complete(e, &wrong)
	}
	return b, wrong.Err()
}

// complete finds the types of an entry's parameters and checks its rows.
func (b *book) complete(e *entry, wrong *decode.Problems) {
	byName := func(name string) (uint32, bool) { return typeOf(b.types, name) }
	e.params = guessParams(e.text, func(name string) uint32 {
		for _, c := range e.columns {
			if strings.EqualFold(c.name, name) {
				return c.oid
			}
		}
		return b.columns[name]
	}, byName)
	for i, name := range e.Params {
		oid, ok := byName(name)
		if !ok {
			wrong.Add(e.Pos, "%s", wrongType(name))
		}
		if i >= len(e.params) {
			wrong.Add(e.Pos, "%d params for a statement that has %d", len(e.Params), len(e.params))
			break
		}
		e.params[i] = oid
	}
	if len(e.Args) > 0 && len(e.Args) != len(e.params) {
		wrong.Add(e.Pos, "%d args for a statement that has %d", len(e.Args), len(e.params))
	}
	rows := make([][]Cell, len(e.Rows))
	for i, row := range e.Rows {
		rows[i] = slices.Clone(row)
		b.checkRow(e, i, rows[i], wrong)
	}
	e.Rows = rows
	b.literals[e] = literalPattern(e.text)
}

func (b *book) checkRow(e *entry, i int, row []Cell, wrong *decode.Problems) {
	if len(row) != len(e.columns) {
		wrong.Add(e.Pos, "row %d has %d values for %d columns", i+1, len(row), len(e.columns))
		return
	}
	for j, c := range row {
		switch {
		case c.Param > len(e.params):
			wrong.Add(e.Pos, "row %d wants $%d of a statement that has %d parameters", i+1, c.Param, len(e.params))
		case c.Null || c.Param > 0:
		default:
			c.Text = canonical(e.columns[j].oid, c.Text)
			row[j] = c
			if _, err := encode(b.types, e.columns[j].oid, pgtype.BinaryFormatCode, c.Text); err != nil {
				wrong.Add(e.Pos, "row %d: %q is no %s for column %s", i+1, c.Text, e.Columns[j].Type, e.columns[j].name)
			}
		}
	}
}

// literalPattern matches a statement whose parameters were written as literals, as drivers do in the simple protocol.
func literalPattern(text string) *regexp.Regexp {
	if !anyParam.MatchString(text) {
		return nil
	}
	parts := anyParam.Split(text, -1)
	for i, part := range parts {
		parts[i] = strings.ReplaceAll(regexp.QuoteMeta(part), " ", `\s*`)
	}
	const literal = `\s*\(?('(?:[^']|'')*'|-?\s*[0-9][0-9.e+-]*|null|true|false)\)?(?:::[a-z0-9_]+)?\s*`
	return regexp.MustCompile(`^(?i)` + strings.Join(parts, literal) + `$`)
}

// find returns what is known of a text: the entries, and the parameters if they were written as literals.
func (b *book) find(sql string) (entries []*entry, written []*string) {
	if entries := b.texts[fold(sql)]; entries != nil {
		return entries, nil
	}
	spaced := strings.Join(strings.Fields(trimStatement(sql)), " ")
	for _, e := range b.order {
		pattern := b.literals[e]
		if pattern == nil {
			continue
		}
		m := pattern.FindStringSubmatch(spaced)
		if m == nil {
			continue
		}
		written = make([]*string, len(e.params))
		for i, number := range anyParam.FindAllStringSubmatch(e.text, -1) {
			var n int
			if _, err := fmt.Sscan(number[1], &n); err == nil && n > 0 && n <= len(written) {
				written[n-1] = unquote(m[i+1])
			}
		}
		return b.texts[e.text], written
	}
	return nil, nil
}

func unquote(literal string) *string {
	if strings.EqualFold(literal, "null") {
		return nil
	}
	if strings.HasPrefix(literal, "'") {
		literal = strings.ReplaceAll(literal[1:len(literal)-1], "''", "'")
	}
	return &literal
}

// failure makes an ErrorResponse.
func failure(code, format string, args ...any) *pgproto3.ErrorResponse {
	return &pgproto3.ErrorResponse{Severity: "ERROR", SeverityUnlocalized: "ERROR", Code: code, Message: fmt.Sprintf(format, args...)}
}

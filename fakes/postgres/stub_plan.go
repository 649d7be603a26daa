package postgres

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/jackc/pgx/v5/pgtype"
)

// A plan is a statement that the stub has parsed.
type plan struct {
	sql     string
	text    string // as it is compared
	word    string // the first
	control bool   // carried out by the session itself
	lookups []lookup
	entries []*entry
	columns []column
	params  []uint32
	written []*string // parameters that were written as literals
}

// A result is what a statement gives; nil cells are NULL.
type result struct {
	columns []column
	rows    [][][]byte // in text form
	tag     string
}

// first words that a server's parser accepts; any other is a syntax error.
var firstWords = strings.Fields(`abort alter analyze begin call checkpoint close cluster comment commit copy create deallocate
	declare delete discard do drop end execute explain fetch grant import insert listen load lock merge move notify prepare
	reassign refresh reindex release reset revoke rollback savepoint security select set show start table truncate unlisten
	update vacuum values with`)

var controls = strings.Fields(`abort begin commit deallocate discard end listen notify release reset rollback savepoint set
	show start unlisten`)

// plan parses a statement; given are the types that the client wants for its parameters.
func (b *book) plan(sql string, given []uint32) (*plan, *pgproto3.ErrorResponse) {
	word, _ := firstWord(sql)
	p := &plan{sql: sql, text: fold(sql), word: word}
	if p.text == "" {
		return p, nil
	}
	if !slices.Contains(firstWords, word) {
		near, _, _ := strings.Cut(strings.TrimSpace(sql), " ")
		return nil, failure("42601", `syntax error at or near "%s"`, near)
	}
	if _, _, _, waits := readWait(sql); waits || slices.Contains(controls, word) {
		p.control = true
		p.columns = shown(p)
		return p, nil
	}
	p.entries, p.written = b.find(sql)
	if p.entries == nil {
		if p.lookups = sessionLookups(sql); p.lookups != nil {
			p.lookUp(given)
			return p, nil
		}
		p.entries = b.catalog(sql)
	}
	if p.entries == nil {
		return nil, failure("0A000", "%s%s", noStub, strings.Join(strings.Fields(sql), " "))
	}
	p.columns = p.entries[0].columns
	p.params = slices.Clone(p.entries[0].params)
	for i, oid := range given {
		if i < len(p.params) && oid != 0 {
			p.params[i] = oid
		}
	}
	if p.written != nil {
		p.params = nil
	}
	return p, nil
}

// lookUp completes the plan of lookups: their columns, and their parameters, which are texts.
func (p *plan) lookUp(given []uint32) {
	for _, l := range p.lookups {
		p.columns = append(p.columns, l.column)
	}
	p.params = guessParams(p.text, func(string) uint32 { return 0 }, func(string) (uint32, bool) { return 0, false })
	for i := range p.params {
		p.params[i] = pgtype.TextOID
		if i < len(given) && given[i] != 0 {
			p.params[i] = given[i]
		}
	}
}

// answer finds the entry for the parameters and makes its result.
func (p *plan) answer(params []*string) (result, *pgproto3.ErrorResponse) {
	if p.written != nil {
		params = p.written
	}
	for _, e := range p.entries {
		if e.wants(params) {
			return e.result(params, p.word), nil
		}
	}
	return result{}, failure("0A000", "%s%s with %s", noStub, p.text, shownParams(params))
}

func (e *entry) wants(params []*string) bool {
	for i, want := range e.Args {
		if i >= len(params) || params[i] == nil || *params[i] != want {
			return false
		}
	}
	return true
}

func (e *entry) result(params []*string, word string) result {
	r := result{columns: e.columns, tag: e.Tag}
	for _, row := range e.Rows {
		cells := make([][]byte, len(row))
		for i, c := range row {
			switch {
			case c.Null:
			case c.Param == 0:
				cells[i] = []byte(c.Text)
			case c.Param <= len(params) && params[c.Param-1] != nil:
				cells[i] = []byte(*params[c.Param-1])
			}
		}
		r.rows = append(r.rows, cells)
	}
	if r.tag == "" {
		r.tag = tagFor(e.text, word, len(e.columns) > 0, len(r.rows))
	}
	return r
}

// tagFor is the command tag that a server gives (PostgreSQL manual, "CommandComplete").
func tagFor(text, word string, rowing bool, rows int) string {
	changed := 1
	if rowing {
		changed = rows
	}
	switch word {
	case "insert":
		return fmt.Sprintf("INSERT 0 %d", changed)
	case "update", "delete", "merge", "copy":
		return fmt.Sprintf("%s %d", strings.ToUpper(word), changed)
	case "create", "drop", "alter":
		if words := strings.Fields(text); len(words) > 1 {
			return strings.ToUpper(word + " " + words[1])
		}
	}
	if rowing {
		return fmt.Sprintf("SELECT %d", rows)
	}
	return strings.ToUpper(word)
}

func shownParams(params []*string) string {
	shown := make([]string, len(params))
	for i, p := range params {
		shown[i] = "null"
		if p != nil {
			shown[i] = *p
		}
	}
	return "[" + strings.Join(shown, ", ") + "]"
}

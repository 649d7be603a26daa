package postgres

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/failwell/failwell/harness/fault"
)

// A column is what RowDescription says about one.
type column struct {
	name   string
	oid    uint32
	format int16
	stored bool // in a table; else it is computed, or a stub does not say
}

// describe notes the columns of a reply, or of the statement that a prepare described.
func (u *unit) describe(f frame, early bool) {
	u.described = u.kind != preparing
	wanted := u.effect.Verb == fault.Rewrite
	if !f.whole() || !wanted && (!early || u.stmt == nil || u.stmt.columns != nil) {
		return
	}
	u.columns = columnsOf(f.body)
	if early && u.stmt != nil {
		u.stmt.columns = u.columns
	}
}

// columnsOf reads a RowDescription. It returns what it could read.
func columnsOf(body []byte) []column {
	n, body, ok := int16Of(body)
	if !ok {
		return nil
	}
	columns := make([]column, 0, min(n, 1664)) // MaxTupleAttributeNumber
	for ; n > 0; n-- {
		var name []byte
		name, body = word(body)
		if len(body) < 18 {
			break
		}
		columns = append(columns, column{name: string(name), oid: uint32At(body[6:]), stored: uint32At(body) != 0, format: int16(binary.BigEndian.Uint16(body[16:]))})
		body = body[18:]
	}
	return columns
}

// rewrite applies the patches to a row.
func (s *session) rewrite(f frame, u *unit) error {
	s.unit.rows++
	columns := u.columns
	if columns == nil && u.stmt != nil {
		columns = u.stmt.columns
	}
	row, ok := cells(f)
	if !ok || len(row) != len(columns) {
		u.done = fault.Impossible
		s.out.pass(f)
		return nil
	}
	patches := spread(columns, u.effect.Patches)
	if one := slices.IndexFunc(patches, func(p fault.Patch) bool { return p.At == "?" }); one >= 0 {
		at := nullable(columns, row)
		if u.done == fault.Carried || at < 0 {
			s.out.pass(f) // one value has been changed, or there is none here
			return nil
		}
		patches[one].At = columns[at].name
	}
	for _, p := range patches {
		i := slices.IndexFunc(columns, func(c column) bool { return c.name == p.At })
		if i < 0 {
			u.done = fault.Impossible
			break
		}
		to, ok := patched(p, columns[i].oid, u.format(columns, i))
		if !ok {
			u.done = fault.Impossible
			break
		}
		row[i] = to
	}
	if u.done == fault.Impossible || len(u.effect.Patches) == 0 {
		s.out.pass(f)
		return nil
	}
	raw := rowOf(row)
	if err := s.out.skip(f); err != nil {
		return err
	}
	u.done = fault.Carried
	return s.out.say(raw)
}

// nullable picks the value of a row that may most likely be null: the last that is there and is no key, rather one that is stored than one
// that is computed; -1: there is none. What counts or asks whether something exists is never null, and no key is.
func nullable(columns []column, row [][]byte) int {
	best, score := -1, 0
	for i, c := range columns {
		n := 1
		if c.stored {
			n++
		}
		if row[i] != nil && n >= score && !neverNull(c) {
			best, score = i, n
		}
	}
	return best
}

func neverNull(c column) bool {
	name := strings.ToLower(c.name)
	if name == "id" || strings.HasSuffix(name, "_id") {
		return true
	}
	return !c.stored && slices.Contains([]string{"count", "exists", "?column?", "bool", "now"}, name)
}

// spread makes of a patch at "*" one for each column.
func spread(columns []column, patches []fault.Patch) []fault.Patch {
	var all []fault.Patch
	for _, p := range patches {
		if p.At != "*" {
			all = append(all, p)
			continue
		}
		for _, c := range columns {
			p.At = c.name
			all = append(all, p)
		}
	}
	return all
}

// format is the format of a result column: as Bind asked for it, else as the description says.
func (u *unit) format(columns []column, i int) int16 {
	code := func(i int) int16 { return int16(binary.BigEndian.Uint16(u.formats[2*i:])) }
	switch n := len(u.formats) / 2; {
	case !u.bound:
		return columns[i].format
	case n == 0:
		return pgtype.TextFormatCode
	case n == 1:
		return code(0)
	case i < n:
		return code(i)
	}
	return pgtype.TextFormatCode
}

// patched is the value that a patch puts into a column; nil is NULL.
func patched(p fault.Patch, oid uint32, format int16) (value []byte, ok bool) {
	switch p.Op {
	case "null":
		return nil, true
	case "", "set":
		value, err := encode(pgtype.NewMap(), oid, format, p.To)
		return value, err == nil
	}
	return nil, false // a row cannot lack a column
}

// cells splits a DataRow; NULL is nil.
func cells(f frame) (row [][]byte, ok bool) {
	n, body, ok := int16Of(f.body)
	if !ok || !f.whole() {
		return nil, false
	}
	for ; n > 0; n-- {
		if len(body) < 4 {
			return nil, false
		}
		length := int(int32(uint32At(body)))
		body = body[4:]
		if length < 0 {
			row = append(row, nil)
			continue
		}
		if length > len(body) {
			return nil, false
		}
		row = append(row, body[:length:length])
		body = body[length:]
	}
	return row, true
}

// rowOf makes a DataRow.
func rowOf(row [][]byte) []byte {
	body := binary.BigEndian.AppendUint16(nil, uint16(len(row)))
	for _, cell := range row {
		if cell == nil {
			body = binary.BigEndian.AppendUint32(body, ^uint32(0))
			continue
		}
		body = binary.BigEndian.AppendUint32(body, uint32(len(cell)))
		body = append(body, cell...)
	}
	return message('D', body)
}

// encode puts the text form of a value into the format of a type. A type that pgtype does not know stays text.
func encode(types *pgtype.Map, oid uint32, format int16, text string) ([]byte, error) {
	t, known := types.TypeForOID(oid)
	if format == pgtype.TextFormatCode || !known {
		return []byte(text), nil
	}
	value, err := t.Codec.DecodeValue(types, oid, pgtype.TextFormatCode, []byte(text))
	if err != nil {
		return nil, err
	}
	return types.Encode(oid, format, value, make([]byte, 0, 16))
}

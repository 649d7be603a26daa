package postgres

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"
)

var (
	fromTable  = regexp.MustCompile(`(?is)\b(?:from|join)\s+("?[a-z_][a-z_0-9."]*)`)
	isCatalog  = regexp.MustCompile(`(?is)^"?(?:pg_catalog\.|information_schema\.|pg_)[a-z_0-9."]*$`)
	itemAlias  = regexp.MustCompile(`(?is)(?:\bas\s+)?("[^"]+"|\w+)\s*$`)
	whereName  = regexp.MustCompile(`(?is)\bwhere\s+(?:lower\s*\()?(?:\w+\.)?typname\)?\s*(?:=|in)\s*(\([^)]*\)|'[^']*'|\$\d+)`)
	whereOID   = regexp.MustCompile(`(?is)\bwhere\s+(?:\w+\.)?oid\s*=\s*'?(\d+|\$\d+)`)
	quotedText = regexp.MustCompile(`'([^']*)'`)
)

// catalog answers a look-up in the system catalog, such as drivers and frameworks make: of pg_type there are the built-in types, of every
// other table there is nothing. Nil: the statement is about other tables too.
func (b *book) catalog(sql string) []*entry {
	text := trimStatement(sql)
	word, list := firstWord(text)
	tables := fromTable.FindAllStringSubmatch(text, -1)
	if word != "select" || len(tables) == 0 || slices.ContainsFunc(tables, func(m []string) bool { return !isCatalog.MatchString(m[1]) }) {
		return nil
	}
	e := &entry{Statement: Statement{SQL: sql}, text: fold(sql)}
	var names []string
	for _, item := range splitList(upToFrom(list)) {
		name := "?column?"
		if m := itemAlias.FindStringSubmatch(strings.TrimSpace(item)); m != nil {
			name = strings.ToLower(strings.Trim(m[1], `"`))
		}
		names = append(names, name)
		e.columns = append(e.columns, column{name: name, oid: typeColumns[name]})
	}
	for i := range e.columns {
		if e.columns[i].oid == 0 {
			e.columns[i].oid = pgtype.TextOID
		}
	}
	e.params = guessParams(e.text, func(name string) uint32 { return typeColumns[name] }, func(name string) (uint32, bool) { return typeOf(b.types, name) })
	if strings.Contains(strings.ToLower(tables[0][1]), "pg_type") {
		for _, t := range b.typesFor(text) {
			e.Rows = append(e.Rows, t.row(names))
		}
	}
	return []*entry{e}
}

// upToFrom is the select list of a statement.
func upToFrom(list string) string {
	depth := 0
	for i := 0; i < len(list); i += tokenEnd(list[i:]) {
		switch list[i] {
		case '(':
			depth++
		case ')':
			depth--
		default:
			if word, _ := wordAt(list[i:]); depth == 0 && word == "from" && i > 0 && (isBlank(list[i-1]) || list[i-1] == ')') {
				return list[:i]
			}
		}
	}
	return list
}

// typeColumns are columns of pg_type, and of what is joined to it, that are no texts.
var typeColumns = map[string]uint32{"oid": pgtype.OIDOID, "typarray": pgtype.OIDOID, "typelem": pgtype.OIDOID, "typbasetype": pgtype.OIDOID,
	"typrelid": pgtype.OIDOID, "elemtypoid": pgtype.OIDOID, "rngsubtype": pgtype.OIDOID, "typname": pgtype.NameOID, "nspname": pgtype.NameOID,
	"typtype": pgtype.QCharOID, "typdelim": pgtype.QCharOID, "typnotnull": pgtype.BoolOID, "typlen": pgtype.Int2OID, "typtypmod": pgtype.Int4OID}

// A builtinType is a row of pg_type.
type builtinType struct {
	name              string
	oid, array, elem  uint32
	arraysAreNotBases bool
}

// typesFor are the built-in types that a look-up asks for: those that its first condition names, else all. Of a parameter nothing is known
// yet, so that there is none.
func (b *book) typesFor(text string) []builtinType {
	var all []builtinType
	names, oid := whereName.FindStringSubmatch(text), whereOID.FindStringSubmatch(text)
	for id := uint32(16); id < 4600; id++ {
		t, ok := b.types.TypeForOID(id)
		if !ok || strings.HasPrefix(t.Name, "_") && names != nil {
			continue
		}
		wanted := true
		if names != nil {
			wanted = slices.ContainsFunc(quotedText.FindAllStringSubmatch(names[1], -1), func(m []string) bool { return strings.EqualFold(m[1], t.Name) })
		} else if oid != nil {
			wanted = oid[1] == fmt.Sprint(id)
		}
		if !wanted {
			continue
		}
		row := builtinType{name: t.Name, oid: id, arraysAreNotBases: strings.Contains(strings.ToLower(text), "elemtypoid")}
		if a, ok := b.types.TypeForName("_" + t.Name); ok {
			row.array = a.OID
		}
		if e, ok := b.types.TypeForName(strings.TrimPrefix(t.Name, "_")); ok && strings.HasPrefix(t.Name, "_") {
			row.elem = e.OID
		}
		all = append(all, row)
	}
	return all
}

// row is the type in the columns that are asked for.
func (t builtinType) row(names []string) []Cell {
	kind := "b"
	if t.elem != 0 && t.arraysAreNotBases {
		kind = "a"
	}
	values := map[string]any{"oid": t.oid, "typname": t.name, "typarray": t.array, "typelem": t.elem, "elemtypoid": t.elem, "typtype": kind,
		"typdelim": ",", "nspname": "pg_catalog", "typnotnull": "f", "typbasetype": 0, "typrelid": 0, "typinput": t.name + "in", "typtypmod": -1}
	row := make([]any, len(names))
	for i, name := range names {
		row[i] = values[name]
	}
	return Row(row...)
}

package postgres

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/failwell/failwell/harness/decode"
)

// typeNames are further names of types, as people write them.
var typeNames = map[string]string{
	"smallint": "int2", "int": "int4", "integer": "int4", "bigint": "int8", "real": "float4", "double precision": "float8",
	"double": "float8", "boolean": "bool", "character varying": "varchar", "decimal": "numeric", "timestamp with time zone": "timestamptz",
}

// typeOf finds the OID of a type by its name.
func typeOf(types *pgtype.Map, name string) (oid uint32, ok bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	array := strings.HasSuffix(name, "[]")
	name = strings.TrimSuffix(name, "[]")
	if same, ok := typeNames[name]; ok {
		name = same
	}
	if array {
		name = "_" + name
	}
	t, ok := types.TypeForName(name)
	if !ok {
		return 0, false
	}
	return t.OID, true
}

// canonical writes a value as the server does, where people have other ways.
func canonical(oid uint32, text string) string {
	switch oid {
	case pgtype.BoolOID:
		if value, err := strconv.ParseBool(text); err == nil {
			return strconv.FormatBool(value)[:1]
		}
	case pgtype.TimestamptzOID, pgtype.TimestampOID:
		if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
			form := "2006-01-02 15:04:05.999999"
			if oid == pgtype.TimestamptzOID {
				form += "-07"
			}
			return at.UTC().Format(form)
		}
	}
	return text
}

func wrongType(name string) string {
	known := []string{"int2", "int4", "int8", "float4", "float8", "bool", "text", "varchar", "uuid", "timestamptz", "timestamp",
		"date", "time", "numeric", "json", "jsonb", "bytea", "interval", "text[]", "int8[]", "uuid[]"}
	return "unknown type " + strconv.Quote(name) + decode.DidYouMean(name, known)
}

var (
	castParam   = regexp.MustCompile(`\$(\d+)\s*::\s*([a-z_0-9]+(?:\[\])?)`)
	compareWith = regexp.MustCompile(`([a-z_][a-z_0-9]*)\s*(?:=|<>|!=|<=|>=|<|>|like|ilike|is distinct from)\s*\(?\$(\d+)`)
	compareTo   = regexp.MustCompile(`\$(\d+)\s*(?:=|<>|!=|<=|>=|<|>)\s*(?:[a-z_0-9]+\.)?([a-z_][a-z_0-9]*)`)
	compareAny  = regexp.MustCompile(`([a-z_][a-z_0-9]*)\s*=\s*any\s*\(\s*\$(\d+)`)
	countParam  = regexp.MustCompile(`(?:limit|offset)\s+\$(\d+)`)
	insertList  = regexp.MustCompile(`insert into [^(]+\(([^)]*)\)\s*values\s*\((.*)`)
)

// guessParams guesses the types of parameters from casts and from the columns they are compared with or put into; columns
// gives the type of a column by name. What it cannot guess is 0.
func guessParams(sql string, columns func(name string) uint32, byName func(string) (uint32, bool)) []uint32 {
	var params []uint32
	set := func(number string, oid uint32) {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > 65535 {
			return
		}
		for len(params) < n {
			params = append(params, 0)
		}
		if params[n-1] == 0 {
			params[n-1] = oid
		}
	}
	for _, m := range castParam.FindAllStringSubmatch(sql, -1) {
		oid, _ := byName(m[2])
		set(m[1], oid)
	}
	for _, m := range countParam.FindAllStringSubmatch(sql, -1) {
		set(m[1], pgtype.Int8OID)
	}
	for _, m := range compareAny.FindAllStringSubmatch(sql, -1) {
		if name, ok := pgtype.NewMap().TypeForOID(columns(m[1])); ok {
			oid, _ := byName(name.Name + "[]")
			set(m[2], oid)
		}
	}
	for _, m := range compareWith.FindAllStringSubmatch(sql, -1) {
		set(m[2], columns(m[1]))
	}
	for _, m := range compareTo.FindAllStringSubmatch(sql, -1) {
		set(m[1], columns(m[2]))
	}
	if m := insertList.FindStringSubmatch(sql); m != nil {
		values := strings.Split(m[2], ",")
		for i, column := range strings.Split(m[1], ",") {
			if i < len(values) {
				if number := anyParam.FindStringSubmatch(values[i]); number != nil {
					set(number[1], columns(strings.TrimSpace(column)))
				}
			}
		}
	}
	for _, m := range anyParam.FindAllStringSubmatch(sql, -1) {
		set(m[1], 0)
	}
	return params
}

var anyParam = regexp.MustCompile(`\$(\d+)`)

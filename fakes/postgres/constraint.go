package postgres

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// What drivers and frameworks take out of an error about the data has to be there: the name of a constraint, its table and its
// columns, which oslo.db and many an application take apart. So the poison for such a reply asks the server for one that the
// statement could break, on the connection of the application, and the error that it gives brings the answer:
//
//	application            gate                          server
//	  insert -->            ('TOKEN' || ... )::int -->    invalid input syntax for type integer: "TOKEN|public|t|t_pkey|id||TOKEN"
//	  <-- 23505 t_pkey      <--
//
// Where a server knows none, the names are those that PostgreSQL makes up itself (CREATE TABLE: TABLE_COLUMN_key), of the table and the
// columns that stand in the statement.

// A constraint is one that a statement could break.
type constraint struct{ schema, table, name, key, other string }

// constraintWords stand in the fields of replies: $SORT.PART:TOKEN, where the token is what is said when nothing is known.
var constraintWords = regexp.MustCompile(`\$(unique|exclusion|foreign|referring|check|required)\.(schema|table|name|key|other):([^\s"'(),.]*)`)

// The sorts of constraints: what PostgreSQL puts behind a name that it makes up, and how one of the table R is found. R.fw is the
// token, so that also the error of a server that lacks a column brings it.
var constraintSorts = map[string]struct{ suffix, query string }{
	"unique": {"key", `select n.nspname as schema, c.relname as tab, x.relname as name, '' as other, fw.indisprimary::int as rank,
		(select string_agg(pg_get_indexdef(fw.indexrelid, k, true), ', ' order by k) from generate_series(1, fw.indnkeyatts) k) as key,
		array(select attname::text from pg_attribute where attrelid = fw.indrelid and attnum = any (fw.indkey)) as columns
		from pg_index fw join pg_class x on x.oid = fw.indexrelid join pg_class c on c.oid = fw.indrelid join pg_namespace n on n.oid = c.relnamespace
		where fw.indrelid = R and fw.indisunique`},
	"exclusion": {"excl", constraintOf("x", "con", "conf")},
	"foreign":   {"fkey", constraintOf("f", "con", "conf")},
	"check":     {"check", constraintOf("c", "con", "conf")},
	"referring": {"fkey", constraintOf("f", "conf", "con")},
	"required": {"", `select n.nspname as schema, c.relname as tab, '' as name, fw.attname as key, '' as other, array[fw.attname::text] as columns,
		(fw.atthasdef or exists (select from pg_index where indrelid = R and indisprimary and fw.attnum = any (indkey)))::int as rank
		from pg_attribute fw join pg_class c on c.oid = fw.attrelid join pg_namespace n on n.oid = c.relnamespace
		where fw.attrelid = R and fw.attnum > 0 and fw.attnotnull`},
}

// constraintOf finds constraints of a type. The table of the statement is on its own side, con, or on the one that it refers to, conf.
func constraintOf(contype, own, other string) string {
	return fmt.Sprintf(`select n.nspname as schema, (select relname from pg_class where oid = R) as tab, fw.conname as name,
		coalesce((select relname from pg_class where oid = fw.%[3]srelid), '') as other, 0 as rank,
		coalesce((select string_agg(a.attname, ', ' order by k.nth) from unnest(fw.%[2]skey) with ordinality k(num, nth)
			join pg_attribute a on a.attrelid = R and a.attnum = k.num), '') as key,
		array(select attname::text from pg_attribute where attrelid = R and attnum = any (fw.%[2]skey)) as columns
		from pg_constraint fw join pg_class c on c.oid = fw.conrelid join pg_namespace n on n.oid = c.relnamespace
		where fw.%[2]srelid = R and fw.contype = '%[1]s'`, contype, own, other)
}

// constraintQuery is a statement that fails with the token, and with a constraint of the sort that the statement could break: one whose
// columns stand in it before others. Empty when no word asks for one, or the table is not known.
func constraintQuery(fields map[string]string, text, token string) string {
	sort := ""
	for _, field := range fields {
		if m := constraintWords.FindStringSubmatch(field); m != nil {
			sort = m[1]
		}
	}
	table := targetOf(text)
	if sort == "" || table == "" {
		return ""
	}
	first := ""
	if columns := givenColumns(text); len(columns) > 0 {
		first = "columns <@ array['" + strings.Join(columns, "','") + "'] desc, "
	}
	sql := fmt.Sprintf(`select ('%[1]s' || coalesce((select concat_ws(chr(31), '', schema, tab, name, key, other, '') from (%[2]s) found
		order by %[3]srank, name, key limit 1), '') || '%[1]s')::int`, token, constraintSorts[sort].query, first)
	sql = regexp.MustCompile(`\bR\b`).ReplaceAllLiteralString(sql, "to_regclass('"+table+"')")
	return regexp.MustCompile(`\bfw\b`).ReplaceAllLiteralString(strings.Join(strings.Fields(sql), " "), token)
}

// foundIn reads what the error of constraintQuery brings; zero: nothing was found.
func foundIn(body []byte) (c constraint) {
	parts := bytes.Split(body, []byte{31})
	if len(parts) == 7 {
		c = constraint{string(parts[1]), string(parts[2]), string(parts[3]), string(parts[4]), string(parts[5])}
	}
	return c
}

// part is what a word of constraintWords stands for.
func (c constraint) part(sort, part, token, text string) string {
	known := map[string]string{"schema": c.schema, "table": c.table, "name": c.name, "key": c.key, "other": c.other}[part]
	if known != "" {
		return known
	}
	table := plainName(targetOf(text))
	switch columns := givenColumns(text); {
	case part == "table" && table != "":
		return table
	case part == "name" && table != "":
		return table + "_" + token + "_" + constraintSorts[sort].suffix
	case part == "key" && len(columns) > 1 && columns[0] == "id":
		return columns[1]
	case part == "key" && len(columns) > 0:
		return columns[0]
	}
	return token
}

const identifier = `(?:"[^"'\\]+"|[a-zA-Z_][\w$]*)`

var (
	target     = regexp.MustCompile(`(?i)\b(?:insert\s+into|update|delete\s+from|merge\s+into|copy)\s+(?:only\s+)?(` + identifier + `(?:\s*\.\s*` + identifier + `)?)(?:\s*\*)?`)
	columnList = regexp.MustCompile(`^\s*(?:(?i:as)\s+` + identifier + `\s*)?\(\s*(` + identifier + `(?:\s*,\s*` + identifier + `)*)\s*\)`)
	setNames   = regexp.MustCompile(`(` + identifier + `)\s*=`)
)

// targetOf is the table that a statement changes, as it stands there; empty: none is seen.
func targetOf(text string) string {
	m := target.FindStringSubmatch(skipBlank(text))
	if m == nil {
		return ""
	}
	return m[1]
}

// givenColumns are the columns that a statement gives values for, as far as it names them; of an update also those that it compares.
func givenColumns(text string) []string {
	text = skipBlank(text)
	at := target.FindStringIndex(text)
	if at == nil {
		return nil
	}
	rest := text[at[1]:]
	var names []string
	if m := columnList.FindStringSubmatch(rest); m != nil {
		for name := range strings.SplitSeq(m[1], ",") {
			names = append(names, plainName(name))
		}
		return names
	}
	if word, _ := firstWord(rest); word != "set" {
		return nil
	}
	for _, m := range setNames.FindAllStringSubmatch(rest, -1) {
		names = append(names, plainName(m[1]))
	}
	return names
}

// plainName is a name as the server keeps it, without its schema.
func plainName(name string) string {
	name = strings.TrimSpace(name)
	if quoted := strings.HasSuffix(name, `"`); quoted {
		name = strings.TrimSuffix(name, `"`)
		return name[strings.LastIndex(name, `"`)+1:]
	}
	return strings.ToLower(strings.TrimSpace(name[strings.LastIndex(name, ".")+1:]))
}

package leak

// Statements: a verb with the grammar of its clauses, so that prose is none.
var sqlRules = family("sql", "CWE-209", Likely, []rule{
	{id: "sql/select", triggers: []string{"select"}, re: "(?:\\bSELECT|\\bselect) (?:(?:DISTINCT |distinct |TOP \\d+ )?(?:\\*|[\\w\"`\\[\\].$]+(?:\\([^)\\n]*\\))?(?:::\\w+)?(?: (?:AS|as) [\\w\"`]+)?)(?:, ?(?:\\*|[\\w\"`\\[\\].$]+(?:\\([^)\\n]*\\))?(?:::\\w+)?(?: (?:AS|as) [\\w\"`]+)?))*) (?:FROM|from) [\"`\\[]?[a-zA-Z_][\\w.\"`\\]]*(?: (?:AS |as )?\\w+)?\\s*(?:;|$|\\)|(?:WHERE|where) [\\w.\"`\\[\\](]+\\s*(?:[=<>!(]|(?:IN|in|IS|is|LIKE|like|ILIKE|BETWEEN)\\b)|(?:ORDER|GROUP|order|group) (?:BY|by) |(?:LIMIT|limit) [\\d$?:]|(?:LEFT |INNER |left |inner |RIGHT |right |OUTER |outer )*(?:JOIN|join) |FOR UPDATE|for update)",
		not: `(?:^select [a-z]+ from [a-z]+(?: [a-z]+)?\s*$)`},
	{id: "sql/insert", triggers: []string{"insert into"}, re: "(?:INSERT INTO|insert into) [\"`\\[]?\\w[\\w.\"`\\]]*\\s*\\([^)\\n]{1,800}\\)\\s*(?:VALUES|values|SELECT|select|OUTPUT)|(?:INSERT INTO|insert into) [\"`\\[]?\\w[\\w.\"`\\]]*\\s*(?:VALUES|values)\\s*\\("},
	{id: "sql/update", triggers: []string{"update "}, re: "(?:UPDATE|update) [\"`\\[]?\\w[\\w.\"`\\]]* (?:SET|set) [\"`\\[]?\\w[\\w.\"`\\]]*\\s*="},
	{id: "sql/delete", triggers: []string{"delete from"}, re: "(?:DELETE FROM|delete from) [\"`\\[]?\\w[\\w.\"`\\]]*(?: (?:WHERE|where) [\\w.\"`(]+\\s*(?:[=<>(]|IN|in|IS|is)|;)|DELETE FROM [\"`\\[]?\\w[\\w.\"`\\]]*\\s*$"},
	{id: "sql/ddl", triggers: []string{"create table", "alter table", "drop table", "truncate table", "create index"}, re: "(?:CREATE|ALTER|DROP|TRUNCATE) TABLE (?:IF (?:NOT )?EXISTS )?[\"`\\[]?\\w[\\w.\"`\\]]*|CREATE (?:UNIQUE )?INDEX \\w+ ON"},
	{id: "sql/clause", triggers: []string{" where "}, re: "\\b(?:FROM|from) [\"`\\[]?\\w[\\w.\"`\\]]* (?:WHERE|where) [\\w.\"`\\[\\]]+ ?(?:=|<|>|IN|LIKE) ?(?:\\$\\d|\\?|:\\w|'|\\d|@|%s|\\()"},
})

package decode_test

import (
	"testing"

	"github.com/failwell/failwell/harness/decode"
)

// row is a file that Parse refuses, and what it says.
type row struct{ src, want string }

// structural are files that are YAML, but not what failwell reads.
func structural() []row {
	return []row{
		{``, `f: empty file`},
		{"# only a comment\n", `f: empty file`},
		{"---\n", `f: empty file`},
		{"a: 1\n---\nb: 2\n", `f:2:1: a second document begins here; a file holds one`},
		{"a: 1\n---\n", `f:2:1: a second document begins here; a file holds one`},
		{"a: 1\n...\nb: 2\n", `f:3:1: nothing can follow the value that ends above`},
		{"a: x\x00\n", `f:1:5: control character U+0000; write it as an escape in double quotes`},
		{"é: \xff\n", `f:1:4: byte 0xff is not UTF-8; save the file as UTF-8`},
		{"a: 1\na: 2\n", `f:2:1: "a" is given twice in this map, first on line 1`},
		{"a: 1\nb: {c: 1, \"c\": 2}\na: 3\n", "f:2:11: \"c\" is given twice in this map, first on line 2\nf:3:1: \"a\" is given twice in this map, first on line 1"},
		{"{\"a\": 1, \"b\": 2,\n \"a\": 3}", `f:2:2: "a" is given twice in this map, first on line 1`},
		{"<<: {a: 1}\n", `f:1:1: merge keys (<<) are not read here; write the fields out`},
		{`{? [a]: 1}`, `f:1:4: a key must be text; quote it if it begins with { or [`},
		{"? \n: 1\n", `f:1:2: no key before the colon; write "": for an empty one`},
		{"a: &b [*b]\n", `f:1:8: *b stands for something that contains it`},
		{"a: !foo\n", `f:1:4: tags such as !foo are not read here; quote the value if the ! is part of it`},
		{"a: !!str 5\n", `f:1:4: tags such as !!str are not read here; quote the value if the ! is part of it`},
		{"!t a: 1\n", `f:1:1: tags such as !t are not read here; quote the value if the ! is part of it`},
		{"a: &x\n", `f:1:4: nothing after &x; quote the value if the & is part of it`},
		{`{get: /orders, limit=5, x}`, `f:1:16: stray "limit=5" in a flow map: quote the value before it ("/orders, limit=5, x")`},
		{`{get: a, b, post: c, d}`, "f:1:10: stray \"b\" in a flow map: quote the value before it (\"a, b\")\nf:1:22: stray \"d\" in a flow map: quote the value before it (\"c, d\")"},
		{`{sql: select a, b from t}`, `f:1:17: stray "b from t" in a flow map: quote the value before it ("select a, b from t")`},
		{`{a:b}`, `f:1:2: stray "a:b" in a flow map: write a space after the colon (a: b), or quote the value it belongs to`},
		{`{a:b, c: d}`, `f:1:2: stray "a:b" in a flow map: write a space after the colon (a: b), or quote the value it belongs to`},
		{`{a, b}`, `f:1:2: stray "a" in a flow map: write a: and a value, or [ ] for a list`},
		{"a: {b: {}, c}\n", `f:1:12: stray "c" in a flow map: write c: and a value, or [ ] for a list`},
		{`{a: b, "c"}`, `f:1:8: stray "c" in a flow map: quote the value before it ("b, c")`},
		{"é: x\nb: {ü: ö,\n  x}\n", `f:3:3: stray "x" in a flow map: quote the value before it ("ö, x")`},
	}
}

// traps are files that are no YAML.
func traps() []row {
	return []row{
		{`{get: /orders?limit=5}`, `f:1:7: "?" cannot be in a value inside { } or [ ] without quotes; write "/orders?limit=5"`},
		{`{get: /orders?limit=5, x}`, `f:1:7: "?" cannot be in a value inside { } or [ ] without quotes; write "/orders?limit=5"`},
		{"a:\n  b: {get: /orders/{id}}\n", `f:2:12: "{" cannot be in a value inside { } or [ ] without quotes; write "/orders/{id}"`},
		{"{a: $x, c: ${y}}\n", `f:1:12: "{" cannot be in a value inside { } or [ ] without quotes; write "${y}"`},
		{`{dsn: postgres://u:p@h:5432/db?a=b&c=d}`, `f:1:7: "?" cannot be in a value inside { } or [ ] without quotes; write "postgres://u:p@h:5432/db?a=b&c=d"`},
		{"a: [x?]\n", `f:1:5: "?" cannot be in a value inside { } or [ ] without quotes; write "x?"`},
		{"a: {path: x[0], y: 1}\n", `f:1:11: "[" cannot be in a value inside { } or [ ] without quotes; write "x[0]"`},
		{"{a: 1\n", `f:1:1: this "{" is never closed`},
		{"a: [1, 2\nb: 3\n", `f:1:4: this "[" is never closed`},
		{"a: {x: 1, y: 2\nb: 3\n", `f:2:1: a comma or a closing bracket is missing before this line`},
		{"a: {x: 1,\n  y: 2\n  z: 3}\n", `f:3:3: a comma or a closing bracket is missing before this line`},
		{"a: {b: [c, d}\n", `f:1:13: "}" cannot close the "[" of line 1, column 8`},
		{`]`, `f:1:1: "]" closes nothing; quote the value if it is part of it`},
		{"a: }\n", `f:1:4: "}" closes nothing; quote the value if it is part of it`},
		{"a: {b: c}}\n", `f:1:10: "}" closes nothing; quote the value if it is part of it`},
		{"a: {b: c} d\n", `f:1:11: nothing can follow the value before this; quote the whole value: "{b: c} d"`},
		{`a: [a,,b]`, `f:1:7: nothing before this comma`},
		{`a: {,}`, `f:1:5: nothing before this comma`},
		{`{: x}`, `f:1:2: no key before this colon; quote the value it is part of`},
		{`{a: "b" c}`, `f:1:9: no comma before this; write one, or quote the whole value: "\"b\" c"`},
		{"a: [{b: c} {d: e}]\n", `f:1:12: no comma before this; write one, or quote the whole value: "{b: c} {d: e}"`},
		{`{a: b: c}`, `f:1:6: a second ": " after one key; quote the value: "b: c"`},
		{`{a: ?x}`, `f:1:5: a value cannot begin with "?"; quote it: "?x"`},
		{"a: b: c\n", `f:1:5: a second ": " after one key; quote the value: "b: c"`},
		{"a: b # no: c\nd: e: f # g\n", `f:2:5: a second ": " after one key; quote the value: "e: f"`},
		{"a: 1\n b: 2\n", `f:2:2: indented deeper than the entry above, which has its value already`},
		{"a:\n    b: 1\n  c: 2\n", `f:3:3: the indentation of this line fits none of the lines above`},
		{"a: 1\nb\n", `f:2:1: want a key and a colon, not "b"`},
		{"a:b\nc: d\n", `f:1:1: write a space after the colon: a: b`},
		{"c: d\na:b\n", `f:2:1: write a space after the colon: a: b`},
		{"- a\nb: c\n", `f:2:1: a key among the entries of a list; begin the line with "- ", or indent it`},
		{"a: b\n- c\n", `f:2:1: a list entry among the keys of a map`},
		{"- a: 1\n  b: 2\n c: 3\n", `f:3:2: the indentation of this line fits none of the lines above`},
		{"a: - b\n", `f:1:4: a list cannot begin behind a key; begin it on the next line, write [a, b], or quote the value: "- b"`},
		{": x\n", `f:1:1: no key before this colon; quote the value it is part of`},
		{"a: ?\n", `f:1:4: a value cannot begin with "?"; quote it: "?"`},
		{"a: >x\n", `f:1:4: behind ">" the text begins on the next line; quote the value if it is part of it: ">x"`},
		{"a: |\n  x: {\n y\n", `f:3:1: want a key and a colon; check the indentation and the quotes`},
		{"\ta: 1\n", `f:1:1: a tab in the indentation; use spaces`},
		{"a:\n\tb: 1\n", `f:2:1: a tab in the indentation; use spaces`},
		{"a:\n  - b\n\t- c\n", `f:3:1: a tab in the indentation; use spaces`},
		{"a: %x\n", `f:1:4: a value cannot begin with "%"; quote it: "%x"`},
		{"a: @x\n", `f:1:4: a value cannot begin with "@"; quote it: "@x"`},
		{"a: `x`\n", "f:1:4: a value cannot begin with \"`\"; quote it: \"`x`\""},
		{"a: *x\n", `f:1:4: *x stands for a value marked &x, and there is none; quote the value if the * is part of it: "*x"`},
		{"a: *.x\n", `f:1:4: a value cannot begin with "*"; quote it: "*.x"`},
		{`{a: *}`, `f:1:5: a value cannot begin with "*"; quote it: "*"`},
		{"a: &x=1\n", `f:1:4: a value cannot begin with "&"; quote it: "&x=1"`},
		{"a: 'x\nb: 2\n", `f:1:4: this quote is never closed`},
		{"a: \"x\nb: 2\n", `f:1:4: this quote is never closed`},
		{"a: \"\\q\"\n", `f:1:5: \q is no escape in double quotes; write \\ for a backslash, or use single quotes`},
		{"a: \"\\ud83d\\ude00\"\n", `f:1:5: half of a character (a surrogate); write the character itself`},
		{"a: \"b\" c\n", `f:1:8: nothing can follow the value before this; quote the whole value: "\"b\" c"`},
		{"'a': 1\n'b' 2\n", `f:2:5: nothing can follow the value before this; quote the whole value: "'b' 2"`},
		{"a: 1\r\nb: c: d\r\n", `f:2:5: a second ": " after one key; quote the value: "c: d"`},
		{"\ufeffa: b: c\n", `f:1:5: a second ": " after one key; quote the value: "b: c"`},
	}
}

func TestParseRefuses(t *testing.T) {
	for _, row := range append(structural(), traps()...) {
		n, err := decode.Parse("f", []byte(row.src))
		if err == nil {
			t.Errorf("%q: no error", row.src)
			continue
		}
		if err.Error() != row.want {
			t.Errorf("%q:\n got %s\nwant %s", row.src, err, row.want)
		}
		if n != nil {
			t.Errorf("%q: a node and an error", row.src)
		}
	}
}

// What looks like a trap and is none.
func TestParseAccepts(t *testing.T) {
	for _, src := range []string{
		"a: {b: , c: }\n", "a: {b: # comment\n }\n", "a: &x 1\nb: *x\n", "a: http://x:80/y\n", "- - a\n  - b\n- c\n",
		"a:\n- b\n- c\nd: e\n", "a: b\n  c\n", "a: |\n  x: {\n\n  y\nb: >-\n  z\n", "---\na: 1\n...\n", "{\n\t\"a\": 1\n}\n", "null\n",
	} {
		if _, err := decode.Parse("f", []byte(src)); err != nil {
			t.Errorf("%q: %v", src, err)
		}
	}
}

package decode_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/decode"
	"github.com/google/go-cmp/cmp"
)

func parse(t *testing.T, src string) *decode.Node {
	t.Helper()
	n, err := decode.Parse("f", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNode(t *testing.T) {
	n := parse(t, "a: 010\nb: 'x'\nlist: [yes, ~]\n404:\n  c: |\n    d\nnull: ~\n")
	if got := n.Keys(); !cmp.Equal(got, []string{"a", "b", "list", "404", "null"}) {
		t.Errorf("keys %q", got)
	}
	for _, row := range []struct {
		node   *decode.Node
		kind   decode.Kind
		text   string
		quoted bool
		pos    string
	}{
		{n, decode.Map, "", false, "f:1:1"},
		{n.Get("a"), decode.Scalar, "010", false, "f:1:4"},
		{n.Get("b"), decode.Scalar, "x", true, "f:2:4"},
		{n.Get("list"), decode.List, "", false, "f:3:7"},
		{n.Get("list").Items()[0], decode.Scalar, "yes", false, "f:3:8"},
		{n.Get("list").Items()[1], decode.Null, "", false, "f:3:13"},
		{n.Get("404").Get("c"), decode.Scalar, "d\n", true, "f:5:6"},
		{n.Get("null"), decode.Null, "", false, "f:7:7"},
		{n.Get("none").Get("none"), decode.Null, "", false, ""},
	} {
		if row.node.Kind() != row.kind || row.node.Text() != row.text || row.node.Quoted() != row.quoted || row.node.Pos().String() != row.pos {
			t.Errorf("got %v %q %v %v, want %+v", row.node.Kind(), row.node.Text(), row.node.Quoted(), row.node.Pos(), row)
		}
	}
	if n.Get("none") != nil {
		t.Error("a key that is not there has a value")
	}
}

func TestJSONKeepsPositions(t *testing.T) {
	n := parse(t, "{\n  \"a\": [1,\n\t\"é\", {\"b\": \"\\ud83d\\ude00\"}]}\n")
	list := n.Get("a").Items()
	if got := fmt.Sprint(n.Pos(), n.Fields()[0].Key.Pos(), list[0].Pos(), list[1].Pos(), list[2].Get("b").Pos()); got != "f:1:1 f:2:3 f:2:9 f:3:2 f:3:13" {
		t.Error(got)
	}
	if got := list[2].Get("b").Text(); got != "😀" {
		t.Error(got)
	}
}

func TestAnyAndJSON(t *testing.T) {
	for _, row := range []struct {
		src  string
		any  any
		json string
	}{
		{"a: 1", map[string]any{"a": int64(1)}, `{"a":1}`},
		{"{z: 1, a: [x, ~]}", map[string]any{"z": int64(1), "a": []any{"x", nil}}, `{"z":1,"a":["x",null]}`},
		{"yes", "yes", `"yes"`}, {"'1'", "1", `"1"`}, {"'null'", "null", `"null"`}, {"~", nil, "null"}, {"Null", nil, "null"},
		{"true", true, "true"}, {"FALSE", false, "false"}, {"tRue", "tRue", `"tRue"`},
		{"1.50", 1.5, "1.50"}, {"-0", int64(0), "-0"}, {"+5", int64(5), "5"}, {".5", 0.5, "0.5"}, {"-.5", -0.5, "-0.5"}, {"5.", 5.0, "5"}, {"1E+3", 1000.0, "1e+3"},
		{"0x1f", int64(31), "31"}, {"0o17", int64(15), "15"}, {"0xg", "0xg", `"0xg"`}, {"-0x1", "-0x1", `"-0x1"`},
		{"010", "010", `"010"`}, {"00", "00", `"00"`}, {"1_000", "1_000", `"1_000"`}, {"1e", "1e", `"1e"`}, {".", ".", `"."`}, {"+", "+", `"+"`}, {"1e+-3", "1e+-3", `"1e+-3"`},
		{".inf", ".inf", `".inf"`}, {"2026-01-01", "2026-01-01", `"2026-01-01"`}, {"a<b", "a<b", `"a<b"`},
		{"12345678901234567890", json.Number("12345678901234567890"), "12345678901234567890"}, {"1e999", json.Number("1e999"), "1e999"},
		{"a: &x [1]\nb: *x", map[string]any{"a": []any{int64(1)}, "b": []any{int64(1)}}, `{"a":[1],"b":[1]}`},
	} {
		n := parse(t, row.src)
		if diff := cmp.Diff(row.any, n.Any()); diff != "" && row.src != "5." {
			t.Errorf("%s: %s", row.src, diff)
		}
		data, err := n.MarshalJSON()
		if err != nil || string(data) != row.json {
			t.Errorf("%s: got %s, %v, want %s", row.src, data, err, row.json)
		}
		var back decode.Node
		if err := json.Unmarshal(data, &back); err != nil || !back.Equal(n) || back.Pos() != (decode.Pos{}) {
			t.Errorf("%s: came back as %v, %v", row.src, back.Any(), err)
		}
	}
}

func TestBuild(t *testing.T) {
	n := parse(t, "{a: 1, b: 2, c: 3}")
	built := decode.NewMap(n.Pos(), decode.Field{Key: decode.NewScalar(n.Pos(), "d"), Value: decode.NewScalar(n.Pos(), "4")})
	for _, row := range []struct {
		node *decode.Node
		want string
	}{
		{decode.Without(n, "b", "x"), `{"a":1,"c":3}`},
		{decode.Only(n, "c", "a", "x"), `{"a":1,"c":3}`},
		{decode.Without(n.Get("a"), "a"), `1`},
		{decode.Only(nil, "a"), `null`},
		{built, `{"d":4}`},
		{decode.NewScalar(n.Pos(), ""), `""`},
		{decode.NewScalar(n.Pos(), "null"), `"null"`},
		{n, `{"a":1,"b":2,"c":3}`},
	} {
		if data, err := row.node.MarshalJSON(); err != nil || string(data) != row.want {
			t.Errorf("got %s, %v, want %s", data, err, row.want)
		}
	}
}

func TestNodeExpand(t *testing.T) {
	n := parse(t, "$a: $a\nb: ['$a', x-$a, $$]\nc: $empty\nd: ~\n")
	expanded, err := n.Expand(func(name string, pos decode.Pos) (string, error) {
		return map[string]string{"a": "1", "empty": ""}[name], nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if data, _ := expanded.MarshalJSON(); string(data) != `{"$a":1,"b":["1","x-1","$"],"c":"","d":null}` {
		t.Errorf("got %s", data)
	}
	if n.Get("$a").Text() != "$a" {
		t.Error("the node itself has changed")
	}
	_, err = n.Expand(func(name string, pos decode.Pos) (string, error) {
		if name == "empty" {
			return "", decode.Problem{Pos: decode.Pos{File: "g", Line: 1}, What: "elsewhere"}
		}
		return "", errors.New("unknown name")
	})
	if want := "f:1:5: unknown name\nf:2:5: unknown name\nf:2:11: unknown name\ng:1: elsewhere"; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestBounds(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a0: &a0 [x]\n")
	for i := range 9 {
		fmt.Fprintf(&bomb, "a%d: &a%d [%s*a%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 9), i)
	}
	_, err := decode.Parse("f", []byte(bomb.String()))
	if err == nil || !strings.HasSuffix(err.Error(), "the aliases (*) of this file stand for more than 100000 values") {
		t.Errorf("alias bomb: %v", err)
	}
	for _, depth := range []int{400, 600, 20000} {
		for _, inside := range []string{"1", "x"} { // JSON and YAML
			_, err := decode.Parse("f", []byte(strings.Repeat("[", depth)+inside+strings.Repeat("]", depth)))
			if (err == nil) != (depth < 500) {
				t.Errorf("depth %d: %v", depth, err)
			}
		}
	}
}

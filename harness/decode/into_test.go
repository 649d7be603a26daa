package decode_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/decode"
	"github.com/google/go-cmp/cmp"
)

type spec struct {
	At       decode.Pos `json:"-" decode:"pos"`
	Name     string
	Port     int8
	Size     uint8
	Ratio    float64
	On       bool
	AtMost   time.Duration
	Tags     []string `decode:"one"`
	Plain    []int
	Map      map[string]int
	Byte     map[int]bool
	Pointer  *int
	Body     any
	Raw      *decode.Node
	Renamed  string `json:"other,omitempty"`
	Skipped  string `json:"-"`
	Level    level
	Within   within
	Ordered  ordered
	Channel  chan int
	embedded // inlined
	//lint:ignore U1000 not for files
	hidden string
}

type embedded struct{ Deep, Name string }

type within struct {
	At    time.Duration `decode:"short,must"`
	Label string        `decode:"must"`
}

type level int

func (l *level) UnmarshalText(text []byte) error {
	if string(text) != "high" {
		return errors.New(`want high, not "` + string(text) + `"`)
	}
	*l = 3
	return nil
}

// ordered reads a map and keeps its order.
type ordered []string

func (o *ordered) ReadNode(n *decode.Node) error {
	*o = n.Keys()
	var problems decode.Problems
	for _, f := range n.Fields() {
		if f.Value.Text() == "bad" {
			problems.Add(f.Value.Pos(), "bad")
		}
	}
	if n.Kind() != decode.Map {
		return errors.New("want an ordered map")
	}
	return problems.Err()
}

func TestInto(t *testing.T) {
	two := 2
	pos := decode.Pos{File: "f", Line: 1, Col: 1}
	for _, row := range []struct {
		src  string
		want spec
	}{
		{"name: 010", spec{At: pos, Name: "010"}},
		{"name: ''", spec{At: pos}},
		{"port: -128\nsize: '255'\nratio: .5\non: TRUE\nat-most: 1m30s", spec{At: pos, Port: -128, Size: 255, Ratio: 0.5, On: true, AtMost: 90 * time.Second}},
		{"port: 0x1f\nratio: 3", spec{At: pos, Port: 31, Ratio: 3}},
		{"tags: a", spec{At: pos, Tags: []string{"a"}}},
		{"tags: [a, 1]\nplain: []", spec{At: pos, Tags: []string{"a", "1"}, Plain: []int{}}},
		{"map: {b: 1, a: 2}\nbyte: {404: true}", spec{At: pos, Map: map[string]int{"a": 2, "b": 1}, Byte: map[int]bool{404: true}}},
		{"pointer: 2\nbody: {a: [1]}", spec{At: pos, Pointer: &two, Body: map[string]any{"a": []any{int64(1)}}}},
		{"pointer: ~\nbody:", spec{At: pos}},
		{"other: x\ndeep: y", spec{At: pos, Renamed: "x", embedded: embedded{Deep: "y"}}},
		{"level: high", spec{At: pos, Level: 3}},
		{"within: {at: 2s, label: x}", spec{At: pos, Within: within{At: 2 * time.Second, Label: "x"}}},
		{"ordered: {z: 1, a: 2}", spec{At: pos, Ordered: ordered{"z", "a"}}},
	} {
		var got spec
		if err := decode.YAML("f", []byte(row.src), &got); err != nil {
			t.Errorf("%q: %v", row.src, err)
			continue
		}
		if diff := cmp.Diff(row.want, got, cmp.AllowUnexported(spec{})); diff != "" {
			t.Errorf("%q: %s", row.src, diff)
		}
	}
}

func TestIntoRefuses(t *testing.T) {
	for _, row := range []struct{ src, want string }{
		{"prot: 1", `f:1:1: unknown field "prot"; did you mean "port"?`},
		{"skipped: 1", `f:1:1: unknown field "skipped"`},
		{"hidden: 1", `f:1:1: unknown field "hidden"`},
		{"- a", `f:1:1: want a map, not a list`},
		{"a", `f:1:1: want a map, not "a"`},
		{"port:1", `f:1:1: want a map, not "port:1"; write a space after the colon: port: 1`},
		{"name: [a]", `f:1:7: want text, not a list`},
		{"name:", `f:1:6: nothing after "name"`},
		{"name: null", `f:1:7: nothing after "name"`},
		{"map:\nplain:\ntags:\nlevel:\nwithin:", "f:1:5: nothing after \"map\"\nf:2:7: nothing after \"plain\"\nf:3:6: nothing after \"tags\"\nf:4:7: nothing after \"level\"\nf:5:8: nothing after \"within\""},
		{"port: x", `f:1:7: want a whole number, not "x"`},
		{"port: 1.5", `f:1:7: want a whole number, not "1.5"`},
		{"port: 010", `f:1:7: want a whole number without leading zeros, not "010"`},
		{"port: 128", `f:1:7: want a whole number from -128 to 127, not "128"`},
		{"port: {a: 1}", `f:1:7: want a whole number, not a map`},
		{"size: -1", `f:1:7: want a whole number that is not negative, not "-1"`},
		{"size: 256", `f:1:7: want a whole number from 0 to 255, not "256"`},
		{"ratio: x", `f:1:8: want a number, not "x"`},
		{"ratio: 1e999", `f:1:8: want a number that is not too big, not "1e999"`},
		{"on: maybe", `f:1:5: want true or false, not "maybe"`},
		{"on: yes", `f:1:5: want true or false, not "yes"`},
		{"at-most: 5", `f:1:10: want a duration such as 250ms or 2s, not "5"`},
		{"at-most: 0", `f:1:10: want a duration such as 250ms or 2s, not "0"`},
		{"at-most: -5s", `f:1:10: want a duration that is not negative, not "-5s"`},
		{"at-most: [1s]", `f:1:10: want a duration such as 250ms or 2s, not a list`},
		{"plain: 1", `f:1:8: want a list, not "1"`},
		{"plain: {a: 1}", `f:1:8: want a list, not a map`},
		{"plain: [1, x, ~]", "f:1:12: want a whole number, not \"x\"\nf:1:15: want a whole number, not nothing"},
		{"map: [a]", `f:1:6: want a map, not a list`},
		{"map: {a: x, b: }", "f:1:10: want a whole number, not \"x\"\nf:1:16: nothing after \"b\""},
		{"byte: {a: true}", `f:1:8: want a whole number, not "a"`},
		{"pointer: x", `f:1:10: want a whole number, not "x"`},
		{"level: low", `f:1:8: want high, not "low"`},
		{"level: [low]", `f:1:8: want text, not a list`},
		{"within: 2s", `f:1:9: field "label" is missing`},
		{"within: {}", "f:1:9: field \"at\" is missing\nf:1:9: field \"label\" is missing"},
		{"within: {att: 2s, label: x}", "f:1:9: field \"at\" is missing\nf:1:10: unknown field \"att\"; did you mean \"at\"?"},
		{"within: {zzz: 2s, at: 1s, label: x}", `f:1:10: unknown field "zzz"; known: at, label`},
		{"within: 5\nport: x", "f:1:9: want a duration such as 250ms or 2s, not \"5\"\nf:1:9: field \"label\" is missing\nf:2:7: want a whole number, not \"x\""},
		{"ordered: x", `f:1:10: want an ordered map`},
		{"ordered: {a: bad}", `f:1:14: bad`},
		{"channel: x", `f:1:10: nothing can be read into a Go chan int`},
	} {
		err := decode.YAML("f", []byte(row.src), &spec{})
		switch {
		case err == nil:
			t.Errorf("%q: no error", row.src)
		case err.Error() != row.want:
			t.Errorf("%q:\n got %s\nwant %s", row.src, err, row.want)
		}
	}
}

func TestIntoKeepsDefaults(t *testing.T) {
	got := spec{Port: 80, Within: within{Label: "x"}}
	if err := decode.YAML("f", []byte("name: a"), &got); err != nil || got.Port != 80 || got.Within.Label != "x" {
		t.Errorf("got %+v, %v", got, err)
	}
	var n *decode.Node
	if err := n.Into(&got); err == nil || err.Error() != "want a map, not nothing" {
		t.Errorf("nil node: %v", err)
	}
	if err := n.Into(got); err == nil || !strings.Contains(err.Error(), "want a pointer") {
		t.Errorf("no pointer: %v", err)
	}
	if err := n.Into(nil); err == nil {
		t.Error("nil: no error")
	}
}

func TestIntoKeepsNodes(t *testing.T) {
	var got struct {
		URLPath string
		Raw     *decode.Node
		List    []*decode.Node
		Null    *decode.Node
	}
	err := decode.YAML("f", []byte("url-path: /\nraw: {a: 1}\nlist: [x, y]\nnull:\n"), &got)
	if err != nil || got.URLPath != "/" || got.Raw.Get("a").Text() != "1" || got.List[1].Pos().Col != 11 || got.Null.Kind() != decode.Null {
		t.Errorf("got %+v, %v", got, err)
	}
}

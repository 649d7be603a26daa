package decode_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/decode"
)

// everything has a field of every sort that Into knows.
type everything struct {
	At      decode.Pos `decode:"pos"`
	Text    string     `decode:"must"`
	Flag    bool
	Count   int8
	Size    uint16
	Ratio   float32
	Wait    time.Duration
	List    []string `decode:"one"`
	Inner   []inner
	Labels  map[string]int
	Pointer *inner
	Body    any
	Node    *decode.Node
	Until   time.Time
	Self    reader
}

type inner struct {
	Within time.Duration `decode:"short"`
	At     string
}

type reader struct{ keys []string }

func (r *reader) ReadNode(n *decode.Node) error {
	r.keys = n.Keys()
	if len(r.keys) > 3 {
		return errors.New("too many keys")
	}
	return nil
}

func FuzzParse(f *testing.F) {
	for _, row := range append(structural(), traps()...) {
		f.Add([]byte(row.src))
	}
	f.Add([]byte("text: x\nflag: true\ncount: 3\nlist: a\ninner: [2s, {within: 3s}]\nlabels: {a: 1}\nuntil: 2026-01-01T00:00:00Z\n"))
	f.Add([]byte(`{"a": ["\ud83d\ude00", 1e5, -0.0, null], "b": {"c": 12345678901234567890}}`))
	f.Add([]byte("|\n    0\n'        \n0\n  0\n' -   0"))
	f.Add([]byte("a: &x [1, *y]\nb: *x\nc: !!binary aGk=\n? [d]\n: 010\n0x1f: .5\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		n, err := decode.Parse("f.yaml", src)
		if err != nil {
			var problems decode.Problems
			if !errors.As(err, &problems) || len(problems) == 0 {
				t.Fatalf("not Problems: %#v", err)
			}
			return
		}
		var all everything
		_ = n.Into(&all)
		_, _ = n.Expand(func(name string, _ decode.Pos) (string, error) { return name, nil })
		data, err := json.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		var again decode.Node
		if err := json.Unmarshal(data, &again); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		if !n.Equal(&again) {
			t.Fatalf("%s came back as another node", data)
		}
		if _, err := json.Marshal(n.Any()); err != nil {
			t.Fatal(err)
		}
	})
}

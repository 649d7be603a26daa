package decode_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/failwell/failwell/harness/decode"
)

func TestProblems(t *testing.T) {
	var none decode.Problems
	if err := none.Err(); err != nil {
		t.Errorf("no problems: %v", err)
	}
	at := func(file string, line, col int) decode.Pos { return decode.Pos{File: file, Line: line, Col: col} }
	var p decode.Problems
	p.Join(nil, at("x", 1, 1))
	p.Add(at("b", 1, 1), "want %d", 1)
	p.Add(at("a", 10, 1), "third")
	p.Add(at("a", 9, 2), "second")
	p.Join(decode.Problem{Pos: at("a", 9, 1), What: "first"}, at("x", 1, 1))
	p.Join(errors.New("plain"), at("c", 1, 0))
	p.Join(decode.Problem{What: "placeless"}, at("c", 2, 0))
	p.Join(errors.Join(errors.New("one"), fmt.Errorf("read: %w", decode.Problems{{Pos: at("d", 5, 5), What: "deep"}})), at("d", 1, 0))
	p.Add(at("a", 9, 2), "second")
	want := "a:9:1: first\na:9:2: second\na:10:1: third\nb:1:1: want 1\nc:1: plain\nc:2: placeless\nd:1: one\nd:5:5: deep"
	if got := p.Err().Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var back decode.Problems
	if !errors.As(p.Err(), &back) || len(back) != 8 {
		t.Errorf("Err is no Problems, each once: %#v", p.Err())
	}
}

func TestNearest(t *testing.T) {
	known := []string{"port", "path", "at-most", "requests", "within", "env", "environment"}
	for _, row := range []struct{ word, near string }{
		{"prot", "port"}, {"ptah", "path"}, {"pat", "path"}, {"PORT", "port"}, {"at_most", "at-most"}, {"atMost", "at-most"},
		{"request", "requests"}, {"wihtin", "within"}, {"with", "within"}, {"environ", "environment"}, {"envs", "env"},
		{"", ""}, {"x", ""}, {"pxxt", ""}, {"wi", ""}, {"something", ""},
	} {
		if got := decode.Nearest(row.word, known); got != row.near {
			t.Errorf("Nearest(%q) = %q, want %q", row.word, got, row.near)
		}
	}
	if got := decode.Nearest("ab", []string{"ac", "aa"}); got != "aa" {
		t.Errorf("of equally near words: %q", got)
	}
	for _, row := range []struct {
		known []string
		want  string
	}{
		{[]string{"wolrd", "a"}, `; did you mean "wolrd"?`},
		{[]string{"c", "a", "b"}, "; known: a, b, c"},
		{nil, ""},
		{make([]string, 17), ""},
	} {
		if got := decode.DidYouMean("world", row.known); got != row.want {
			t.Errorf("DidYouMean(world, %q) = %q, want %q", row.known, got, row.want)
		}
	}
}

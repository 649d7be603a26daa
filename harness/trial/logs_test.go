package trial

import (
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/exchange"
)

// Of too many lines, those of the case's own requests stay, and what is left out is said.
func TestBoundedKeepsTheCasesOwnLines(t *testing.T) {
	var lines []exchange.Line
	for i := range 10 {
		text := "noise"
		if i == 1 || i == 3 {
			text = "id-1 failed"
		}
		lines = append(lines, exchange.Line{N: i + 5, Stream: "stderr", Text: text})
	}
	for most, want := range map[int][]int{1: {8}, 4: {6, 8, 13, 14}} {
		got := bounded(lines, []string{"id-1"}, most)
		var ns []int
		for _, l := range got[1:] {
			ns = append(ns, l.N)
		}
		if !slices.Equal(ns, want) || got[0].Stream != "" || !strings.HasPrefix(got[0].Text, "failwell: ") {
			t.Errorf("of at most %d: %v after %q, want %v", most, ns, got[0].Text, want)
		}
	}
}

package scenario_test

import (
	"slices"
	"testing"

	"github.com/failwell/failwell/harness/scenario"
)

// Of the later calls of a request one is broken, and each in the full plan; none where there are no such calls.
func TestTurns(t *testing.T) {
	const src = "why: a\nfor: {dependency: {kind: http}, request: {}}\nvary: {n: [2, \"$turns\"]}\ngiven: [{reply: {on: $dep, name: error, nth: $n}}]"
	f := lab(t)
	f.Requests = append(f.Requests, asked("many", "GET", "", 200, "payments GET /a", "db query SELECT 1", "payments GET /b", "payments GET /c", "payments GET /d", "payments GET /e"))
	for plan, want := range map[scenario.Plan][]string{
		scenario.Representative: {"a@payments:many:2", "a@payments:many:3"},
		scenario.Full:           {"a@payments:many:2", "a@payments:many:3", "a@payments:many:4", "a@payments:many:5"},
	} {
		if got := ids(t, plan, f, src); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", plan, got, want)
		}
	}
}

package floors_test

import (
	"os/exec"
	"strings"
	"testing"
)

// What a Go team imports is read on two screens.
func TestTheFaceFitsTwoScreens(t *testing.T) {
	doc := exec.CommandContext(t.Context(), "go", "doc", "./harness")
	doc.Dir = "../.."
	out, err := doc.CombinedOutput()
	if err != nil {
		t.Fatalf("go doc: %v\n%s", err, out)
	}
	if n := strings.Count(string(out), "\n"); n > 90 || !strings.Contains(string(out), "func Start(") {
		t.Errorf("go doc ./harness has %d lines, want at most 90, with Start in them:\n%s", n, out)
	}
}

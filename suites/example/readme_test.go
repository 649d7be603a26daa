package shop_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// goBlock is a fenced block of Go.
var goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")

// The spec that the README shows is this module's, line by line, but for what it leaves out.
func TestTheReadmeShowsThisSpec(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	spec, err := os.ReadFile("shop_test.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := goBlock.FindAllStringSubmatch(string(readme), -1)
	if len(blocks) != 1 {
		t.Fatalf("the README has %d blocks of Go, want 1", len(blocks))
	}
	rest := string(spec)
	for line := range strings.Lines(blocks[0][1]) {
		_, after, found := strings.Cut(rest, line)
		if !found {
			t.Fatalf("the README's line is not in shop_test.go, or not in this order:\n%s", line)
		}
		rest = after
	}
}

// Of failwell, a team imports harness, match, and spec or gotest, and nothing else.
func TestThreeImportsAreEnough(t *testing.T) {
	imported := regexp.MustCompile(`"github\.com/failwell/failwell/([^"]+)"`)
	for file, want := range map[string]string{
		"shop_test.go":              "harness harness/match harness/spec",
		"careless/careless_test.go": "harness harness/match harness/spec",
		"plain_test.go":             "harness harness/gotest",
		"servers_test.go":           "harness",
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range imported.FindAllStringSubmatch(string(text), -1) {
			got = append(got, m[1])
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s imports %v, want %s", file, got, want)
		}
	}
}

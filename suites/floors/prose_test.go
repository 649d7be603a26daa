package floors_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// parsed lists where a source takes the reason of a verdict apart, or looks into it: what differs between findings is data
// (check.Verdict.Class and Facts), and a reason is for people.
func parsed(file string, src any) ([]string, error) {
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, file, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var found []string
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			f, ok := n.Fun.(*ast.SelectorExpr)
			if !ok || !slices.ContainsFunc([]string{"Cut", "Has", "Contains", "Index", "LastIndex", "Split", "Fields", "Trim", "Count", "Match", "Find"}, func(verb string) bool { return strings.HasPrefix(f.Sel.Name, verb) }) {
				return true
			}
			if len(n.Args) > 0 && isReason(n.Args[0]) {
				found = append(found, fmt.Sprintf("%s: %s looks into a reason", set.Position(n.Pos()), f.Sel.Name))
			}
		case *ast.SliceExpr:
			if isReason(n.X) {
				found = append(found, fmt.Sprintf("%s: a reason is cut", set.Position(n.Pos())))
			}
		}
		return true
	})
	return found, nil
}

// isReason tells whether an expression is the reason of something.
func isReason(e ast.Expr) bool {
	s, ok := e.(*ast.SelectorExpr)
	return ok && s.Sel.Name == "Reason"
}

func TestReportsReadNoProse(t *testing.T) {
	sources, err := filepath.Glob("../../harness/report/*.go")
	if err != nil || len(sources) < 20 {
		t.Fatalf("%d sources, %v", len(sources), err)
	}
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		found, err := parsed(source, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			t.Error(f)
		}
	}
}

// The test above has been seen to fail.
func TestReadingProseFails(t *testing.T) {
	const source = `package report

func class(v check.Verdict) string {
	at, _, _ := strings.Cut(v.Reason, ", at ")
	if strings.HasPrefix(Headline(r).Reason, "healed only after") || digits.MatchString(v.Reason) {
		return v.Reason[:3]
	}
	return strings.TrimSpace(v.Check + ": " + v.Reason)
}
`
	got, err := parsed("made-up.go", source)
	want := []string{"made-up.go:4:14: Cut looks into a reason", "made-up.go:5:5: HasPrefix looks into a reason", "made-up.go:5:67: MatchString looks into a reason", "made-up.go:6:10: a reason is cut"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

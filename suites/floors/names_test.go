package floors_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/standard"
)

// engine are the packages that know no fault, check, dependency or reply by name. What they hold of them comes as data.
var engine = []string{
	"harness", "harness/observe", "harness/client", "harness/lab", "harness/trial", "harness/sweep", "harness/scenario", "harness/contract", "harness/report", "harness/exchange", "harness/labfile", "harness/catalog",
	"fakes", "fakes/control",
}

// word is a string that equals a name of the catalog and means something else.
type word struct {
	text  string
	files string // where it may stand, as a pattern of path.Match
	why   string
}

// homonyms are the words that mean something else. Words of the waist are in waist.
var homonyms = []word{
	{"tcp", "*/*", "the network that net.Dial and net.Listen are given"},
	{"url", "*/*", "what stands behind the dot in $db.url"},
	{"unaffected", "harness/trial/beside.go", "exchange.Exchange.Role: what was asked beside the request of the case"},
	{"liveness", "harness/trial/beside.go", "exchange.Exchange.Role"},
	{"readiness", "harness/*/*.go", "exchange.Exchange.Role"},
	{"setting", "harness/scenario/*.go", "the variable $setting of a scenario"},
	{"internal", "fakes/kind.go", "leak.Canary.Kind"},
	{"header", "harness/scenario/change.go", "a verb of `change`"},
	{"header", "harness/labfile/*.go", "the key `header` of a request, and of the contract"},
	{"check", "harness/labfile/*.go", "the key `check` of a waiver"},
	{"script", "harness/labfile/*.go", "the key `script` of isolate, and of prepare"},
	{"effect", "harness/labfile/*.go", "the key `effect` of a request"},
	{"error", "harness/report/*.go", "a level of a log, and of SARIF"},
	{"status", "harness/report/answers.go", "a member of a line of JSON"},
	{"status", "harness/report/facts.go", "a fact that templates of checks speak of: of the answer"},
	{"shape", "harness/report/facts.go", "a fact that templates of checks speak of: of the answer"},
	{"struck", "harness/report/show.go", "the label of what was struck"},
	{"start", "harness/report/show.go", "the label of how the system started"},
}

// waist are the words that every part speaks: verbs, points, states, phases, outcomes.
func waist() []string {
	words := contract.Words()
	for _, v := range fault.Verbs() {
		words = append(words, string(v))
	}
	for _, p := range fault.Points() {
		words = append(words, string(p))
	}
	for _, s := range []fault.State{fault.Open, fault.Refused, fault.Silent, fault.Gone} {
		words = append(words, string(s))
	}
	for _, e := range []fault.Existing{fault.Keep, fault.Drain, fault.CloseAll, fault.ResetAll, fault.Stall} {
		words = append(words, string(e))
	}
	for _, p := range []exchange.Phase{exchange.Idle, exchange.Calm, exchange.Settling, exchange.Faulty, exchange.Healed} {
		words = append(words, string(p))
	}
	for _, f := range []exchange.Failure{exchange.NoAnswer, exchange.Refused, exchange.Disconnect, exchange.Malformed, exchange.NotSent, exchange.NotAnswered} {
		words = append(words, string(f))
	}
	for _, o := range []check.Outcome{check.Pass, check.Fail, check.Inconclusive, check.Skipped, check.Broken} {
		words = append(words, string(o))
	}
	return words
}

// catalogue gives every name of the standard catalog, with what it names.
func catalogue() map[string]string {
	names := map[string]string{}
	cat := standard.Catalog()
	for _, n := range cat.FaultNames() {
		names[n] = "a fault"
	}
	for _, n := range cat.CheckNames() {
		names[n] = "a check"
	}
	for _, n := range cat.SystemNames() {
		names[n] = "a way to bring up a system"
	}
	for _, n := range cat.FakeNames() {
		names[n] = "a kind of dependency"
		for _, r := range cat.Fakes[n].Kind.ReplyNames() {
			names[r] = "a reply of " + n
		}
	}
	for _, w := range waist() {
		delete(names, w)
	}
	return names
}

// said is a string literal of a source.
type said struct {
	text string
	pos  token.Position
}

// literals lists the string literals of a source, but for import paths and field tags.
func literals(file string, src any) ([]said, error) {
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, file, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var all []said
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			n.Tag = nil
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
				all = append(all, said{text, set.Position(n.Pos())})
			}
		}
		return true
	})
	return all, nil
}

// known lists the literals of a source that are names of the catalog; used notes which homonyms excused one.
func known(names map[string]string, all []said, used map[word]bool) []string {
	var found []string
	for _, s := range all {
		what, ok := names[s.text]
		if !ok {
			continue
		}
		if i := slices.IndexFunc(homonyms, func(w word) bool { return w.excuses(s) }); i >= 0 {
			used[homonyms[i]] = true
			continue
		}
		found = append(found, fmt.Sprintf("%s: the engine knows %q, %s", s.pos, s.text, what))
	}
	return found
}

func (w word) excuses(s said) bool {
	if w.text != s.text {
		return false
	}
	in, _ := path.Match(w.files, s.pos.Filename)
	return in || w.files == "*/*"
}

func TestTheEngineKnowsNoName(t *testing.T) {
	names, used := catalogue(), map[word]bool{}
	files := 0
	for _, dir := range engine {
		sources, err := filepath.Glob(filepath.Join("../..", dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, source := range sources {
			if strings.HasSuffix(source, "_test.go") {
				continue
			}
			files++
			all, err := literals(source, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i := range all {
				all[i].pos.Filename = path.Join(dir, filepath.Base(source))
			}
			for _, f := range known(names, all, used) {
				t.Error(f)
			}
		}
	}
	if files < 50 {
		t.Errorf("only %d files were read", files)
	}
	for _, w := range homonyms {
		if !used[w] {
			t.Errorf("nothing is excused by %q in %s any more: remove it", w.text, w.files)
		}
	}
}

// The test above has been seen to fail: on a source that knows names.
func TestAnEngineThatKnowsNamesFails(t *testing.T) {
	const source = `package harness

import "log"

type kept struct {
	Shape string ` + "`json:\"shape\"`" + `
}

var timing = []string{"within", "calm", "hang"}

func special(kind string) bool {
	log.Println("deadlock of nobody")
	return kind == "postgres" || kind == ` + "`deadlock`" + `
}
`
	all, err := literals("harness/made_up.go", source)
	if err != nil {
		t.Fatal(err)
	}
	got := known(catalogue(), all, map[word]bool{})
	want := []string{
		`harness/made_up.go:9:23: the engine knows "within", a check`,
		`harness/made_up.go:13:17: the engine knows "postgres", a kind of dependency`,
		`harness/made_up.go:13:39: the engine knows "deadlock", a reply of postgres`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Package floors holds the map of the packages, and what an engine package may not know. Both are data here; the tests
// compare the sources with them.
package floors_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/failwell/failwell"

// floors is the order of the packages: imports only point to earlier lines, so packages of one line are siblings that
// never import each other. `suites/` stands for everything below it.
var floors = [][]string{
	// floor 0
	{"harness/decode"}, {"harness/fault"}, {"harness/exchange"},
	// floor 1
	{"harness/contract"}, {"harness/leak"}, {"harness/redact"}, {"harness/capture"}, {"harness/client"}, {"harness/observe"}, {"harness/graphql"}, {"harness/check"}, {"harness/agent"}, {"harness/system"}, {"harness/report"}, {"fakes"},
	// floor 2
	{"fakes/faketest"}, {"fakes/servers"},
	{"fakes/httpapi", "fakes/overtls", "fakes/postgres", "fakes/redis", "fakes/tcp"},
	{"fakes/kinds"}, {"fakes/nameserver"}, {"fakes/control"},
	// floor 3
	{"harness/catalog"}, {"harness/scenario"},
	// floor 4
	{"harness/lab"}, {"harness/trial"}, {"harness/sweep"}, {"harness"},
	// floor 5
	{"harness/standard"}, {"harness/labfile"}, {"harness/draft"}, {"harness/docker"}, {"harness/reference"}, {"harness/match"}, {"harness/spec", "harness/gotest"},
	// floor 6
	{"scenarios"}, {"cmd/failwell", "cmd/fakes", "cmd/agent"}, {"suites/program"}, {"suites/"},
}

// sole says which package alone imports a library.
var sole = map[string]string{
	"github.com/vektah/gqlparser/":  "harness/graphql",
	"github.com/testcontainers/":    "harness/docker",
	"github.com/getkin/kin-openapi": "harness/draft",
	"github.com/onsi/gomega":        "harness/match",
	"github.com/onsi/ginkgo/":       "harness/spec",
}

// never says what a package does not import, also not through others.
var never = map[string][]string{
	"cmd/fakes": {"harness/docker", "harness/check", "harness/lab", "harness"},
}

// listed is what `go list -json` says of a package. Imports are those of its non-test files.
type listed struct {
	ImportPath string
	Imports    []string
}

// own cuts the module off an import path; false: it is a package of others.
func own(path string) (string, bool) { return strings.CutPrefix(path, module+"/") }

// line is where a package stands in the map, -1: nowhere.
func line(name string) int {
	return slices.IndexFunc(floors, func(names []string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return n == name || strings.HasSuffix(n, "/") && strings.HasPrefix(name, n) })
	})
}

// wrong lists what a listing does against the map.
func wrong(all []listed) error {
	var bad []error
	reach := map[string][]string{}
	for _, p := range all {
		name, _ := own(p.ImportPath)
		if line(name) < 0 {
			bad = append(bad, fmt.Errorf("%s is missing from the map: give it its line in suites/floors first", name))
			continue
		}
		for _, i := range p.Imports {
			to, ours := own(i)
			if ours {
				reach[name] = append(reach[name], to)
			}
			if ours && (line(to) < 0 || line(to) >= line(name)) {
				bad = append(bad, fmt.Errorf("%s imports %s, which does not stand on an earlier line of the map", name, to))
			}
			for library, only := range sole {
				if strings.HasPrefix(i, library) && name != only {
					bad = append(bad, fmt.Errorf("%s imports %s; only %s does", name, i, only))
				}
			}
		}
	}
	for name, forbidden := range never {
		for _, to := range below(reach, name) {
			if slices.Contains(forbidden, to) {
				bad = append(bad, fmt.Errorf("%s imports %s, directly or through others", name, to))
			}
		}
	}
	return errors.Join(bad...)
}

// below lists what a package imports, directly and through others.
func below(reach map[string][]string, name string) []string {
	var all []string
	for todo := []string{name}; len(todo) > 0; todo = todo[1:] {
		for _, to := range reach[todo[0]] {
			if !slices.Contains(all, to) {
				all, todo = append(all, to), append(todo, to)
			}
		}
	}
	return all
}

func TestImportsPointDown(t *testing.T) {
	var complaint bytes.Buffer
	list := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Imports", "./...")
	list.Dir, list.Stderr = "../..", &complaint
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, complaint.String())
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 20 {
		t.Fatalf("only %d packages were listed", len(all))
	}
	if err := wrong(all); err != nil {
		t.Error(err)
	}
}

// The test above has been seen to fail: on each of these listings.
func TestAWrongListingFails(t *testing.T) {
	pkg := func(name string, imports ...string) listed { return listed{module + "/" + name, imports} }
	for what, c := range map[string]struct {
		listing []listed
		want    string
	}{
		"upwards":        {[]listed{pkg("harness/fault", module+"/harness/check")}, "harness/fault imports harness/check, which"},
		"a sibling":      {[]listed{pkg("fakes/tcp", module+"/fakes/postgres")}, "fakes/tcp imports fakes/postgres, which"},
		"not on the map": {[]listed{pkg("harness/util")}, "harness/util is missing from the map"},
		"of no line":     {[]listed{pkg("harness/check", module+"/internal/secret")}, "does not stand"},
		"gomega":         {[]listed{pkg("harness/check", "github.com/onsi/gomega/types")}, "only harness/match does"},
		"ginkgo":         {[]listed{pkg("harness", "github.com/onsi/ginkgo/v2")}, "only harness/spec does"},
		"containers":     {[]listed{pkg("harness", "github.com/testcontainers/testcontainers-go")}, "only harness/docker does"},
		"graphql":        {[]listed{pkg("harness/check", "github.com/vektah/gqlparser/v2")}, "only harness/graphql does"},
		"through others": {[]listed{pkg("cmd/fakes", module+"/fakes/control"), pkg("fakes/control", module+"/fakes"), pkg("fakes", module+"/harness/check")},
			"cmd/fakes imports harness/check, directly or through others"},
	} {
		t.Run(what, func(t *testing.T) {
			if err := wrong(c.listing); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if err := wrong([]listed{pkg("harness/fault", module+"/harness/decode", "fmt"), pkg("suites/zoo", module+"/harness")}); err != nil {
		t.Errorf("a right listing fails: %v", err)
	}
}

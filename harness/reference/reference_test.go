package reference_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/failwell/failwell/harness/catalog"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/docker"
	"github.com/failwell/failwell/harness/labfile"
	"github.com/failwell/failwell/harness/reference"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/standard"
)

func everything() catalog.Catalog {
	c := standard.Catalog()
	maps.Copy(c.Systems, docker.Kinds())
	return c
}

func entries(t *testing.T) []reference.Entry {
	t.Helper()
	table, err := contract.Built()
	if err != nil {
		t.Fatal(err)
	}
	built, err := scenario.ReadAll(os.DirFS("../../scenarios"), ".")
	if err != nil {
		t.Fatal(err)
	}
	all, err := reference.Source{Catalog: everything(), Table: table, Scenarios: built}.Entries()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Whatever a list has is found by its name alone, and has something to say.
func TestEveryNameIsExplained(t *testing.T) {
	all := entries(t)
	for _, sort := range reference.Sorts() {
		var list bytes.Buffer
		if err := reference.List(&list, all, sort); err != nil || list.Len() == 0 {
			t.Errorf("list %s: %v, %d bytes", sort, err, list.Len())
		}
		for line := range strings.Lines(list.String()) {
			name, what, _ := strings.Cut(strings.TrimSpace(line), " ")
			meant := reference.Named(all, name)
			if !slices.ContainsFunc(meant, func(e reference.Entry) bool { return e.Sort == sort && strings.TrimSpace(e.Text) != "" }) || strings.TrimSpace(what) == "" {
				t.Errorf("%s of %s: %q, explained by %+v", name, sort, what, meant)
			}
		}
	}
}

func TestNamed(t *testing.T) {
	all := entries(t)
	for name, want := range map[string]string{
		"dependencies.orders.server": "dependencies.NAME.server", "requests.json": "requests.NAME.json", "system.parts.gw.container.listen": "system.parts.NAME.container.listen",
		"deadlock": "postgres.deadlock", "store/slow": "store/slow",
	} {
		if meant := reference.Named(all, name); len(meant) != 1 || meant[0].Name != want {
			t.Errorf("%s: %+v", name, meant)
		}
	}
	if meant := reference.Named(all, "nothing"); len(meant) > 0 {
		t.Errorf("%+v", meant)
	}
}

// Every field that a file may have says what it means; one that takes values shows one.
func TestEveryKeyIsDescribed(t *testing.T) {
	var walk func(keys []labfile.Key)
	walk = func(keys []labfile.Key) {
		for _, k := range keys {
			if k.Doc == "" || k.Example == "" {
				t.Errorf("%s: doc %q, example %q", k.Path, k.Doc, k.Example)
			}
			walk(k.Keys)
		}
	}
	walk(labfile.Keys(everything()))
	walk(labfile.Below("scenario", reflect.TypeFor[scenario.Scenario]()))
	for name, kind := range everything().Faults {
		f, _ := kind(nil)
		about, ok := f.(decode.Telling)
		if !ok || about.About().Doc == "" || about.About().Example == "" {
			t.Errorf("fault %s says nothing of itself", name)
		}
		walk(labfile.Below(name, reflect.TypeOf(f)))
	}
	for name, entry := range everything().Fakes {
		if entry.Kind.Doc == "" {
			t.Errorf("fake %s says nothing of itself", name)
		}
	}
}

// The example of every fault is one.
func TestFaultExamples(t *testing.T) {
	for name, kind := range everything().Faults {
		f, _ := kind(nil)
		n, err := decode.Parse(name, []byte("["+"{"+f.(decode.Telling).About().Example+"}]"))
		if err != nil {
			t.Error(err)
			continue
		}
		n = n.Items()[0]
		params := n.Fields()[0]
		made, err := kind(params.Value)
		if err == nil {
			_, err = made.Injection()
		}
		if params.Key.Text() != name || err != nil && name != "script" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The schema takes every lab file of this repository, and finds what a schema can find in the wrong ones.
func TestSchema(t *testing.T) {
	var text bytes.Buffer
	if err := reference.WriteSchema(&text, labfile.Keys(everything())); err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(&text)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("failwell.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("failwell.json")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	err = filepath.WalkDir("../..", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.Name() != "failwell.yaml" {
			return err
		}
		wrong := strings.Contains(path, "testdata/files") || strings.Contains(path, "testdata/wrong")
		if _, err := labfile.Read(path, everything(), nil); err != nil {
			if !wrong {
				t.Logf("%s is not read here: %v", path, err)
			}
			return nil
		}
		seen++
		if err := schema.Validate(plain(t, path)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		return nil
	})
	if err != nil || seen < 10 {
		t.Errorf("%d labs, %v", seen, err)
	}
	for _, name := range []string{"unknown-keys", "version-missing", "unknown-kind", "durations", "not-a-map"} {
		if err := schema.Validate(plain(t, "../../testdata/files/"+name+".yaml")); err == nil {
			t.Errorf("%s: nothing is found", name)
		}
	}
}

// plain is a YAML file as JSON has it.
func plain(t *testing.T, path string) any {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n, err := decode.Parse(path, src)
	if err != nil {
		t.Fatal(err)
	}
	text, err := n.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// The documents hold every name.
func TestDocuments(t *testing.T) {
	all := entries(t)
	var markdown, man bytes.Buffer
	if err := reference.Markdown(&markdown, all); err != nil {
		t.Fatal(err)
	}
	if err := reference.Man(&man, all); err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if !strings.Contains(markdown.String(), "\n### "+e.Name+"\n") {
			t.Errorf("markdown lacks %s", e.Name)
		}
		if !strings.Contains(man.String(), "\n.B "+strings.ReplaceAll(e.Name, "-", `\-`)+"\n") {
			t.Errorf("man lacks %s", e.Name)
		}
	}
}

package report

import (
	"bytes"
	"flag"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/runs anew")

const runs = "../../testdata/runs/"

// formats are all that a run is written as.
func formats() map[string]func(io.Writer, Run) error {
	return map[string]func(io.Writer, Run) error{
		"json":         WriteJSON,
		"terminal.txt": func(w io.Writer, r Run) error { return Terminal(w, r, Style{}) },
		"narrow.txt":   func(w io.Writer, r Run) error { return Terminal(w, r, Style{ASCII: true, Width: 60, NoSkips: true}) },
		"show.txt": func(w io.Writer, r Run) error {
			for _, c := range r.Results {
				if err := Show(w, r, c, Style{}); err != nil {
					return err
				}
				_, _ = io.WriteString(w, "\n")
			}
			return nil
		},
		"junit.xml": JUnit, "html": HTML, "md": Markdown, "sarif": SARIF, "agent.json": Agent, "github.txt": GitHub,
	}
}

// saved reads a run of testdata/runs. With -update it is made anew from samples, under the baseline beside it; without, a
// change of what checks say does not change what is written here.
func saved(t *testing.T, name string, sample Run) Run {
	t.Helper()
	if *update {
		if src, err := os.ReadFile(runs + name + ".baseline.yaml"); err == nil {
			b, err := ReadBaseline(name+".baseline.yaml", src)
			if err != nil {
				t.Fatal(err)
			}
			Apply(&sample, b)
		}
		var doc bytes.Buffer
		if err := WriteJSON(&doc, sample); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(runs+name+".json", doc.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Open(runs + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := ReadJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFormatsAreAsSaved(t *testing.T) {
	for name, sample := range samples() {
		r := saved(t, name, sample)
		for format, write := range formats() {
			t.Run(name+"."+format, func(t *testing.T) {
				var got bytes.Buffer
				if err := write(&got, r); err != nil {
					t.Fatal(err)
				}
				file := runs + name + "." + format
				if *update {
					if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got.Bytes(), want) {
					t.Errorf("%s differs; see what changed with: go test ./harness/report -update && git diff testdata/runs\n%s", file, got.String())
				}
			})
		}
	}
}

func TestReadJSONIsStrict(t *testing.T) {
	for _, src := range []string{"", "{}", `{"version":2}`, `{"version":1,"colour":"red"}`, `{"version":1}{}`, `{"version":1,"results":[{"ids":"x"}]}`} {
		if _, err := ReadJSON(strings.NewReader(src)); err == nil {
			t.Errorf("%s is no run document", src)
		}
	}
}

func TestAWrittenRunIsReadBackEqual(t *testing.T) {
	for name, r := range samples() {
		var doc bytes.Buffer
		if err := WriteJSON(&doc, r); err != nil {
			t.Fatal(err)
		}
		back, err := ReadJSON(&doc)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(r, back) {
			t.Errorf("%s: what was read back differs", name)
		}
		again := back
		again.Finish()
		if !reflect.DeepEqual(back, again) {
			t.Errorf("%s: finishing a run twice changes it", name)
		}
	}
}

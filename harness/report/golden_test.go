package report

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"reflect"
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
		"junit.xml": JUnit, "html": HTML, "md": Markdown, "sarif": SARIF,
	}
}

// withBaseline applies the baseline beside a saved run, if there is one.
func withBaseline(t *testing.T, name string, r *Run) {
	t.Helper()
	file := runs + name + ".baseline.yaml"
	src, err := os.ReadFile(file)
	if err != nil {
		return
	}
	b, err := ReadBaseline(filepath.Base(file), src)
	if err != nil {
		t.Fatal(err)
	}
	Apply(r, b)
}

func TestFormatsAreAsSaved(t *testing.T) {
	for name, r := range samples() {
		withBaseline(t, name, &r)
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

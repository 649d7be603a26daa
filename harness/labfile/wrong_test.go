package labfile_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/labfile"
	"github.com/failwell/failwell/harness/standard"
)

var update = flag.Bool("update", false, "rewrite the messages that wrong lab files are to give")

// TestWrong holds the messages that wrong lab files give: those of testdata/files/NAME.want for NAME.yaml and
// NAME/failwell.yaml.
func TestWrong(t *testing.T) {
	t.Chdir(filepath.Join("..", "..", "testdata", "files"))
	files, err := filepath.Glob("*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	labs, err := filepath.Glob("*/failwell.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(files)+len(labs) < 25 {
		t.Fatalf("only %d wrong files; is this the right directory?", len(files)+len(labs))
	}
	for _, path := range append(files, labs...) {
		name := strings.TrimSuffix(strings.TrimSuffix(path, "/failwell.yaml"), ".yaml")
		t.Run(name, func(t *testing.T) {
			err := load(t, path)
			if err == nil {
				t.Fatal("nothing is found to be wrong")
			}
			got := err.Error() + "\n"
			if *update {
				if err := os.WriteFile(name+".want", []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name + ".want")
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

// load does all that can be done without starting anything.
func load(t *testing.T, path string) error {
	f, err := labfile.Read(path, standard.Catalog(), nil)
	if err != nil {
		if !errors.As(err, new(decode.Problems)) {
			t.Errorf("%T has no places", err)
		}
		return err
	}
	if _, err := f.Config(t.Context(), labfile.Options{Seed: "1"}); err != nil {
		return err
	}
	if err := f.Check(f.Scenarios()); err != nil {
		return err
	}
	return f.CheckStart()
}

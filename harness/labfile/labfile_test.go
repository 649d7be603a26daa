package labfile_test

import (
	"path/filepath"
	"testing"

	"github.com/failwell/failwell/harness/labfile"
	"github.com/failwell/failwell/harness/standard"
)

// TestSamples reads the lab files of the samples.
func TestSamples(t *testing.T) {
	for _, name := range []string{"orders", "notes"} {
		t.Run(name, func(t *testing.T) {
			f, err := labfile.Read(filepath.Join("..", "..", "testdata", name), standard.Catalog(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.Config(t.Context(), labfile.Options{Seed: "1"}); err != nil {
				t.Error(err)
			}
			if err := f.Check(f.Scenarios()); err != nil {
				t.Error(err)
			}
		})
	}
}

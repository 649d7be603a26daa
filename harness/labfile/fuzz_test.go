package labfile

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/failwell/failwell/harness/standard"
)

// FuzzRead reads whatever there is, and never panics. What can be read can be made into a lab and checked.
func FuzzRead(f *testing.F) {
	f.Add(everything, "system.env.PORT=1")
	for _, pattern := range []string{"../../testdata/*/failwell.yaml", "../../testdata/files/*.yaml", "../../testdata/files/*/failwell.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range files {
			src, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(src), "contract.profile=strict")
		}
	}
	cat := standard.Catalog()
	f.Fuzz(func(t *testing.T, src, set string) {
		files := everythingElse()
		files[fileName] = src
		read, err := read(inMemory(files), fileName, cat, []string{set})
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without a message")
			}
			return
		}
		_, _ = read.Config(t.Context(), Options{Seed: "1"})
		_ = read.Check(read.Scenarios())
	})
}

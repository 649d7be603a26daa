package servers

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A folder is left over when nobody holds its lock, and not before.
func TestLeft(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	live, lock, err := claim(os.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dead, let, err := claim(os.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	unclaimed := filepath.Join(os.TempDir(), folderPrefix+"1")
	if err := os.Mkdir(unclaimed, 0o700); err != nil {
		t.Fatal(err)
	}
	_ = let.Close() // as the kernel does for who dies
	if left := Left(); len(left) != 0 {
		t.Errorf("%v are left, and may be about to be locked", left)
	}
	before := time.Now().Add(-2 * settling)
	for _, dir := range []string{live, dead} {
		if err := os.Chtimes(filepath.Join(dir, lockFile), before, before); err != nil {
			t.Fatal(err)
		}
	}
	if left := Left(); len(left) != 1 || left[0] != dead {
		t.Errorf("%v are left, want %s", left, dead)
	}
	if err := Sweep(); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]bool{live: true, dead: false, unclaimed: true} {
		if _, err := os.Stat(dir); (err == nil) != want {
			t.Errorf("%s is there: %t, want %t", dir, err == nil, want)
		}
	}
	_ = lock.Close()
}

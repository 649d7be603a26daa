package system

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A build finds what it made in an earlier run, and what it leaves alone is handed on; a run that is under way keeps what it has.
func TestMakeFindsWhatItMadeBefore(t *testing.T) {
	root := t.TempDir()
	build := func(run, source string) string {
		t.Helper()
		s, err := openState(root, run)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		bin := filepath.Join(s.Dir(), "bin")
		command := []string{"sh", "-c", `test "$$(cat "$$0" 2>/dev/null)" = "$$SOURCE" || echo "$$SOURCE" >> "$$0"`, "$bin"}
		t.Setenv("SOURCE", source)
		if err := Make(t.Context(), command, bin, root, nil, s); err != nil {
			t.Fatal(err)
		}
		return bin
	}
	read := func(file string) string {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	first := build("one", "a")
	equal(t, "made", read(first), "a\n")
	equal(t, "found up to date", read(build("two", "a")), "a\n")
	equal(t, "made anew", read(build("three", "b")), "a\nb\n")
	equal(t, "what a run has", read(first), "a\n")
}

// What no run asks for goes after a week; a build that makes something else makes no program.
func TestMakeKeepsNotForEver(t *testing.T) {
	root := t.TempDir()
	s, err := openState(root, "run")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	for name, age := range map[string]time.Duration{"old": keptFor + time.Hour, "young": keptFor - time.Hour} {
		dir := filepath.Join(root, builtDir, name)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(dir, time.Now(), time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	bin := filepath.Join(s.Dir(), "bin")
	if err := Make(t.Context(), []string{"true"}, bin, root, nil, s); err != nil {
		t.Fatal(err)
	}
	for path, there := range map[string]bool{bin: false, filepath.Join(root, builtDir, "old"): false, filepath.Join(root, builtDir, "young"): true} {
		if _, err := os.Stat(path); (err == nil) != there {
			t.Errorf("%s: %v", filepath.Base(path), err)
		}
	}
}

package decode_test

import (
	"testing"

	"github.com/failwell/failwell/harness/decode"
)

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, id string
		want        bool
	}{
		{"upstream/slow@quotes:a", "upstream/slow@quotes:a", true},
		{"upstream/slow@quotes:a", "upstream/slow@quotes:a:request", true}, // its variants
		{"upstream/slow@quotes:a", "upstream/slow@quotes:ab", false},
		{"*@quotes:a*", "upstream/slow@quotes:a:request", true}, // * goes over slashes
		{"upstream/*@quotes:a*", "upstream/slow@quotes:ab", true},
		{"*@quotes:a*", "upstream/slow@quotes:b", false},
		{"upstream/slow", "upstream/slow@quotes:b:reply", true}, // all of a scenario
		{"upstream/s*", "upstream/slow@quotes:b:reply", true},
		{"upstream/slo?@quotes:[ab]", "upstream/slow@quotes:b", true},
		{"upstream/slo?@quotes:[ab]", "upstream/slow@quotes:c", false},
		{"settings/wrong@file.app.yml#/a[0]:b", "settings/wrong@file.app.yml#/a[0]:b", true}, // itself, whatever it looks like
		{"a.c", "abc", false},
		{"[", "[", true},
	} {
		if got := decode.Glob(c.pattern).Case(c.id); got != c.want {
			t.Errorf("%s names %s: %v", c.pattern, c.id, got)
		}
	}
	if decode.Glob("a*[z-a]").Check() == nil || decode.Glob("*@db:[ab]?").Check() != nil {
		t.Error("what is a pattern is not told from what is none")
	}
}

package decode_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/decode"
	"pgregory.net/rapid"
)

func TestNames(t *testing.T) {
	for _, row := range []struct{ text, expanded string }{
		{"", ""}, {"plain", "plain"}, {"$a", "<a>"}, {"$db.url", "<db.url>"}, {"/x/$order/cancel", "/x/<order>/cancel"},
		{"$a-b", "<a-b>"}, {"$a-", "<a>-"}, {"$a.", "<a>."}, {"$a-.b", "<a>-.b"}, {"$a..b", "<a>..b"}, {"$a.B", "<a>.B"}, {"$a.1", "<a>.1"},
		{"$a1-2.b3", "<a1-2.b3>"}, {"$a--b", "<a--b>"}, {"$a--", "<a>--"}, {"$aB", "<a>B"}, {"$a_b", "<a>_b"}, {"$a$b", "<a><b>"},
		{"${a}b", "<a>b"}, {"${a.b-c}.d", "<a.b-c>.d"}, {"${a-}", "${a-}"}, {"${}", "${}"}, {"${A}", "${A}"}, {"${a", "${a"}, {"${a b}", "${a b}"},
		{"$$", "$"}, {"$$a", "$a"}, {"$$$a", "$<a>"}, {"$", "$"}, {"$1", "$1"}, {"$A", "$A"}, {"$ a", "$ a"}, {"5$", "5$"}, {"$-a", "$-a"}, {"$é", "$é"},
	} {
		var used []string
		got, err := decode.Expand(row.text, func(name string) (string, error) {
			used = append(used, name)
			return "<" + name + ">", nil
		})
		if err != nil || got != row.expanded {
			t.Errorf("Expand(%q) = %q, %v; want %q", row.text, got, err, row.expanded)
		}
		if names := decode.Names(row.text); !slices.Equal(names, used) {
			t.Errorf("Names(%q) = %q, want %q", row.text, names, used)
		}
	}
	if got := decode.Names("$b $a $b ${a}"); !slices.Equal(got, []string{"b", "a"}) {
		t.Errorf("names: %q", got)
	}
}

func TestExpandReportsEveryName(t *testing.T) {
	text, err := decode.Expand("$a $b $a $c", func(name string) (string, error) {
		if name == "b" {
			return "", nil
		}
		return "x", errors.New("unknown name " + name)
	})
	if text != "" || err == nil || err.Error() != "unknown name a\nunknown name c" {
		t.Errorf("got %q, %v", text, err)
	}
}

// Pieces that are written as literals and braced names come back, whatever they are.
func TestNamesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var text, want strings.Builder
		var names []string
		for range rapid.IntRange(0, 6).Draw(t, "pieces") {
			literal := rapid.StringOf(rapid.RuneFrom([]rune("a-.{}$ B1é"))).Draw(t, "literal")
			name := rapid.StringMatching(`[a-z][a-z0-9-]{0,3}[a-z0-9](\.[a-z][a-z0-9]{0,3}){0,2}`).Draw(t, "name")
			text.WriteString(strings.ReplaceAll(literal, "$", "$$") + "${" + name + "}")
			want.WriteString(literal + "<" + name + ">")
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		got, err := decode.Expand(text.String(), func(name string) (string, error) { return "<" + name + ">", nil })
		if err != nil || got != want.String() {
			t.Fatalf("Expand(%q) = %q, %v; want %q", text.String(), got, err, want.String())
		}
		if got := decode.Names(text.String()); !slices.Equal(got, names) {
			t.Fatalf("Names(%q) = %q, want %q", text.String(), got, names)
		}
	})
}

// Putting every name back as it was gives the same text, but for doubled dollars and braces.
func TestExpandToItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("ab-.$ B1"))).Draw(t, "text")
		if strings.Contains(text, "$$") {
			return
		}
		got, err := decode.Expand(text, func(name string) (string, error) { return "$" + name, nil })
		if err != nil || got != text {
			t.Fatalf("Expand(%q) = %q, %v", text, got, err)
		}
	})
}

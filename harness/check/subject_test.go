package check_test

import (
	"encoding"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
)

var update = flag.Bool("update", false, "write testdata/subject.golden anew")

// A saved run is judged again next year, so the form of a Subject is frozen: every member of its JSON and its type.
func TestSubjectIsFrozen(t *testing.T) {
	const golden = "testdata/subject.golden"
	var got strings.Builder
	members(&got, "", reflect.TypeFor[check.Subject](), map[reflect.Type]bool{})
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() == string(want) {
		return
	}
	have := map[string]bool{}
	for line := range strings.Lines(got.String()) {
		have[line] = true
	}
	for line := range strings.Lines(string(want)) {
		if !have[line] {
			t.Errorf("gone:  %s", line)
		}
		delete(have, line)
	}
	for line := range have {
		t.Errorf("new:   %s", line)
	}
	t.Error("The JSON of check.Subject has changed, and with it every saved run. " +
		"A new member that may be missing: `go test ./harness/check -update`, and see to it that its zero value judges old runs as before. " +
		"A member that is gone, renamed, or of another type: raise report.Version, say how old runs are read, then -update.")
}

// members writes one line for every member: its path and what stands there.
func members(out *strings.Builder, at string, t reflect.Type, above map[reflect.Type]bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	text, marshals := reflect.TypeFor[encoding.TextMarshaler](), reflect.TypeFor[json.Marshaler]()
	switch {
	case t.Implements(text), reflect.PointerTo(t).Implements(text):
		fmt.Fprintf(out, "%s text of %s\n", at, t)
	case t.Implements(marshals), reflect.PointerTo(t).Implements(marshals):
		fmt.Fprintf(out, "%s JSON of %s\n", at, t)
	case t.Kind() == reflect.Slice, t.Kind() == reflect.Array:
		members(out, at+"[]", t.Elem(), above)
	case t.Kind() == reflect.Map:
		members(out, at+"{}", t.Elem(), above)
	case t.Kind() == reflect.Struct && !above[t]:
		above[t] = true
		defer delete(above, t)
		for i := range t.NumField() {
			f := t.Field(i)
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			switch {
			case name == "-" || !f.IsExported():
			case f.Anonymous && name == "":
				members(out, at, f.Type, above)
			case name == "":
				fmt.Fprintf(out, "%s.%s has no name in JSON\n", at, f.Name)
			default:
				if options == "" {
					name += "!" // always there
				}
				members(out, at+"."+name, f.Type, above)
			}
		}
	default:
		fmt.Fprintf(out, "%s %s\n", at, t.Kind())
	}
}

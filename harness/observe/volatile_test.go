package observe_test

import (
	"slices"
	"testing"

	"github.com/failwell/failwell/harness/observe"
)

func TestVolatileIsWhatDiffersWithoutAFault(t *testing.T) {
	for _, tc := range []struct {
		name   string
		bodies []string
		want   []string
	}{
		{"once seen", []string{`{"a":1}`}, nil},
		{"alike", []string{`{"a":1,"b":[{"c":"x"}]}`, `{"a":1,"b":[{"c":"x"}]}`}, nil},
		{"a time and an id in a list", []string{`{"at":"1","b":[{"id":1,"c":"x"},{"id":2,"c":"y"}]}`, `{"at":"2","b":[{"id":3,"c":"x"},{"id":4,"c":"y"}]}`}, []string{"/at", "/b/*/id"}},
		{"a list that grows", []string{`{"log":[1]}`, `{"log":[1,2]}`}, []string{"/log"}},
		{"another kind of value", []string{`{"a":{"b":1}}`, `{"a":[1]}`}, []string{"/a"}},
		{"a value, then an object", []string{`{"a":1}`, `{"a":{"b":1}}`}, []string{"/a"}},
		{"the third time", []string{`{"n~/":1}`, `{"n~/":1}`, `{"n~/":2}`}, []string{"/n~0~1"}},
		{"no JSON", []string{`one`, `two`}, nil},
		{"the whole", []string{`1`, `2`}, []string{""}},
	} {
		var v observe.Volatile
		for _, b := range tc.bodies {
			v.See([]byte(b))
		}
		if got := v.Places(); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

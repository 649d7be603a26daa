package check

import (
	"encoding/json"
	"testing"
)

// What an answer has to have of two good ones.
func TestAgreement(t *testing.T) {
	for _, tc := range []struct {
		name         string
		a, b, got    string
		volatile     []string
		numbers, can bool
	}{
		{"the same", `{"x":1,"y":"a"}`, `{"x":1,"y":"a"}`, `{"x":1,"y":"a"}`, nil, false, true},
		{"another text", `{"y":"a"}`, `{"y":"a"}`, `{"y":"b"}`, nil, true, false},
		{"a text that changes anyway", `{"y":"a"}`, `{"y":"b"}`, `{"y":"c"}`, nil, false, true},
		{"a text that was seen to change", `{"y":"a"}`, `{"y":"a"}`, `{"y":"c"}`, []string{"/y"}, false, true},
		{"in a list", `[{"at":"1"}]`, `[{"at":"1"}]`, `[{"at":"2"}]`, []string{"/*/at"}, false, true},
		{"another number", `{"x":1}`, `{"x":1}`, `{"x":2}`, nil, false, false},
		{"another number, where these may change", `{"x":1}`, `{"x":1}`, `{"x":2}`, nil, true, true},
		{"null for a number", `{"x":1}`, `{"x":1}`, `{"x":null}`, nil, true, false},
		{"another order", `["a","b","c"]`, `["a","b","c"]`, `["c","a","b"]`, nil, false, true},
		{"one twice", `["a","b","c"]`, `["a","b","c"]`, `["a","a","b"]`, nil, false, false},
		{"one less", `["a","b"]`, `["a","b"]`, `["a"]`, nil, false, false},
		{"no object", `{"x":1}`, `{"x":1}`, `"x"`, nil, false, false},
	} {
		var a, b, got any
		for _, one := range []struct {
			text string
			into *any
		}{{tc.a, &a}, {tc.b, &b}, {tc.got, &got}} {
			if err := json.Unmarshal([]byte(one.text), one.into); err != nil {
				t.Fatal(err)
			}
		}
		if ok := (agreement{tc.volatile, tc.numbers}).holds("", a, b, got); ok != tc.can {
			t.Errorf("%s: %t, want %t", tc.name, ok, tc.can)
		}
	}
}

package httpapi

import (
	"encoding/json"
	"io"
	"testing"

	"github.com/failwell/failwell/harness/fault"
)

func TestPatch(t *testing.T) {
	doc := ` { "a" : 1.50 , "b/c~d":[ 1 , {"x":"}"} , [ ] ], "": {"k": null}, "a": 2 } `
	for _, c := range []struct {
		at, op, to, want string // want "": no such place
	}{
		{"/a", "", "2", ` { "a" : 2 , "b/c~d":[ 1 , {"x":"}"} , [ ] ], "": {"k": null}, "a": 2 } `},
		{"/a", "drop", "", ` { "b/c~d":[ 1 , {"x":"}"} , [ ] ], "": {"k": null}, "a": 2 } `},
		{"/b~1c~0d/0", "drop", "", ` { "a" : 1.50 , "b/c~d":[ {"x":"}"} , [ ] ], "": {"k": null}, "a": 2 } `},
		{"/b~1c~0d/1", "drop", "", ` { "a" : 1.50 , "b/c~d":[ 1 , [ ] ], "": {"k": null}, "a": 2 } `},
		{"/b~1c~0d/2", "drop", "", ` { "a" : 1.50 , "b/c~d":[ 1 , {"x":"}"} ], "": {"k": null}, "a": 2 } `},
		{"/b~1c~0d/1/x", "null", "", ` { "a" : 1.50 , "b/c~d":[ 1 , {"x":null} , [ ] ], "": {"k": null}, "a": 2 } `},
		{"/b~1c~0d/1/x", "drop", "", ` { "a" : 1.50 , "b/c~d":[ 1 , {} , [ ] ], "": {"k": null}, "a": 2 } `},
		{"//k", "set", `{"n":[]}`, ` { "a" : 1.50 , "b/c~d":[ 1 , {"x":"}"} , [ ] ], "": {"k": {"n":[]}}, "a": 2 } `},
		{"", "set", `[]`, ` [] `},
		{"", "drop", "", ""},
		{"a", "", "1", ""},
		{"/b", "", "1", ""},
		{"/a/0", "", "1", ""},
		{"/b~1c~0d/3", "", "1", ""},
		{"/b~1c~0d/-", "", "1", ""},
		{"/b~1c~0d/2/0", "", "1", ""},
		{"/a", "set", "{", ""},
		{"/a", "add", "1", ""},
	} {
		got, ok := patch([]byte(doc), fault.Patch{At: c.at, Op: c.op, To: c.to})
		if ok != (c.want != "") || ok && string(got) != c.want || !ok && string(got) != doc {
			t.Errorf("%s %s: %v %s\nwant %s", c.op, c.at, ok, got, c.want)
		}
	}
}

func FuzzPatch(f *testing.F) {
	f.Add(`{"a":[1,{"b":2}],"c":""}`, "/a/1/b", "drop")
	f.Add("[ [ ] , 1 ]", "/0", "drop")
	f.Fuzz(func(t *testing.T, doc, at, op string) {
		if !json.Valid([]byte(doc)) {
			t.Skip()
		}
		if got, ok := patch([]byte(doc), fault.Patch{At: at, Op: op, To: "1"}); ok && !json.Valid(got) {
			t.Errorf("%s of %q in %s gives %s", op, at, doc, got)
		}
	})
}

func TestExpand(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "plain {name} {}": "plain {name} {}", "a{pad:3}b{hex:00ff}": "axxxb\x00\xff", "{hex:abc}{pad:x}": "{hex:abc}{pad:x}",
	} {
		size, r := expand(text)
		got, _ := io.ReadAll(r)
		if string(got) != want || size != int64(len(want)) || expandText(text) != want {
			t.Errorf("%q: %q of %d bytes, want %q", text, got, size, want)
		}
	}
}

func TestTraceID(t *testing.T) {
	const id, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
	for field, want := range map[string]string{
		"00-" + id + "-" + parent + "-01": id, "cc-" + id + "-" + parent + "-01-more": id,
		"00-" + id + "-" + parent + "-01-more": "", "ff-" + id + "-" + parent + "-01": "", "": "", id: "",
		"00-00000000000000000000000000000000-" + parent + "-01": "", "00-" + id + "-0000000000000000-01": "",
		"00-0AF7651916CD43DD8448EB211C80319C-" + parent + "-01": "",
	} {
		if got := traceID(field); got != want {
			t.Errorf("%q: %q, want %q", field, got, want)
		}
	}
}

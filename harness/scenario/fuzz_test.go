package scenario_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/decode"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/scenarios"
)

// Whatever a file holds, reading, checking and expanding it ends, and every mistake has a place.
func FuzzRead(f *testing.F) {
	_ = fs.WalkDir(scenarios.Files, ".", func(p string, d fs.DirEntry, _ error) error {
		if strings.HasSuffix(p, ".yaml") {
			src, _ := fs.ReadFile(scenarios.Files, p)
			f.Add(src)
		}
		return nil
	})
	f.Add([]byte("why: x\nwhen: {request: get-order, change: [{set: {at: /a/0, to: 1}}, {framing: two-lengths}]}\ngiven: [{script: {steps: [{for: 1s, given: [{refused: {on: db}}]}]}}]\nthen: [{status: [503]}]"))
	k, facts := known(f), lab(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		s, err := scenario.Read("f.yaml", "f", src)
		if err != nil {
			placed(t, err)
			return
		}
		if err := k.Check(s); err != nil {
			placed(t, err)
			return
		}
		cases, err := k.Expand([]scenario.Scenario{s}, facts, scenario.Representative)
		if err != nil {
			placed(t, err)
			return
		}
		for _, c := range cases {
			if c.ID == "" || c.Cause == "" || c.Request == "" {
				t.Fatalf("a case without an id, cause or request: %+v", c)
			}
			if _, err := json.Marshal(c); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func placed(t *testing.T, err error) {
	var all decode.Problems
	if !errors.As(err, &all) || len(all) == 0 {
		t.Fatalf("not Problems: %#v", err)
	}
	for _, p := range all {
		if p.Pos.File == "" || p.What == "" {
			t.Fatalf("a mistake without a place: %+v", p)
		}
	}
}

// Whatever a change is, it leaves the request it is made of alone, and gives one that can be saved.
func FuzzChange(f *testing.F) {
	f.Add("set", "/lines/0/n", "1e400", post.Body)
	f.Add("drop", "*", "", `{"~/":1}`)
	f.Add("type", "/a~1b/c~0d", "", post.Body)
	f.Add("value", "/quantity", "", post.Body)
	f.Add("raw-body", "", "a{pad:3}b", "")
	f.Add("header", "accept", "x", "")
	f.Add("framing", "", "bad-chunk", "{}")
	f.Add("pace", "", "3", "")
	f.Fuzz(func(t *testing.T, verb, at, to, body string) {
		if strings.Contains(to, "{pad:") {
			to = strings.ReplaceAll(to, "{pad:", "{pad:0") // the length is no matter here
			if len(to) > 64 {
				return
			}
		}
		r := post
		r.Body = body
		before, _ := json.Marshal(r)
		got, err := scenario.Changed(r, []scenario.Change{{Verb: verb, At: at, To: to}})
		if after, _ := json.Marshal(r); string(after) != string(before) {
			t.Fatalf("the request itself was changed: %s", after)
		}
		if err != nil {
			return
		}
		switch verb {
		case "set", "drop", "type", "value":
			if !json.Valid([]byte(got.Body)) {
				t.Fatalf("%q is no JSON any more", got.Body)
			}
		case "framing":
			if !strings.HasPrefix(got.Raw, r.Method+" "+r.Target+" HTTP/1.1\r\n") {
				t.Fatalf("%q", got.Raw)
			}
		}
		var again exchange.Request
		doc, err := json.Marshal(got)
		if err != nil || json.Unmarshal(doc, &again) != nil {
			t.Fatalf("%s: %v", doc, err)
		}
	})
}

package report

import (
	"bytes"
	"testing"

	"github.com/failwell/failwell/harness/check"
)

func TestFill(t *testing.T) {
	own := map[string]string{"when": "when db fails", "empty": ""}
	cases := []map[string]string{
		{"status": "503", "times": "9", "what": "SQL", "shape": "{a:[number]}", "place": "json /items/7"},
		{"status": "500", "times": "12", "what": "a path", "shape": "{a:[number]}"},
		{"status": "503", "times": "many", "what": "a path"},
	}
	for template, want := range map[string]string{
		"":                               "",
		"no fact":                        "no fact",
		"{status} {when}":                "500 or 503 when db fails",
		"up to {times:most} calls":       "up to 12 calls",
		"{what:list}":                    "a path, SQL",
		"{what:count}":                   "a path (2 cases), SQL (1 case)",
		"{when:count}":                   "",
		"same[: {shape}]":                "same: {a:[number]}",
		"same[: {empty}]":                "same",
		"[{nothing}, ]within {status}":   "within 500 or 503",
		"{place:alike}":                  "json /items/#",
		"{nothing}":                      "",
		"{Not a hole} {}[not {unknown}]": "{Not a hole} {}",
	} {
		if got := fill(template, all(own, cases)); got != want {
			t.Errorf("%q: got %q, want %q", template, got, want)
		}
	}
}

// A run that was saved before checks described themselves is shown, and may be grouped, in the words of its verdicts.
func TestRunsOfOldAreShown(t *testing.T) {
	for name, r := range samples() {
		for i := range r.Results {
			for j, v := range r.Results[i].Verdicts {
				v.Class, v.Facts, v.Rank, v.Finding = "", nil, 0, nil
				r.Results[i].Verdicts[j] = v
			}
		}
		for _, finish := range []func(){func() {}, r.Finish} {
			finish()
			for format, write := range formats() {
				var out bytes.Buffer
				if err := write(&out, r); err != nil || out.Len() == 0 {
					t.Errorf("%s as %s: %v", name, format, err)
				}
			}
		}
		for _, g := range r.Groups {
			if v := (check.Verdict{Check: g.Check}); g.Headline == "" || g.Check != "" && g.Headline == v.Check {
				t.Errorf("%s: group %s has the headline %q", name, g.Key, g.Headline)
			}
		}
	}
}

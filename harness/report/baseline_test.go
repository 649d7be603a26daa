package report

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/contract"
)

func TestBaselineMistakes(t *testing.T) {
	_, err := ReadBaseline("b.yaml", []byte(`- group: hang/db/1
  impact: critical
- group: hang/db/1
  impact: mayor
  until: tomorrow
- impact: note
  spread: many
  ownr: me
`))
	if err == nil {
		t.Fatal("nothing is wrong with it?")
	}
	for _, want := range []string{"b.yaml:5:10: want a date", "b.yaml:7:11: want a number of requests", "ownr", "group"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in\n%v", want, err)
		}
	}
	_, err = ReadBaseline("b.yaml", []byte("- {group: a, impact: critical}\n- {group: a, impact: mayor}\n"))
	for _, want := range []string{"b.yaml:1:3: what is critical", `b.yaml:2:3: group "a" is there twice`, `not "mayor"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in\n%v", want, err)
		}
	}
}

func TestWhatIsAcceptedIsKnown(t *testing.T) {
	for name, r := range samples() {
		b := r.Accept(nil)
		var file bytes.Buffer
		if err := WriteBaseline(&file, b); err != nil {
			t.Fatal(err)
		}
		back, err := ReadBaseline("b.yaml", file.Bytes())
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, file.String())
		}
		Apply(&r, back)
		for _, g := range r.Groups {
			if g.State != Knew && name != "hostile" {
				t.Errorf("%s: %s is %s after it was accepted", name, g.Key, g.State)
			}
		}
		again := r.Accept(back)
		for i := range again {
			again[i].Pos = back[i].Pos
		}
		if !reflect.DeepEqual(again, back) && name != "hostile" {
			t.Errorf("%s: accepting twice changes the baseline:\n%v\n%v", name, again, back)
		}
	}
}

func TestFixedOnlyWhenItsCasesWereJudged(t *testing.T) {
	r := held(sample{seed: "41", hour: 9})
	on := r.Results[0].ID
	b := Baseline{{Group: "a", Cases: []string{on}}, {Group: "b", Cases: []string{on, "not run"}}, {Group: "c"}}
	Apply(&r, b)
	if len(r.Fixed) != 1 || r.Fixed[0].Group != "a" {
		t.Errorf("fixed: %v", r.Fixed)
	}
	if left := b.Tidy(r.Fixed); len(left) != 2 {
		t.Errorf("left: %v", left)
	}
}

func TestStates(t *testing.T) {
	day := func(s string) Day {
		at, _ := time.Parse(time.DateOnly, s)
		return Day{at}
	}
	g := Group{Key: "k", Also: []string{"k2"}, Impact: contract.Major, Requests: []string{"a", "b"}, Dependencies: []string{"db"}}
	for want, k := range map[State]Known{
		New:     {Group: "other", Impact: contract.Critical},
		Knew:    {Group: "k2", Impact: contract.Major, Until: day("2026-11-20"), On: []string{"db"}, Spread: 2},
		Spread:  {Group: "k", Impact: contract.Critical, Spread: 1},
		Worse:   {Group: "k", Impact: contract.Minor},
		Expired: {Group: "k", Impact: contract.Major, Until: day("2026-11-19")},
	} {
		r := Run{Started: time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC), Groups: []Group{g}}
		if Apply(&r, Baseline{k}); r.Groups[0].State != want {
			t.Errorf("%+v: %s, want %s", k, r.Groups[0].State, want)
		}
	}
	r := Run{Groups: []Group{g}}
	if Apply(&r, Baseline{{Group: "k", Impact: contract.Major, On: []string{"cache"}}}); r.Groups[0].State != Worse {
		t.Error("a further dependency is no spread, it is worse")
	}
}

// A known cause on a request that its entry does not allow fails, and is said by its name.
func TestSpreadFails(t *testing.T) {
	g := Group{Key: "k", Name: "A", Impact: contract.Major, Requests: []string{"a", "b", "pay"}, Dependencies: []string{"db"}}
	for want, k := range map[string]Known{
		"1 further request": {Spread: 2},
		"b pay":             {Spread: 1, Cases: []string{"database/refused@db:a"}},
		"pay":               {Seen: []string{"a", "b"}},
		"":                  {Seen: []string{"a", "[bp]*"}},
		" ":                 {Seen: []string{"a"}, Spread: 3},
		"  ":                {},
		"db":                {On: []string{"cache*"}, Seen: []string{"*"}},
	} {
		k.Group, k.Impact = "k", contract.Major
		r := Run{Groups: []Group{g}, Summary: Summary{Cases: 3, Fail: 3}}
		Apply(&r, Baseline{k})
		got := strings.Join(r.Groups[0].SpreadTo, " ")
		if got != strings.TrimSpace(want) || r.Counts(r.Groups[0]) != (got != "") {
			t.Errorf("%+v: new on %q, counts %v; want %q", k, got, r.Counts(r.Groups[0]), want)
		}
		code, why := r.Verdict(false)
		if k.On == nil && got != "" && (code != Failed || !strings.Contains(why, "new on ")) {
			t.Errorf("exit %d %s", code, why)
		}
		if r.Accepted = true; len(r.Accept(Baseline{k})) != 1 || len(r.Accept(Baseline{k})[0].further(g)) > 0 {
			t.Errorf("what is accepted is not known: %+v", r.Accept(Baseline{k}))
		}
		if code, _ := r.Verdict(false); code != Held {
			t.Errorf("all is accepted, and it exits %d", code)
		}
	}
}

package report_test

import (
	"encoding/json"
	"hash/fnv"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/report"
)

// split deals the cases of a run to shards, as --shard does.
func split(run report.Run, n int) []report.Run {
	out := make([]report.Run, n)
	for i := range out {
		out[i] = run
		out[i].Results, out[i].Expanded = nil, len(run.Results)
		others := 0
		for _, c := range run.Results {
			h := fnv.New32a()
			_, _ = h.Write([]byte(c.ID))
			if int(h.Sum32()%uint32(n)) == i {
				out[i].Results = append(out[i].Results, c)
			} else {
				others++
			}
		}
		out[i].Deferred = append([]report.Deferral{{By: report.ByPlan, Cases: 7}}, report.Deferral{By: report.ByShard, With: string(rune('1'+i)) + "/" + string(rune('0'+n)), Cases: others})
		out[i].Finish()
	}
	return out
}

// The shards of a run give its cases, outcomes, groups and letters.
func TestShardsAreTheRun(t *testing.T) {
	f, err := os.Open("../../testdata/runs/shop.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	run, err := report.ReadJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	run.Finish()
	shards := split(run, 3)
	got, err := report.Joined([]report.Run{shards[2], shards[0], shards[1]})
	if err != nil {
		t.Fatal(err)
	}
	for name, pair := range map[string][2]any{"results": {got.Results, run.Results}, "groups": {got.Groups, run.Groups}} {
		a, _ := json.Marshal(pair[0])
		b, _ := json.Marshal(pair[1])
		if !reflect.DeepEqual(a, b) {
			t.Errorf("%s differ:\n%s\nwant\n%s", name, a, b)
		}
	}
	if want := []report.Deferral{{By: report.ByPlan, Cases: 7}}; !reflect.DeepEqual(got.Deferred, want) || !got.Full() {
		t.Errorf("left out: %v, want %v", got.Deferred, want)
	}
	other := shards[1]
	other.Seed = "2"
	for want, some := range map[string][]report.Run{
		"there are no shards":                 nil,
		"there are 2 of 3 shards":             shards[:2],
		"document 3 is shard 1/3, which does": {shards[0], shards[1], shards[0]},
		"document 2 is of another run":        {shards[0], other, shards[2]},
	} {
		if _, err := report.Joined(some); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

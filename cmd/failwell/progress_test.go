package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/report"
)

func TestProgressSaysWhatIsLeft(t *testing.T) {
	slow := progress{first: 2, failed: 3, slow: report.Result{ID: "database/slow@db:get\x1b", Took: 7 * time.Second}}
	for _, c := range []struct {
		p           progress
		done, total int
		since       time.Duration
		want        string
	}{
		{progress{}, 1, 1, 0, "1 of 1 case, 0 failed"},
		{progress{}, 5, 100, time.Second, "5 of 100 cases, 0 failed"},
		{progress{}, 20, 100, 10 * time.Second, "20 of 100 cases, 0 failed, about 40s left"},
		{slow, 52, 102, 10 * time.Second, `52 of 102 cases, 3 failed, about 10s left; slowest 7s database/slow@db:get\x1b`},
		{slow, 102, 102, time.Minute, `102 of 102 cases, 3 failed; slowest 7s database/slow@db:get\x1b`},
	} {
		if got := c.p.line(c.done, c.total, c.since); got != c.want {
			t.Errorf("%d of %d after %s: %q, want %q", c.done, c.total, c.since, got, c.want)
		}
	}
}

func TestProgressIsQuietWhereNobodyWatches(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out)
	for i := range 100 {
		p.tell(i+1, 100, report.Result{Outcome: check.Fail})
	}
	if got := out.String(); got != "1 of 100 cases, 1 failed\n" {
		t.Errorf("within a moment it says %q, want one line", got)
	}
}

package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/report"
)

// A kept run says what cases have in common once: here a body of 200 kB that cannot be made smaller, in every answer of 100 cases.
func TestAKeptRunHoldsWhatIsAlikeOnce(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	random := rand.New(rand.NewPCG(1, 2))
	var body strings.Builder
	for body.Len() < 200<<10 {
		fmt.Fprintf(&body, "%x", random.Uint64())
	}
	run := report.Run{Version: report.Version, Lab: "x"}
	for n := range 100 {
		s := check.Subject{ID: fmt.Sprint("case ", n)}
		for _, p := range []exchange.Phase{exchange.Calm, exchange.Faulty, exchange.Healed} {
			s.Exchanges = append(s.Exchanges, exchange.Exchange{Phase: p, Trace: fmt.Sprintf("%032x", random.Uint64()),
				Response: &exchange.Response{Status: 200, Body: body.String()}})
		}
		run.Results = append(run.Results, report.Result{ID: s.ID, Outcome: check.Pass, Subject: &s})
	}
	var kept bytes.Buffer
	if err := pack(&kept, run); err != nil {
		t.Fatal(err)
	}
	if one := (kept.Len() - body.Len()) / len(run.Results); one > 6<<10 {
		t.Errorf("%d B a case", one)
	}
	if err := saveLast("lab.yaml", run); err != nil {
		t.Fatal(err)
	}
	got, err := readLast("lab.yaml")
	if err != nil || !reflect.DeepEqual(got.Results, run.Results) {
		t.Errorf("what is read is not what was kept: %v", err)
	}
}

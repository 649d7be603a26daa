// Package gotest offers labs, checks and cases to plain testing.
//
//	lab := gotest.Lab(t, harness.Config{...})
//	s, err := lab.Try(t.Context(), request, fault)
//	gotest.FailWell(t, s)
package gotest

import (
	"cmp"
	"testing"

	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/match"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/standard"
)

// Lab starts a lab, lets it learn what the requests of cfg do in calm, and stops it when the test ends. Without a catalog it
// has the standard one. A lab that does not start, or is not mostly calm, ends the test.
func Lab(t testing.TB, cfg harness.Config) *harness.Lab {
	t.Helper()
	if cfg.Catalog.Checks == nil {
		cfg.Catalog = standard.Catalog()
	}
	l, err := harness.Start(t.Context(), cfg)
	if err != nil {
		t.Fatalf("start the lab: %v", err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Errorf("stop the lab: %v", err)
		}
	})
	seen, err := l.Calm(t.Context())
	if err = cmp.Or(err, harness.MostlyCalm(seen)); err != nil {
		t.Fatal(err)
	}
	return l
}

// FailWell demands what match.FailWell does of a subject.
func FailWell(t testing.TB, s check.Subject) {
	t.Helper()
	judge(t, s)
}

// Run runs each case as a subtest. What cannot be run here is skipped, with the reason.
func Run(t *testing.T, l *harness.Lab, cases []scenario.Case) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			r, err := l.Run(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if r.Outcome == check.Skipped {
				t.Skip(r.Reason)
			}
			judge(t, r)
		})
	}
}

// judge reports what is found, and what cannot be told.
func judge(t testing.TB, actual any) {
	t.Helper()
	m := match.FailWell()
	if ok, err := m.Match(actual); err != nil {
		t.Error(err)
	} else if !ok {
		t.Error(m.FailureMessage(actual))
	}
}

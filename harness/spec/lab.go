// Package spec offers labs and scenarios as Ginkgo specs, and says after the suite by which causes specs failed.
//
//	lab = spec.Lab(ctx, harness.Config{...})                                    // in BeforeSuite
//	DescribeTable("fails well", ..., spec.Cross(requests, harness.PostgresFaults("db")))
//	var _ = spec.Scenarios(func() *spec.SuiteLab { return lab }, os.DirFS("failwell"), "failwell")
//	var _ = spec.Report()
package spec

import (
	"cmp"
	"context"
	"errors"

	"github.com/onsi/ginkgo/v2"

	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/standard"
)

// SuiteLab is the lab of a suite. Each process of a parallel suite has its own.
type SuiteLab struct {
	*harness.Lab
	injected []harness.Fault // by Inject, the newest first
}

// Lab starts the lab of a suite, and lets it learn what the requests of cfg do in calm, so that specs may come in any order.
// It is called in BeforeSuite; the lab is stopped after the suite. Without a catalog it has the standard one. A lab that
// does not start, or is not mostly calm, fails the suite.
func Lab(ctx context.Context, cfg harness.Config) *SuiteLab {
	ginkgo.GinkgoHelper()
	if cfg.Catalog.Checks == nil {
		cfg.Catalog = standard.Catalog()
	}
	l, err := harness.Start(ctx, cfg)
	if err != nil {
		ginkgo.Fail("start the lab: " + err.Error())
	}
	ginkgo.DeferCleanup(l.Close)
	seen, err := l.Calm(ctx)
	if err = cmp.Or(err, harness.MostlyCalm(seen)); err != nil {
		ginkgo.Fail(err.Error())
	}
	return &SuiteLab{Lab: l}
}

// Try is harness.Lab.Try, and keeps what came of it for Report. The spec is skipped when Cross joined a request with a fault that has nothing to strike there.
func (l *SuiteLab) Try(ctx context.Context, r harness.Request, faults ...harness.Fault) (harness.Subject, error) {
	ginkgo.GinkgoHelper()
	if len(l.injected) > 0 {
		return harness.Subject{}, errors.New("faults of spec.Inject are armed, and Try begins in calm; use Do")
	}
	s, err := l.Lab.Try(ctx, r, faults...)
	if err == nil && fromCross(faults) && s.Unstruck != "" && len(s.Judged(exchange.Faulty)) == 0 {
		ginkgo.Skip(s.Unstruck)
	}
	if err == nil {
		record(s)
	}
	return s, err
}

// Inject arms faults beside those that are armed already, and lifts them when the spec or container ends. The newest are
// tried first.
func Inject(ctx context.Context, l *SuiteLab, faults ...harness.Fault) {
	ginkgo.GinkgoHelper()
	before := l.injected
	l.injected = append(append([]harness.Fault(nil), faults...), before...)
	ginkgo.DeferCleanup(func(ctx context.Context) error {
		l.injected = before
		return l.Set(ctx, before...)
	})
	if err := l.Set(ctx, l.injected...); err != nil {
		ginkgo.Fail("inject: " + err.Error())
	}
}

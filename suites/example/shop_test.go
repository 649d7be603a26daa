// Package shop is a module of its own, as a team would write it: its app, and the specs that break what the app depends on.
package shop_test

import (
	"context"
	"net/http"
	"os"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/shop/app"
	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/match"
	"github.com/failwell/failwell/harness/spec"
)

func TestShop(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "shop")
}

var (
	get    = harness.Request{Name: "get-order", Method: "GET", Target: "/orders/1001"}
	create = harness.Request{Name: "create-order", Method: "POST", Target: "/orders", Body: `{"sku":"A-1","quantity":2}`,
		Header: map[string]string{"Content-Type": "application/json"}, Effect: &harness.Effect{On: "payments", SQL: "POST /charges once"}}
	requests = []harness.Request{get, create}
)

var lab *spec.SuiteLab

var _ = BeforeSuite(func(ctx SpecContext) {
	queue := startQueue()
	DeferCleanup(queue.Close)
	lab = spec.Lab(ctx, harness.Config{
		Fakes: harness.Fakes{"db": database(), "payments": harness.HTTP(charge), "queue": harness.TCP(queue.Addr().String())},
		System: harness.Func(func(ctx context.Context, s harness.Setup) (http.Handler, error) {
			// When the lab is closed, ctx ends, and app.New's context.AfterFunc(ctx, pool.Close) closes its pool.
			return app.New(ctx, app.Config{DSN: s.URL("db"), Payments: s.URL("payments"), Queue: s.URL("queue")})
		}),
		Roles:    map[string]harness.Role{"db": harness.Essential, "payments": harness.Essential, "queue": harness.Optional},
		Prepare:  []harness.Prepare{{On: "db", Script: schema}},
		Requests: requests,
		Deadline: 2 * time.Second,
		IdleFor:  200 * time.Millisecond,
	})
})

var _ = DescribeTable("fails well", func(ctx SpecContext, r harness.Request, f harness.Fault) {
	Expect(lab.Try(ctx, r, f)).To(match.FailWell())
}, spec.Cross(requests, harness.PostgresFaults("db"), harness.HTTPFaults("payments")))

// What happened once is kept as a file.
var _ = spec.Scenarios(func() *spec.SuiteLab { return lab }, os.DirFS("failwell"), "failwell")

// After the suite: by which causes specs failed, and FAILWELL_REPORT=html=shop.html writes a report.
var _ = spec.Report()

var _ = Describe("while payments is away", func() {
	BeforeEach(func(ctx SpecContext) {
		spec.Inject(ctx, lab, harness.Refuse{On: "payments"})
	})

	It("blames payments", func(ctx SpecContext) {
		Expect(lab.Do(ctx, create)).To(And(match.HaveStatus(502), match.BeLeakFree(), match.RespondWithin(time.Second)))
	})

	It("shows orders all the same", func(ctx SpecContext) {
		Expect(lab.Do(ctx, get)).To(match.HaveStatus(200))
	})
})

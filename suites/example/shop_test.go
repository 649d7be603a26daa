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
	"github.com/failwell/failwell/fakes/httpapi"
	"github.com/failwell/failwell/fakes/postgres"
	"github.com/failwell/failwell/fakes/tcp"
	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/match"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/spec"
	"github.com/failwell/failwell/harness/system"
)

func TestShop(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "shop")
}

var (
	get    = exchange.Request{Name: "get-order", Method: "GET", Target: "/orders/1001"}
	create = exchange.Request{Name: "create-order", Method: "POST", Target: "/orders", Body: `{"sku":"A-1","quantity":2}`,
		Header: exchange.Header{{Name: "Content-Type", Value: "application/json"}}}
)

var lab *spec.SuiteLab

var _ = BeforeSuite(func(ctx SpecContext) {
	dsn, stopDatabase, err := startDatabase(ctx)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(stopDatabase)
	addr, stopQueue, err := startQueue()
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(stopQueue)

	lab = spec.Lab(ctx, harness.Config{
		Fakes: harness.Fakes{"db": postgres.Before(dsn), "payments": httpapi.Handler(charge), "queue": tcp.Before(addr)},
		System: system.Func(func(ctx context.Context, s system.Setup) (http.Handler, error) {
			return app.New(ctx, app.Config{DSN: s.URL("db"), Payments: s.URL("payments"), Queue: s.URL("queue")})
		}),
		Deadline: 2 * time.Second,
		IdleFor:  200 * time.Millisecond,
		Roles:    map[string]contract.Role{"db": contract.Essential, "payments": contract.Essential, "queue": contract.Optional},
		Requests: []scenario.Request{scenario.Given(get), scenario.Given(create)},
	})
})

var _ = DescribeTable("fails well", func(ctx SpecContext, r exchange.Request, f fault.Fault) {
	Expect(lab.Try(ctx, r, f)).To(match.FailWell())
}, spec.Cross([]exchange.Request{get, create}, postgres.Faults("db"), httpapi.Faults("payments")))

// What happened once is kept as a file.
var _ = spec.Scenarios(func() *spec.SuiteLab { return lab }, os.DirFS("failwell"), "failwell")

var _ = Describe("while payments is away", func() {
	BeforeEach(func(ctx SpecContext) {
		spec.Inject(ctx, lab, fault.Refuse{On: "payments"})
	})

	It("blames payments", func(ctx SpecContext) {
		Expect(lab.Do(ctx, create)).To(And(match.HaveStatus(502), match.BeLeakFree(), match.RespondWithin(time.Second)))
	})

	It("shows orders all the same", func(ctx SpecContext) {
		Expect(lab.Do(ctx, get)).To(match.HaveStatus(200))
	})
})

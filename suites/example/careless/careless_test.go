package careless_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/shop/careless"
	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/match"
	"github.com/failwell/failwell/harness/spec"
)

// These specs fail, and are to be read: CARELESS=1 ginkgo -p ./careless
func TestCareless(t *testing.T) {
	if os.Getenv("CARELESS") == "" {
		t.Skip("these specs fail; TestTheSummaryNamesTheCauses plays them, and so does CARELESS=1 ginkgo -p ./careless")
	}
	RegisterFailHandler(Fail)
	RunSpecs(t, "careless")
}

var (
	get    = harness.Request{Name: "get-order", Method: "GET", Target: "/orders/1001"}
	create = harness.Request{Name: "create-order", Method: "POST", Target: "/orders", Body: "{}",
		Effect: &harness.Effect{On: "payments", SQL: "POST /charges"}}
	requests = []harness.Request{get, create}
)

var charge = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, `{"id":"ch_1"}`)
})

var lab *spec.SuiteLab

var _ = BeforeSuite(func(ctx SpecContext) {
	db := harness.StubPostgres(
		harness.Statement{SQL: "select sku from orders where id = $1", Params: []string{"text"},
			Columns: []harness.Column{{Name: "sku", Type: "text"}}, Rows: [][]harness.Cell{harness.Row("A-1")}},
		harness.Statement{SQL: "insert into orders (sku) values ($1)", Params: []string{"text"}},
	)
	lab = spec.Lab(ctx, harness.Config{
		Fakes: harness.Fakes{"db": db, "payments": harness.HTTP(charge)},
		System: harness.Func(func(ctx context.Context, s harness.Setup) (http.Handler, error) {
			return careless.New(ctx, s.URL("db"), s.URL("payments"))
		}),
		Roles:    map[string]harness.Role{"db": harness.Essential, "payments": harness.Essential},
		Own:      []string{"payments"},
		Requests: requests,
		Deadline: 2 * time.Second,
		IdleFor:  100 * time.Millisecond,
	})
})

var _ = DescribeTable("fails well", func(ctx SpecContext, r harness.Request, f harness.Fault) {
	Expect(lab.Try(ctx, r, f)).To(match.FailWell())
}, spec.Cross(requests, harness.PostgresFaults("db"), harness.HTTPFaults("payments")))

var _ = spec.Report()

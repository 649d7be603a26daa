package shop_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.com/shop/app"
	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/gotest"
)

// The same without Ginkgo: against a stub of the database, and without a queue. When the lab is closed, so is the app's pool,
// and no goroutine is left of either.
func TestPlain(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
	lab := gotest.Lab(t, harness.Config{
		Fakes: harness.Fakes{"db": stub, "payments": harness.HTTP(charge)},
		System: harness.Func(func(ctx context.Context, s harness.Setup) (http.Handler, error) {
			return app.New(ctx, app.Config{DSN: s.URL("db"), Payments: s.URL("payments"), Queue: "127.0.0.1:1"})
		}),
		Roles:   map[string]harness.Role{"db": harness.Essential, "payments": harness.Essential},
		IdleFor: 50 * time.Millisecond,
	})
	for name, f := range map[string]harness.Fault{
		"deadlock":     harness.Replies{Scope: harness.On("db", "exec"), Saying: harness.Named("deadlock")},
		"lost commit":  harness.Loses{Scope: harness.On("db", "commit")},
		"login page":   harness.Replies{Scope: harness.On("payments"), Saying: harness.Named("html-200")},
		"stalled body": harness.Hangs{Scope: harness.On("payments"), At: harness.Body, Past: 5},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := lab.Try(t.Context(), create, f)
			if err != nil {
				t.Fatal(err)
			}
			gotest.FailWell(t, s)
		})
	}
}

package shop_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"example.com/shop/app"
	"github.com/failwell/failwell/fakes/httpapi"
	"github.com/failwell/failwell/fakes/postgres"
	"github.com/failwell/failwell/harness"
	"github.com/failwell/failwell/harness/contract"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/gotest"
	"github.com/failwell/failwell/harness/system"
)

// The same without Ginkgo: against a stub of the database, and without a queue.
func TestPlain(t *testing.T) {
	lab := gotest.Lab(t, harness.Config{
		Fakes: harness.Fakes{
			"db":       {Fake: postgres.Fake{}, Server: postgres.Stub{Statements: statements}, URL: stubURL},
			"payments": httpapi.Handler(charge),
		},
		System: system.Func(func(ctx context.Context, s system.Setup) (http.Handler, error) {
			return app.New(ctx, app.Config{DSN: s.URL("db"), Payments: s.URL("payments"), Queue: "127.0.0.1:1"})
		}),
		Roles:   map[string]contract.Role{"db": contract.Essential, "payments": contract.Essential},
		IdleFor: 50 * time.Millisecond,
	})
	for name, f := range map[string]fault.Fault{
		"deadlock":     fault.Replies{Scope: fault.Scope{On: "db", Op: "exec"}, Saying: fault.Saying{Name: "deadlock"}},
		"lost commit":  fault.Loses{Scope: fault.Scope{On: "db", Op: "commit"}},
		"login page":   fault.Replies{Scope: fault.Scope{On: "payments"}, Saying: fault.Saying{Name: "html-200"}},
		"stalled body": fault.Hangs{Scope: fault.Scope{On: "payments"}, At: fault.Body, Past: 5},
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

// stubURL is the address of a stub that lets anybody in.
func stubURL(addr string, _ map[string]string) string {
	return "postgres://app@" + addr + "/shop?sslmode=disable"
}

package trial

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/failwell/failwell/harness/check"
	"github.com/failwell/failwell/harness/exchange"
	"github.com/failwell/failwell/harness/fault"
	"github.com/failwell/failwell/harness/lab"
	"github.com/failwell/failwell/harness/scenario"
	"github.com/failwell/failwell/harness/system"
)

// doors are what a system may do with a key that it is told and one that a caller shows. The first value that it was ever told is kept
// beside it, as in a database.
var doors = map[string]func(told, first, shown string) bool{
	"stored at the first start": func(_, first, shown string) bool { return shown == first },
	"open without it":           func(told, _, shown string) bool { return told == "" || shown == told },
	"not shown by callers":      func(string, string, string) bool { return true },
}

// Only a door that takes what a caller shows although it was told another key is no open one.
func TestASecretThatIsKeptElsewhereIsNotMissed(t *testing.T) {
	const key = "Qz7-mulberry-41"
	for name, takes := range doors {
		for _, op := range []string{"missing", "empty"} {
			t.Run(name+"/"+op, func(t *testing.T) {
				first := ""
				system := system.Func(func(_ context.Context, set system.Setup) (http.Handler, error) {
					told := set.Names["key.value"]
					if first == "" {
						first = told
					}
					return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						if r.URL.Path == "/" && !takes(told, first, strings.TrimPrefix(r.Header.Get("Authorization"), "Key ")) {
							w.WriteHeader(http.StatusUnauthorized)
						}
					}), nil
				})
				header := map[string]string{}
				if name != "not shown by callers" {
					header["Authorization"] = "Key $key.value"
				}
				l, _ := onStage(t, func(c *lab.Config) {
					c.System, c.Secrets = system, map[string]lab.Secret{"key": {Value: key}}
					c.Requests = []scenario.Request{{Name: "get", Method: "GET", Target: "/", Header: header}}
				})
				out, err := Run(t.Context(), l, scenario.Case{ID: "secrets/missing@key:get", Cause: "secret/missing", Request: "get", Copies: 1,
					Faults: fault.Injection{Edits: []fault.Edit{{Setting: "key", Op: op}}}})
				if err != nil {
					t.Fatal(err)
				}
				others := out.Subject.Beside(exchange.Healed, check.Another)
				if shown := name != "not shown by callers"; (len(others) == 1) != shown {
					t.Fatalf("%d requests with another key; shown: %t", len(others), shown)
				}
				if why, met := out.Subject.Met(); met == (name == "stored at the first start") {
					t.Errorf("missed: %t, %q", met, why)
				}
				if e, err := l.Ask(t.Context(), l.Config.Requests[0], l.Scope(), exchange.Calm); err != nil || e.Status() != http.StatusOK {
					t.Errorf("afterwards %d, %v", e.Status(), err)
				}
			})
		}
	}
}

package trial

import (
	"testing"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

// A delay within the deadline is one of the request; a longer one, a plain one, and one of some calls only is each call's.
func TestDelaysCountPerRequest(t *testing.T) {
	calls := []fault.Call{{On: "db", Op: "connect"}, {On: "db", Op: "query"}, {On: "db", Op: "query"}, {On: "db", Op: "exec"}, {On: "pay", Op: "request"}}
	for _, tc := range []struct {
		name string
		rule fault.Rule
		want int
	}{
		{"three calls", fault.Rule{Effect: fault.Effect{Delay: fault.Span{X: 0.3}}}, 3},
		{"one call", fault.Rule{Scope: fault.Scope{Op: "exec"}, Effect: fault.Effect{Delay: fault.Span{X: 0.3}}}, 1},
		{"no call", fault.Rule{Scope: fault.Scope{Op: "copy"}, Effect: fault.Effect{Delay: fault.Span{X: 0.3}}}, 1},
		{"beyond the deadline", fault.Rule{Effect: fault.Effect{Delay: fault.Span{X: 3}}}, 1},
		{"a duration", fault.Rule{Effect: fault.Effect{Delay: fault.For(time.Second)}}, 1},
		{"the second only", fault.Rule{Which: fault.Which{Nth: 2}, Effect: fault.Effect{Delay: fault.Span{X: 0.3}}}, 1},
	} {
		tc.rule.On = "db"
		if got := sharing(tc.rule, calls); got != tc.want {
			t.Errorf("%s: %d calls share it, want %d", tc.name, got, tc.want)
		}
	}
}

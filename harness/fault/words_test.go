package fault_test

import (
	"testing"
	"time"

	"github.com/failwell/failwell/harness/fault"
)

func TestWords(t *testing.T) {
	db := fault.Scope{On: "db"}
	commit := fault.Scope{On: "db", Op: "commit"}
	for want, faults := range map[string][]fault.Fault{
		"refused db":                     {fault.Refuse{On: "db"}},
		"close connections of db":        {fault.Stale{On: "db"}},
		"hang db commit":                 {fault.Hangs{Scope: commit}},
		"hang lost db":                   {fault.Hangs{Scope: db, Lost: true}},
		"shutdown connections of db":     {fault.Stale{On: "db", How: fault.ShutDown}},
		"hang db commit at reply":        {fault.Hangs{Scope: commit, At: fault.Reply}},
		"delay 3x-deadline db":           {fault.Slow{Scope: db, By: fault.Span{X: 3}}},
		"delay 2s db at reply":           {fault.Slow{Scope: db, By: fault.For(2 * time.Second), At: fault.Reply}},
		"deadlock db":                    {fault.Replies{Scope: db, Saying: fault.Saying{Name: "deadlock"}}},
		"reply 53300 db":                 {fault.Replies{Scope: db, Saying: fault.Saying{Status: "53300"}}},
		"missing env.PORT, pause system": {fault.Setting{Name: "env.PORT", Is: "missing"}, fault.Acts{Do: "pause"}},
		"pass db commit, reset db":       {fault.Passes{Scope: commit}, fault.Resets{Scope: db}},
	} {
		in, err := fault.Compile(faults...)
		if err != nil {
			t.Fatal(err)
		}
		if got := in.Words(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
